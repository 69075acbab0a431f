/** The role that a certificate's name tells. Names are compared whole elsewhere, to link chains. */
import { equalBytes, utf8Encode } from '../../codec/index.ts'

/** Whether these words stand in a DER Name. */
export function nameSays(name: Uint8Array, words: string): boolean {
  const part = utf8Encode(words)
  for (let at = 0; at + part.length <= name.length; at++) {
    if (equalBytes(name.subarray(at, at + part.length), part)) return true
  }
  return false
}
