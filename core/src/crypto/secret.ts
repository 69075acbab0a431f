/**
 * Bytes that must not be seen: keys, seeds, shares. The type keeps them apart from other bytes, and no way of turning a
 * value into text shows them. Private fields are also invisible to `structuredClone` and to object inspection.
 */
import { constantTimeEqual } from './constant-time.ts'
import { CryptoError } from './crypto-error.ts'

const HIDDEN = '[secret]'

/**
 * Holds its own copy of secret bytes until `wipe`.
 *
 * @example
 * const seed = Secret.from(bytes)
 * bytes.fill(0)
 * const key = deriveSecret(seed, contexts.state, info, 64)
 * seed.wipe()
 */
export class Secret {
  #bytes: Uint8Array
  #wiped = false
  #derived: unknown

  private constructor(bytes: Uint8Array) {
    // Over a buffer of its own: arrays of up to 64 bytes without one lie in V8's heap, whose collector would move them and
    // leave copies that no wipe reaches (ADR 0027).
    this.#bytes = new Uint8Array(new ArrayBuffer(bytes.length))
    this.#bytes.set(bytes)
  }

  /** Copies `bytes`; erasing the original stays with the caller. */
  static from(bytes: Uint8Array): Secret {
    return new Secret(bytes)
  }

  get length(): number {
    return this.#bytes.length
  }

  /**
   * The bytes themselves, not a copy: for the primitive that needs them, not to be changed, kept or logged. The one
   * word to search for when reviewing where secrets go.
   *
   * @throws CryptoError `crypto.secret-wiped` after `wipe`
   */
  expose(): Uint8Array {
    if (this.#wiped) throw new CryptoError('crypto.secret-wiped', 'this secret was wiped')
    return this.#bytes
  }

  /**
   * What `make` gives for the bytes, made once: for a primitive's own form of a key, where reading it costs more than
   * using it. It is let go at `wipe`. One function for one secret.
   *
   * @throws CryptoError `crypto.secret-wiped` after `wipe`
   */
  derived<T>(make: (bytes: Uint8Array) => T): T {
    const bytes = this.expose()
    this.#derived ??= make(bytes)
    return this.#derived as T
  }

  equals(other: Secret): boolean {
    return constantTimeEqual(this.expose(), other.expose())
  }

  /** Erases this copy. Others may exist that nobody can reach, such as BigInts of curve arithmetic (ADR 0027). */
  wipe(): void {
    this.#bytes.fill(0)
    this.#derived = undefined
    this.#wiped = true
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN
  }
}
