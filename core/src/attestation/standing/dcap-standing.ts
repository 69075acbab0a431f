/** Of SGX enclaves and trust domains: what is kept of a quote, and what newer collateral makes of that. */
import { equalBytes } from '../../codec/index.ts'
import type { CheckedDcapCollateral } from '../dcap/check-collateral.ts'
import { judgeTcb } from '../dcap/judge-tcb.ts'
import { pckPlatformOf } from '../dcap/pck-extension.ts'
import { type DcapTee, readQuote } from '../dcap/quote.ts'
import { demandInForce } from '../dcap/validity.ts'
import type { SgxFacts, TdxFacts } from '../facts.ts'
import type { SgxJudged, TdxJudged } from '../policy/judged-facts.ts'
import { demand, refuse } from '../refusal.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { spkiHash } from '../x509/chain.ts'
import type { DcapStanding } from './schema.ts'

/** What is kept of a quote that was verified. */
export function dcapStandingOf(quote: Uint8Array, facts: SgxFacts | TdxFacts): DcapStanding {
  const { certification, body } = readQuote(facts.tee, quote)
  const { miscSelect, attributes, mrSigner, isvProdId, isvSvn } = certification.qeReport
  const certificates = facts.certificates.map(parseCertificate)
  const [pck, pckCa] = certificates as [Certificate, Certificate]
  const { fmspc, pceId, components, pceSvn } = pckPlatformOf(pck)
  return {
    fmspc,
    pceId,
    components: Uint8Array.from(components),
    pceSvn,
    quotingEnclave: { miscSelect, attributes, mrSigner, isvProdId, isvSvn },
    trustDomain: body.tee === 'Tdx' ? body.report : undefined,
    pckSerial: pck.serial,
    pckCaSerial: pckCa.serial,
    pckCaKey: spkiHash(pckCa),
    certificatesUntil: BigInt(Math.min(...certificates.map(({ notAfter }) => notAfter))),
  }
}

/** Whose collateral a quote has to be verified by: told by its certificates, which nobody has verified yet. Refuses. */
export function dcapFamilyOf(
  tee: DcapTee,
  quote: Uint8Array,
): { readonly fmspc: Uint8Array; readonly pckCaKey: Uint8Array } {
  const [pck, pckCa] = (readQuote(tee, quote).certification.pckChain ?? refuse('pck:missing')).map(parseCertificate)
  if (pck === undefined || pckCa === undefined) return refuse('pck:cert-chain')
  return { fmspc: pckPlatformOf(pck).fmspc, pckCaKey: spkiHash(pckCa) }
}

/** What is judged of a platform under collateral of now; refuses as a verification of its quote would. */
export function dcapFactsOf(
  tee: DcapTee,
  standing: DcapStanding,
  collateral: CheckedDcapCollateral,
  now: number,
): SgxJudged | TdxJudged {
  const { tcbInfo, qeIdentity, validities, rootCrl, pckCrl, pckCa } = collateral
  demandInForce(validities, now)
  demand(BigInt(now) <= standing.certificatesUntil, 'pck:cert-expired')
  demand(equalBytes(spkiHash(pckCa), standing.pckCaKey), 'pck_crl:bad-signature/issuer')
  demand(!rootCrl.has(standing.pckCaSerial), 'pck-ca:revoked')
  demand(!pckCrl.has(standing.pckSerial), 'pck:revoked')
  demand(equalBytes(standing.fmspc, tcbInfo.fmspc), 'fmspc-mismatch')
  demand(equalBytes(standing.pceId, tcbInfo.pceId), 'pceid-mismatch')

  const { quotingEnclave, trustDomain, fmspc } = standing
  const body = trustDomain === undefined ? ({ tee: 'Sgx' } as const) : ({ tee: 'Tdx', report: trustDomain } as const)
  const quoted = { body, certification: { qeReport: quotingEnclave } }
  const { tcbStatus, advisoryIds, recoveredAt } = judgeTcb(quoted, standing, collateral)
  const common = {
    tcbStatus,
    advisoryIds,
    recoveredAt,
    evaluationNumber: Math.min(tcbInfo.evaluationNumber, qeIdentity.evaluationNumber),
    collateralIssuedAt: Math.min(tcbInfo.issuedAt, qeIdentity.issuedAt),
    collateralExpiresAt: Math.min(...validities.map(({ until }) => until)),
    fmspc,
  }
  if (tee === 'Sgx') return { tee, ...common }
  return { tee, ...common, measurements: trustDomain ?? refuse('wrong-tee') }
}
