/** Whether a key holds the same in two states. */
import { equalBytes } from '@pha/core/codec'

/** Often the same array: states share what did not change, as far as it is in memory. */
export function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && equalBytes(a, b))
}
