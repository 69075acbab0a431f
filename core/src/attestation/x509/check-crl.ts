/** Whether a revocation list is the issuer's own and of now. */
import { equalBytes } from '../../codec/index.ts'
import type { VerifyContext } from '../context.ts'
import { type Certificate, CRL_SIGN } from './certificate.ts'
import type { Crl } from './crl.ts'
import { isSignedBy } from './signed-by.ts'

export type CrlFailure = 'expired' | 'bad-signature/issuer'

/**
 * @param issuer its own chain has been checked; the CA that issued the certificates whose serials will be looked for
 *
 * @example
 * const failure = checkCrl(crl, ca, context)
 * if (failure !== undefined) refuse(`pck_crl:${failure}`)
 * demand(!crl.has(pck.serial), 'pck:revoked')
 */
export function checkCrl(
  crl: Crl,
  issuer: Certificate,
  { now, signatures }: Pick<VerifyContext, 'now' | 'signatures'>,
): CrlFailure | undefined {
  const maySign = issuer.isCa && (issuer.keyUsage === undefined || (issuer.keyUsage & CRL_SIGN) !== 0)
  if (!maySign || !equalBytes(crl.issuer, issuer.subject) || !isSignedBy(crl, issuer, signatures)) {
    return 'bad-signature/issuer'
  }
  return crl.thisUpdate <= now && now <= crl.nextUpdate ? undefined : 'expired'
}
