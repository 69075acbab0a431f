/**
 * Compares two byte strings in time that depends on their lengths only, never on where they differ.
 *
 * JavaScript gives no hard promise about the machine code; what this removes is the early exit that a remote timing
 * attack on tags and keys needs.
 *
 * @example
 * if (!constantTimeEqual(expectedTag, receivedTag)) return { ok: false, reason: 'forged' }
 */
export function constantTimeEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (let i = 0; i < left.length; i++) difference |= (left[i] as number) ^ (right[i] as number)
  return difference === 0
}
