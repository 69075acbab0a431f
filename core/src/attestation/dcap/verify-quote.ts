/** Whether a quote is genuine, by collateral that is; and what it then says. */
import { concatBytes, equalBytes } from '../../codec/index.ts'
import { sha256 } from '../../crypto/index.ts'
import type { VerifyContext } from '../context.ts'
import type { SgxFacts, TdxFacts } from '../facts.ts'
import { buildOf, platformOf } from '../identify.ts'
import { demand, refuse, verdictOf } from '../refusal.ts'
import type { SignatureVerifier } from '../signatures.ts'
import type { Verdict } from '../verdict.ts'
import { type Certificate, parseCertificates } from '../x509/certificate.ts'
import { checkChain } from '../x509/chain.ts'
import type { CheckedDcapCollateral } from './check-collateral.ts'
import { isDebugEnclave } from './enclave-report.ts'
import { judgeTcb } from './judge-tcb.ts'
import { pckPlatformOf } from './pck-extension.ts'
import { attestationPoint, type DcapQuote, type DcapTee, readQuote } from './quote.ts'
import { isDebugTd } from './td-report.ts'
import { demandInForce } from './validity.ts'

export type DcapFacts = SgxFacts | TdxFacts

export interface DcapEvidence {
  readonly tee: DcapTee
  readonly quote: Uint8Array
  /** DER, leaf first: for quotes that only name their platform. A chain in the quote counts before it. */
  readonly pckCertificateChain?: readonly Uint8Array[] | undefined
}

/** Verifies a quote by collateral that was checked before; dates are checked anew. */
export function verifyDcapQuote(
  { tee, quote, pckCertificateChain }: DcapEvidence,
  collateral: CheckedDcapCollateral,
  context: VerifyContext,
): Verdict<DcapFacts> {
  return verdictOf(() => factsOf(readQuote(tee, quote), pckCertificateChain, collateral, context))
}

/** `verifyDcapQuote` for use inside a verification, of a quote that was read: refuses. */
export function factsOf(
  quote: DcapQuote,
  pckCertificateChain: readonly Uint8Array[] | undefined,
  collateral: CheckedDcapCollateral,
  context: VerifyContext,
): DcapFacts {
  demand(quote.body.tee === collateral.tee, 'tcb-info-wrong-tee')
  demandInForce(collateral.validities, context.now)
  const certificates = quote.certification.pckChain ?? pckCertificateChain ?? refuse('pck:missing')
  const pck = demandPck(certificates, collateral, context)
  demandSignatures(quote, pck, context.signatures)

  const platform = pckPlatformOf(pck)
  const { tcbInfo, qeIdentity, validities } = collateral
  demand(equalBytes(platform.fmspc, tcbInfo.fmspc), 'fmspc-mismatch')
  demand(equalBytes(platform.pceId, tcbInfo.pceId), 'pceid-mismatch')
  const { tdxModuleStatus, ...tcb } = judgeTcb(quote, platform, collateral)

  const common = {
    platform: platformOf('Intel', platform.ppid),
    quoteVersion: quote.version,
    ...tcb,
    evaluationNumber: Math.min(tcbInfo.evaluationNumber, qeIdentity.evaluationNumber),
    collateralIssuedAt: Math.min(tcbInfo.issuedAt, qeIdentity.issuedAt),
    collateralExpiresAt: Math.min(...validities.map(({ until }) => until)),
    fmspc: platform.fmspc,
    ppid: platform.ppid,
    pceSvn: platform.pceSvn,
    cpuSvn: platform.components,
    trailingBytes: quote.trailingBytes,
    certificates,
  }
  const { body } = quote
  if (body.tee === 'Sgx') {
    const { mrEnclave, mrSigner, isvProdId, isvSvn, attributes, reportData } = body.report
    return {
      tee: 'Sgx',
      measurement: mrEnclave,
      reportData,
      debug: isDebugEnclave(body.report),
      ...common,
      measurements: { mrEnclave, mrSigner, isvProdId, isvSvn, attributes, reportData },
    }
  }
  const { mrTd, rtmr0, rtmr1, rtmr2, rtmr3, reportData } = body.report
  return {
    tee: 'Tdx',
    measurement: buildOf('Tdx', mrTd, rtmr0, rtmr1, rtmr2, rtmr3),
    reportData,
    debug: isDebugTd(body.report),
    ...common,
    tdxModuleStatus,
    measurements: body.report,
  }
}

/** The platform's certificate, under the CA whose list says that it is not revoked. */
function demandPck(
  encoded: readonly Uint8Array[],
  collateral: CheckedDcapCollateral,
  { now, roots, signatures }: VerifyContext,
): Certificate {
  demand(encoded.length === 3, 'pck:cert-chain')
  const verified = [collateral.pckCa, collateral.root]
  const certificates = parseCertificates(encoded, verified) as [Certificate, Certificate, Certificate]
  const failure = checkChain(certificates, { now, pins: roots.intel, signatures, verified })
  if (failure !== undefined) refuse(`pck:${failure}`)
  const [pck, ca, root] = certificates
  const { rootCrl, pckCa, pckCrl } = collateral
  demand(equalBytes(root.spki, collateral.root.spki), 'pck:untrusted-root')
  demand(!pck.isCa, 'pck:cert-chain')
  const isIssuerOfList = equalBytes(ca.subject, pckCa.subject) && equalBytes(ca.spki, pckCa.spki)
  demand(isIssuerOfList, 'pck_crl:bad-signature/issuer')
  demand(!rootCrl.has(ca.serial), 'pck-ca:revoked')
  demand(!pckCrl.has(pck.serial), 'pck:revoked')
  return pck
}

/** From the platform's key over the quoting enclave to its attestation key, and from that to the quote. */
function demandSignatures(quote: DcapQuote, { publicKey }: Certificate, signatures: SignatureVerifier): void {
  const { qeReport, qeReportSignature, qeAuthentication } = quote.certification
  demand(publicKey.type === 'ec' && publicKey.curve === 'P-256', 'pck:cert-chain')
  demand(
    signatures.ecdsa('P-256', 'SHA-256', publicKey.point, qeReport.bytes, qeReportSignature),
    'qe-report-signature',
  )
  const bound = sha256(concatBytes(quote.attestationKey, qeAuthentication))
  demand(equalBytes(qeReport.reportData, concatBytes(bound, new Uint8Array(32))), 'qe-report-data')
  demand(
    signatures.ecdsa('P-256', 'SHA-256', attestationPoint(quote), quote.signed, quote.signature),
    'quote-signature',
  )
  demand(quote.body.tee === 'Sgx' || quote.body.isOfItsType, 'malformed')
}
