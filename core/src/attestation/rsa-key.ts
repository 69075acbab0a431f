/** Which RSA keys are used at all: the same for every implementation of the signatures, so that their answers agree. */
import type { RsaKey } from './signatures.ts'

/** 2,048 bits are the least that anybody should sign with; above 4,096 no vendor goes, and the cost of a check grows. */
const MIN_MODULUS_BYTES = 256
const MAX_MODULUS_BYTES = 512

/** Whether the modulus has 2,048 to 4,096 bits, a multiple of 8, and is odd, and the exponent is 65,537. */
export function isUsableRsaKey({ modulus, exponent }: RsaKey): boolean {
  const hasSize = modulus.length >= MIN_MODULUS_BYTES && modulus.length <= MAX_MODULUS_BYTES
  const isOdd = ((modulus.at(-1) ?? 0) & 1) === 1
  const [first, second, third] = exponent
  const isF4 = exponent.length === 3 && first === 1 && second === 0 && third === 1
  return hasSize && (modulus[0] as number) >= 0x80 && isOdd && isF4
}
