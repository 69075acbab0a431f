/** Reads and writes the primitives of the WebAssembly binary format (WebAssembly 2.0 specification, section 5.2). */

/** Why a module was refused by the rewriting pass. The pass understands a module completely or not at all. */
type WasmFormatCode =
  | 'wasm.truncated'
  | 'wasm.bad-integer'
  | 'wasm.bad-header'
  | 'wasm.bad-section'
  | 'wasm.bad-index'
  | 'wasm.unknown-type'
  | 'wasm.unknown-opcode'
  | 'wasm.unsupported'

export class WasmFormatError extends Error {
  override readonly name = 'WasmFormatError'
  readonly code: WasmFormatCode
  /** Byte offset in the module, where known. */
  readonly offset: number

  constructor(code: WasmFormatCode, offset: number, detail = '') {
    super(`${code} at byte ${offset}${detail === '' ? '' : `: ${detail}`}`)
    this.code = code
    this.offset = offset
  }
}

/** A cursor over `bytes[position, end)`; every read is bounds-checked. */
export class WasmReader {
  readonly bytes: Uint8Array
  readonly end: number
  position: number

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    if (position > end || end > bytes.length) throw new WasmFormatError('wasm.truncated', position)
    this.bytes = bytes
    this.position = position
    this.end = end
  }

  get done(): boolean {
    return this.position >= this.end
  }

  byte(): number {
    if (this.position >= this.end) throw new WasmFormatError('wasm.truncated', this.position)
    return this.bytes[this.position++] as number
  }

  /** Unsigned LEB128 of at most 32 bits (section 5.2.2); a fifth byte may carry 4 bits only. */
  u32(): number {
    let result = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      if (shift === 28 && byte > 0x0f) break
      result += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return result
    }
    throw new WasmFormatError('wasm.bad-integer', this.position)
  }

  /** Passes over a LEB128 of at most `bits` bits whose value does not matter here. */
  skipInteger(bits: 32 | 33 | 64): void {
    const longest = Math.ceil(bits / 7)
    for (let length = 1; this.byte() >= 0x80; length++) {
      if (length === longest) throw new WasmFormatError('wasm.bad-integer', this.position)
    }
  }

  skip(count: number): void {
    if (count > this.end - this.position) throw new WasmFormatError('wasm.truncated', this.position)
    this.position += count
  }

  /** A cursor over the next `length` bytes, which this one passes. */
  slice(length: number): WasmReader {
    const start = this.position
    this.skip(length)
    return new WasmReader(this.bytes, start, start + length)
  }

  /** The bytes of a length-prefixed name or vector (section 5.2.4). */
  prefixed(): Uint8Array {
    const length = this.u32()
    const start = this.position
    this.skip(length)
    return this.bytes.subarray(start, this.position)
  }
}

/** An append-only byte buffer. */
export class WasmWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #length = 0

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  byte(value: number): this {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
    return this
  }

  raw(bytes: ArrayLike<number>): this {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  /** Copies `source[from, to)`. */
  range(source: Uint8Array, from: number, to: number): this {
    return to > from ? this.raw(source.subarray(from, to)) : this
  }

  u32(value: number): this {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest % 128) + 0x80)
      rest = Math.floor(rest / 128)
    }
    return this.byte(rest)
  }

  /** Signed LEB128; what fits 32 bits is valid as `s64` too. */
  s32(value: number): this {
    let rest = value
    for (;;) {
      const low = rest & 0x7f
      rest >>= 7
      if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) return this.byte(low)
      this.byte(low | 0x80)
    }
  }

  prefixed(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes)
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}
