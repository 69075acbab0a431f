/** A chain whose every certificate must be on no revocation list of its issuer: for roots that publish lists for all of theirs. */
import { equalBytes } from '../../codec/index.ts'
import { demand, refuse, verdictOf } from '../refusal.ts'
import type { Verdict } from '../verdict.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { type ChainRules, checkChain } from './chain.ts'
import { checkCrl } from './check-crl.ts'
import { parseCrl } from './crl.ts'
import { MAX_CHAIN_CERTIFICATES } from './limits.ts'

const CRL_REASONS = { expired: 'crl-expired', 'bad-signature/issuer': 'crl-signature' } as const

/**
 * @param certificates DER, leaf first, root last
 * @param lists DER, in any order, one of each issuer
 *
 * @example
 * const verdict = verifyCertificates([leaf, ca, root], [rootCrl, caCrl], { now, pins: [trustAnchor], signatures })
 */
export function verifyCertificates(
  certificates: readonly Uint8Array[],
  lists: readonly Uint8Array[],
  rules: ChainRules,
): Verdict<readonly Certificate[]> {
  return verdictOf(() => {
    demand(certificates.length <= MAX_CHAIN_CERTIFICATES && lists.length <= MAX_CHAIN_CERTIFICATES, 'cert-chain')
    const chain = certificates.map(parseCertificate)
    const failure = checkChain(chain, rules)
    if (failure !== undefined) return refuse(failure)
    const crls = lists.map(parseCrl)
    // From the root downwards: a list counts only once its issuer is known not to be revoked.
    for (let i = chain.length - 2; i >= 0; i--) {
      const [certificate, issuer] = chain.slice(i, i + 2) as [Certificate, Certificate]
      const crl = crls.find((each) => equalBytes(each.issuer, issuer.subject)) ?? refuse('crl-missing')
      const wrong = checkCrl(crl, issuer, rules)
      if (wrong !== undefined) return refuse(CRL_REASONS[wrong])
      demand(!crl.has(certificate.serial), i === 0 ? 'leaf-revoked' : 'cert-revoked')
    }
    return chain
  })
}
