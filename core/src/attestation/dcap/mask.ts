/** Intel's way of comparing flags: those under the mask have to be as expected, the expected ones outside it have to be 0. */

/** All three of one length. */
export function equalUnderMask(actual: Uint8Array, expected: Uint8Array, mask: Uint8Array): boolean {
  return actual.every((byte, i) => (byte & (mask[i] as number)) === expected[i])
}
