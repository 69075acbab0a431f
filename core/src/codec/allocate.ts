/** Where arrays of bytes come from. The runtime's bundle has a quicker way in the place of this file (`runtime/src/bundle`). */

/** Zeros, in memory of their own. */
export function allocate(length: number): Uint8Array {
  return new Uint8Array(length)
}
