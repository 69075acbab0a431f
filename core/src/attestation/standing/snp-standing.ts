/** Of SEV-SNP guests: what is kept of a report, and what newer collateral makes of that. */
import { equalBytes } from '../../codec/index.ts'
import type { SnpFacts, SnpProduct } from '../facts.ts'
import type { SnpJudged } from '../policy/judged-facts.ts'
import { demand } from '../refusal.ts'
import { type CheckedSnpCollateral, demandInForce } from '../snp/check-collateral.ts'
import { endorsementKeyOf } from '../snp/endorsement-key.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { spkiHash } from '../x509/chain.ts'
import type { SnpStanding } from './schema.ts'

/** What is kept of a report that was verified. */
export function snpStandingOf(facts: SnpFacts): SnpStanding {
  const { product, signingKey, vmpl, policy, platformInfo, reportedTcb, committedTcb, committedBuild } = facts
  const [vek, ask] = facts.certificates.map(parseCertificate) as [Certificate, Certificate]
  return {
    product: { type: product },
    signingKey: { type: signingKey },
    vmpl,
    policy,
    platformInfo,
    reportedTcb,
    committedTcb,
    committedBuild,
    vekSerial: vek.serial,
    askKey: spkiHash(ask),
    certificatesUntil: BigInt(vek.notAfter),
  }
}

/** Whose collateral a report has to be verified by: told by its certificate, which nobody has verified yet. Refuses. */
export function snpFamilyOf(vek: Uint8Array): { readonly product: SnpProduct; readonly signingKey: 'VCEK' | 'VLEK' } {
  const { product, providerId } = endorsementKeyOf(parseCertificate(vek))
  return { product, signingKey: providerId === undefined ? 'VCEK' : 'VLEK' }
}

/** What is judged of a platform under collateral of now; refuses as a verification of its report would. */
export function snpFactsOf(standing: SnpStanding, collateral: CheckedSnpCollateral, now: number): SnpJudged {
  const { ask, crl, certifies, product } = collateral
  const { signingKey, vmpl, policy, platformInfo, reportedTcb, committedTcb, committedBuild } = standing
  demandInForce(collateral, now)
  demand(BigInt(now) <= standing.certificatesUntil, 'vek-expired')
  // An authority that AMD replaced, as it does where one is revoked, vouches for nobody any more.
  demand(certifies === signingKey.type && equalBytes(spkiHash(ask), standing.askKey), 'chain:vek')
  demand(crl === undefined || !crl.has(standing.vekSerial), 'vek-revoked')
  return {
    tee: 'SevSnp',
    product,
    signingKey: signingKey.type,
    crl: crl === undefined ? undefined : { thisUpdate: crl.thisUpdate, nextUpdate: crl.nextUpdate },
    vmpl,
    policy,
    platformInfo,
    reportedTcb,
    committedTcb,
    committedBuild,
  }
}
