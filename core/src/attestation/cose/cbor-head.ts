/** The first bytes of a CBOR value in their shortest form (RFC 8949, section 4.2.1). */
import { concatBytes } from '../../codec/index.ts'

/** @param argument a natural number below 2^53 */
export function cborHead(major: number, argument: number): Uint8Array {
  if (argument < 24) return Uint8Array.of((major << 5) | argument)
  // Additional information 24 to 27: the number follows in 1, 2, 4 or 8 bytes.
  const info = argument < 2 ** 8 ? 24 : argument < 2 ** 16 ? 25 : argument < 2 ** 32 ? 26 : 27
  const head = new Uint8Array(1 + (1 << (info - 24)))
  head[0] = (major << 5) | info
  let rest = argument
  for (let at = head.length - 1; at > 0; at--) {
    head[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return head
}

export function cborBytes(content: Uint8Array): Uint8Array {
  return concatBytes(cborHead(2, content.length), content)
}
