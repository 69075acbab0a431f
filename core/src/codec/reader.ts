/** A cursor over hostile bytes: every read is checked against what is left. */
import { copyBytes } from './bytes.ts'
import { CodecError } from './codec-error.ts'
import { MAX_DEPTH, MAX_NESTED } from './limits.ts'

export class Reader {
  readonly #bytes: Uint8Array
  /** Made when a wide number is read: most inputs have none. */
  #view: DataView | undefined
  #offset = 0
  #depth = 0
  #nested = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  get offset(): number {
    return this.#offset
  }

  u8(): number {
    return this.#bytes[this.#advance(1)] as number
  }

  u16(): number {
    const at = this.#advance(2)
    const bytes = this.#bytes
    return (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
  }

  u32(): number {
    const at = this.#advance(4)
    const bytes = this.#bytes
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16)
    return low + (bytes[at + 3] as number) * 0x100_0000
  }

  u64(): bigint {
    return this.#wide().getBigUint64(this.#advance(8), true)
  }

  f64(): number {
    return this.#wide().getFloat64(this.#advance(8), true)
  }

  /** The next `length` bytes, copied, so that a small value doesn't keep a large input alive. */
  raw(length: number): Uint8Array {
    const start = this.#advance(length)
    return copyBytes(this.#bytes, start, start + length)
  }

  /** Runs `read` one level deeper; refuses input that nests without end, or that holds too much of it. */
  nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new CodecError('codec.too-deep', `more than ${MAX_DEPTH} levels`)
    if (++this.#nested > MAX_NESTED) throw new CodecError('codec.too-long', `more than ${MAX_NESTED} nested values`)
    const value = read()
    this.#depth--
    return value
  }

  expectEnd(): void {
    if (this.remaining > 0) throw new CodecError('codec.trailing-bytes', `${this.remaining} bytes after the value`)
  }

  #wide(): DataView {
    // The view must start where the bytes start: a small Node Buffer is a slice of a shared pool.
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
    return this.#view
  }

  #advance(length: number): number {
    if (length > this.remaining) {
      throw new CodecError('codec.unexpected-end', `${length} bytes wanted, ${this.remaining} left`)
    }
    const start = this.#offset
    this.#offset += length
    return start
  }
}
