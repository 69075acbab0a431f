/** What certificates and revocation lists have in common: something, and its issuer's signature (RFC 5280, section 4.1.1). */
import { demand } from '../refusal.ts'
import { DerReader, TAG } from './der.ts'

export interface Signed {
  /** What the issuer signed: a DER SEQUENCE. */
  readonly tbs: Uint8Array
  /** DER AlgorithmIdentifier, not signed: the one inside `tbs` must be equal. */
  readonly algorithm: Uint8Array
  /** As the algorithm writes it: DER for ECDSA. */
  readonly signature: Uint8Array
}

/** Views into `der`. Refuses more than `bound` bytes, and anything behind the signature. */
export function readSigned(der: Uint8Array, bound: number): Signed {
  demand(der.length <= bound, 'malformed')
  const whole = new DerReader(der)
  const parts = whole.sequence()
  whole.end()
  const tbs = parts.element(TAG.sequence)
  const algorithm = parts.element(TAG.sequence)
  const signature = parts.bitOctets()
  parts.end()
  return { tbs, algorithm, signature }
}
