/** Short arrays that are kept for a while, cut from long ones: memory of its own costs each some 300 ns and a finalizer. */

const SLAB_BYTES = 64 * 1024
/** Longer ones have memory of their own, so that little of a slab is left over. */
const LONGEST_CUT = 4 * 1024

/** What was cut keeps its whole slab in memory. */
export class Slab {
  #slab = new ArrayBuffer(0)
  #used = 0

  /** Zeros. */
  take(length: number): Uint8Array {
    if (length > LONGEST_CUT) return new Uint8Array(length)
    if (this.#used + length > this.#slab.byteLength) {
      this.#slab = new ArrayBuffer(SLAB_BYTES)
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
