/** A cursor over hostile bytes: every read is checked against what is left. */
import { copyBytes } from './bytes.ts'
import { CodecError } from './codec-error.ts'
import { MAX_DEPTH, MAX_NESTED } from './limits.ts'

/** One word of eight bytes: a view of each input would cost more than reading its numbers. */
const word = new DataView(new ArrayBuffer(8))

export class Reader {
  readonly #bytes: Uint8Array
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
    const low = this.u32()
    const high = this.u32()
    // Without bits the value needs no memory.
    if (low === 0 && high === 0) return 0n
    word.setUint32(0, low, true)
    word.setUint32(4, high, true)
    return word.getBigUint64(0, true)
  }

  f64(): number {
    word.setUint32(0, this.u32(), true)
    word.setUint32(4, this.u32(), true)
    return word.getFloat64(0, true)
  }

  /** Refuses input with fewer than `length` bytes left. */
  require(length: number): void {
    if (length > this.#bytes.length - this.#offset) {
      throw new CodecError('codec.unexpected-end', `${length} bytes wanted, ${this.remaining} left`)
    }
  }

  /** The next `length` bytes, copied, so that a small value doesn't keep a large input alive. */
  raw(length: number): Uint8Array {
    const start = this.#advance(length)
    return copyBytes(this.#bytes, start, start + length)
  }

  /** Passes over the next `length` bytes. */
  skip(length: number): void {
    this.#advance(length)
  }

  /** The bytes from `offset`, a place that was read before, up to here, copied. */
  since(offset: number): Uint8Array {
    return copyBytes(this.#bytes, offset, this.#offset)
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

  #advance(length: number): number {
    this.require(length)
    const start = this.#offset
    this.#offset += length
    return start
  }
}
