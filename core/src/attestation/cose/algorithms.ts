/**
 * Signature algorithms of COSE (RFC 9053, section 2.1) that tokens use.
 *
 * ES512 (-36) is not among them: no platform is known to sign with it, and P-521 would be one more curve to trust and to
 * ship in the runtime.
 */
import type { EcdsaCurve, SignatureHash } from '../signatures.ts'

export interface CoseAlgorithm {
  /** As registered with IANA. */
  readonly id: number
  readonly curve: EcdsaCurve
  readonly hash: SignatureHash
}

/** RFC 9053 leaves curves open; each token's specification joins them to the hash of their size. */
export const COSE_ALGORITHMS: ReadonlyMap<unknown, CoseAlgorithm> = new Map([
  [-7, { id: -7, curve: 'P-256', hash: 'SHA-256' }],
  [-35, { id: -35, curve: 'P-384', hash: 'SHA-384' }],
])
