/** COSE_Sign1 messages for tests, by keys of the test PKI. */
import type { TestAuthority } from '../x509/test-pki.ts'
import { CborTagged, type CborValue } from './cbor.ts'
import { encodeCbor } from './test-cbor.ts'

export const ALGORITHM_IDS = { 'P-256': -7, 'P-384': -35 } as const

export interface TestSign1Options {
  /** That of the signer's curve if absent. */
  readonly algorithm?: CborValue
  /** All of the protected header, in place of the algorithm. */
  readonly protectedHeader?: Uint8Array
  readonly unprotected?: CborValue
  readonly isTagged?: boolean
}

/** @example testSign1(testAuthority({ curve: 'P-384' }), encodeCbor(new Map([[10, nonce]]))) */
export function testSign1(
  signer: Pick<TestAuthority, 'curve' | 'sign'>,
  payload: Uint8Array,
  { algorithm = ALGORITHM_IDS[signer.curve], unprotected = new Map(), isTagged = true, ...own }: TestSign1Options = {},
): Uint8Array {
  const protectedHeader = own.protectedHeader ?? encodeCbor(new Map([[1, algorithm]]))
  const signature = signer.sign(encodeCbor(['Signature1', protectedHeader, Uint8Array.of(), payload]))
  const message = [protectedHeader, unprotected, payload, signature]
  return encodeCbor(isTagged ? new CborTagged(18, message) : message)
}
