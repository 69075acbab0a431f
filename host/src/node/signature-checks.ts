/** Signatures that were found to hold: pool, block building and import ask for the same one, and it is checked once. */
import { concatBytes } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import type { RuntimeHost } from '@pha/runtime/frame'
import { type SignatureCheck, type SignatureThreads, type Verdict, verifyQuickly } from '../signatures/index.ts'
import { REMEMBERED_SIGNATURES } from './limits.ts'

export type Verify = RuntimeHost['verify']

/**
 * @example
 * const held = new HeldSignatures()
 * held.verify('Sr25519', signature, message, account) // 200 us
 * held.verify('Sr25519', signature, message, account) // 3 us
 */
export class HeldSignatures {
  readonly #capacity: number
  readonly #held = new Set<string>()

  constructor(capacity: number = REMEMBERED_SIGNATURES) {
    this.#capacity = capacity
  }

  /** A `verify` for `RuntimeHost`: answers at once, here. */
  readonly verify: Verify = (scheme, signature, message, account) => {
    const check = { scheme, signature, message, account }
    const key = keyOf(check)
    if (this.#held.has(key)) return true
    if (!verifyQuickly(check)) return false
    this.#add(key)
    return true
  }

  has(check: SignatureCheck): boolean {
    return this.#held.has(keyOf(check))
  }

  /** Notes that a thread found it to hold. */
  note(check: SignatureCheck): void {
    this.#add(keyOf(check))
  }

  #add(key: string): void {
    this.#held.add(key)
    if (this.#held.size <= this.#capacity) return
    for (const oldest of this.#held) {
      this.#held.delete(oldest)
      return
    }
  }
}

/** What a thread says of a signature that nobody checked yet. */
export async function checkOnce(
  held: HeldSignatures,
  threads: Pick<SignatureThreads, 'check'>,
  check: SignatureCheck,
): Promise<Verdict> {
  if (held.has(check)) return 'holds'
  const verdict = await threads.check(check)
  if (verdict === 'holds') held.note(check)
  return verdict
}

/** Keys of checks that are asked about again soon: by the pool, its threads and the block. */
const keys = new WeakMap<SignatureCheck, string>()

/** Lengths of signature and account are fixed by the scheme once it holds; the message comes last: nothing can shift. */
function keyOf(check: SignatureCheck): string {
  const known = keys.get(check)
  if (known !== undefined) return known
  const { scheme, signature, message, account } = check
  // The second letters of Ed25519, Sr25519 and Ecdsa differ.
  const head = Uint8Array.of(scheme.charCodeAt(1), signature.length)
  // One array for one call of the hash function: each call costs more than the copy.
  const digest = blake2b256(concatBytes(head, signature, account, message))
  const key = Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('latin1')
  keys.set(check, key)
  return key
}
