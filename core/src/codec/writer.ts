/** A growing buffer that SCALE values are written to. */

import { copyBytes, SHORT_BYTES } from './bytes.ts'
import { CodecError } from './codec-error.ts'
import { MAX_DEPTH, MAX_NESTED } from './limits.ts'

/** Writers that nobody uses: making a buffer costs more than writing most values into it. */
const idle: Writer[] = []

/** Larger buffers are let go. */
const MAX_KEPT_BYTES = 65_536

/**
 * The bytes that `write` writes, into a buffer that is used again; calls may nest.
 * @example
 * const bytes = written((to) => to.u32(7)) // 07 00 00 00
 */
export function written(write: (to: Writer) => void): Uint8Array {
  const writer = idle.pop() ?? new Writer()
  try {
    write(writer)
    return writer.finish()
  } finally {
    if (writer.forget()) idle.push(writer)
  }
}

export class Writer {
  #bytes: Uint8Array
  #view: DataView
  #length = 0
  #depth = 0
  #nested = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  u8(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  u16(value: number): void {
    this.#reserve(2)
    this.#view.setUint16(this.#length, value, true)
    this.#length += 2
  }

  u32(value: number): void {
    this.#reserve(4)
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  u64(value: bigint): void {
    this.#reserve(8)
    this.#view.setBigUint64(this.#length, value, true)
    this.#length += 8
  }

  f64(value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  zeros(count: number): void {
    this.#reserve(count)
    // What is after the end is zero: `forget` sees to it.
    this.#length += count
  }

  raw(bytes: Uint8Array): void {
    const { length } = bytes
    this.#reserve(length)
    const own = this.#bytes
    const start = this.#length
    if (length > SHORT_BYTES) own.set(bytes, start)
    else for (let i = 0; i < length; i++) own[start + i] = bytes[i] as number
    this.#length = start + length
  }

  /** Runs `write` one level deeper; refuses what no reader would accept, before it is stored or sent. */
  nested(write: () => void): void {
    if (++this.#depth > MAX_DEPTH) throw new CodecError('codec.too-deep', `more than ${MAX_DEPTH} levels`)
    if (++this.#nested > MAX_NESTED) throw new CodecError('codec.too-long', `more than ${MAX_NESTED} nested values`)
    write()
    this.#depth--
  }

  /** A copy of what was written so far. */
  finish(): Uint8Array {
    return copyBytes(this.#bytes, 0, this.#length)
  }

  /** Erases what was written; `false` if the buffer is too large to be kept. */
  forget(): boolean {
    // What one caller wrote may be secret, the next caller is somebody else.
    this.#bytes.fill(0, 0, this.#length)
    this.#length = 0
    this.#depth = 0
    this.#nested = 0
    return this.#bytes.length <= MAX_KEPT_BYTES
  }

  #reserve(extra: number): void {
    const needed = this.#length + extra
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}
