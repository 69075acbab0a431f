/**
 * Attestation verification reports of Intel's service for EPID (Attestation Service API, revision 7, section 4.2.1). The
 * service is retired and its signing certificate ended on 2026-11-20: reports are history, judged at their own date.
 */
import { base64 } from '@scure/base'
import { utf8Encode } from '../../codec/index.ts'
import { secondsOfIso } from '../calendar.ts'
import type { VerifyContext } from '../context.ts'
import { ENCLAVE_REPORT_BYTES, isDebugEnclave, readEnclaveReport } from '../dcap/enclave-report.ts'
import type { AttestationEvidence } from '../evidence.ts'
import type { IasFacts } from '../facts.ts'
import { platformOf } from '../identify.ts'
import { type Json, parseJson } from '../json.ts'
import { numberOf, objectOf, textOf, textsOf } from '../json-fields.ts'
import { demand, refuse, verdictOf } from '../refusal.ts'
import type { Verdict } from '../verdict.ts'
import { parseCertificate } from '../x509/certificate.ts'
import { checkChain } from '../x509/chain.ts'
import { MAX_CHAIN_CERTIFICATES } from '../x509/limits.ts'
import { reportBounds } from './limits.ts'

/** An EPID quote without its signature, which only the service can check: header, report body. */
const QUOTE_HEADER_BYTES = 48
const QUOTE_BYTES = QUOTE_HEADER_BYTES + ENCLAVE_REPORT_BYTES

/**
 * Statuses under which the service found the quote's signature genuine and its signer not revoked. Under all others
 * (`SIGNATURE_INVALID`, `KEY_REVOKED`, ...) the quote in the report may be anybody's text.
 */
const GENUINE_STATUSES: readonly string[] = [
  'OK',
  'GROUP_OUT_OF_DATE',
  'CONFIGURATION_NEEDED',
  'SW_HARDENING_NEEDED',
  'CONFIGURATION_AND_SW_HARDENING_NEEDED',
]

/**
 * What a report proves.
 *
 * @example
 * const verdict = verifyIas({ report, signature, certificates }, { now, roots: productionRoots, signatures })
 */
export function verifyIas(
  { report, signature, certificates }: Omit<Extract<AttestationEvidence, { type: 'Ias' }>, 'type'>,
  { now, roots, signatures }: VerifyContext,
): Verdict<IasFacts> {
  return verdictOf(() => {
    demand(report.length <= reportBounds.bytes, 'malformed')
    demand(certificates.length <= MAX_CHAIN_CERTIFICATES, 'cert-chain')
    const chain = certificates.map(parseCertificate)
    const failure = checkChain(chain, { now, pins: roots.intelIas, signatures })
    if (failure !== undefined) refuse(failure)
    const [signer] = chain
    demand(signer?.publicKey.type === 'rsa' && !signer.isCa, 'cert-chain')
    demand(signatures.rsaPkcs1('SHA-256', signer.publicKey.key, report, signature), 'signature')
    return readReport(report, certificates)
  })
}

function readReport(report: Uint8Array, certificates: readonly Uint8Array[]): IasFacts {
  const fields = objectOf(parseJson(report, reportBounds))
  const reportVersion = numberOf(fields.get('version'), 255)
  demand(reportVersion === 3 || reportVersion === 4, 'unsupported-version')
  const quoteStatus = textOf(fields.get('isvEnclaveQuoteStatus'))
  demand(GENUINE_STATUSES.includes(quoteStatus), 'quote-status')
  const timestamp = textOf(fields.get('timestamp'))
  secondsOfIso(timestamp)

  const quote = base64Of(fields.get('isvEnclaveQuoteBody'))
  demand(quote.length === QUOTE_BYTES, 'bad-length')
  const enclave = readEnclaveReport(quote.subarray(QUOTE_HEADER_BYTES))
  const { mrEnclave, mrSigner, isvProdId, isvSvn, reportData } = enclave
  const pseudonym = fields.get('epidPseudonym')
  return {
    tee: 'Ias',
    measurement: mrEnclave,
    reportData,
    debug: isDebugEnclave(enclave),
    // EPID hides which machine it was; quotes that cannot be linked count as those of one machine, never of many.
    platform: platformOf('Intel', utf8Encode('EPID'), pseudonym === undefined ? Uint8Array.of() : base64Of(pseudonym)),
    reportVersion,
    quoteStatus,
    advisoryIds: fields.has('advisoryIDs') ? textsOf(fields.get('advisoryIDs')) : [],
    timestamp,
    nonce: fields.has('nonce') ? textOf(fields.get('nonce')) : undefined,
    measurements: { mrEnclave, mrSigner, isvProdId, isvSvn, reportData },
    certificates,
  }
}

function base64Of(value: Json | undefined): Uint8Array {
  try {
    return base64.decode(textOf(value))
  } catch {
    return refuse('malformed')
  }
}
