/**
 * Arrays of bytes cut from long ones. V8 keeps arrays above 64 bytes outside its heap, each in memory of its own: that costs
 * up to a microsecond and a finalizer, a cut a tenth of it.
 */

/** V8 keeps these in its heap. */
const SHORT_BYTES = 64

/** What was cut keeps its whole slab in memory: short ones for what is dropped at different times. */
export class Slab {
  readonly #bytes: number
  #slab = new ArrayBuffer(0)
  #used = 0

  /** @param bytes of a slab; arrays above a sixteenth have memory of their own, so that little of a slab is left over */
  constructor(bytes = 64 * 1024) {
    this.#bytes = bytes
  }

  /** Zeros. */
  take(length: number): Uint8Array {
    if (length <= SHORT_BYTES || length > this.#bytes / 16) return new Uint8Array(length)
    if (this.#used + length > this.#slab.byteLength) {
      this.#slab = new ArrayBuffer(this.#bytes)
      this.#used = 0
    }
    const cut = new Uint8Array(this.#slab, this.#used, length)
    this.#used += length
    return cut
  }

  copy(bytes: Uint8Array): Uint8Array {
    const copy = this.take(bytes.length)
    copy.set(bytes)
    return copy
  }
}
