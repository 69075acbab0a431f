/**
 * Stands in for `core/src/codec/allocate.ts` in the bundle: memory of its own costs an array above 64 bytes up to a
 * microsecond (V8 keeps it outside its heap), and a transfer makes some sixty. So they are cut from longer ones. What is cut
 * keeps all of its slab, which is why slabs are short; and whoever gets a value across the border gets a copy.
 */

const SLAB_BYTES = 4_096
/** V8 keeps these in its heap. */
const SHORT_BYTES = 64
const LONGEST_CUT = 1_024

let slab = new ArrayBuffer(SLAB_BYTES)
let used = 0

/** Zeros. */
export function allocate(length: number): Uint8Array {
  if (length <= SHORT_BYTES || length > LONGEST_CUT) return new Uint8Array(length)
  if (used + length > SLAB_BYTES) {
    slab = new ArrayBuffer(SLAB_BYTES)
    used = 0
  }
  const cut = new Uint8Array(slab, used, length)
  used += length
  return cut
}
