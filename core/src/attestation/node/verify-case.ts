/** One folder of evidence, verified as its `case.json` asks; production roots, at its own date. */
import type { Facts } from '../facts.ts'
import { productionRoots as roots } from '../production-roots.ts'
import type { SignatureVerifier } from '../signatures.ts'
import type { EvidenceFailure } from '../verdict.ts'
import { verify } from '../verify.ts'
import { parseCertificate } from '../x509/certificate.ts'
import { spkiHash } from '../x509/chain.ts'
import { verifyCertificates } from '../x509/verify-certificates.ts'
import { type CaseExpectation, CERTIFICATES, readCase, readCertificateCase, vendorOf } from './case-folder.ts'
import { nodeSignatures } from './node-signatures.ts'

export interface CaseOutcome {
  readonly id: string
  readonly vendor: string
  readonly expect: CaseExpectation
  /** Genuine, and no debug enclave. */
  readonly ok: boolean
  readonly reason?: EvidenceFailure | 'debug'
  /** Of evidence that is genuine, debug or not. */
  readonly facts?: Facts
  /** SEV-SNP without a revocation list: nobody looked whether the chip's key was revoked. */
  readonly isCrlMissing: boolean
}

export interface VerifyCaseOptions {
  readonly signatures?: SignatureVerifier
  /** Whether SEV-SNP evidence may come without a revocation list. */
  readonly crls?: 'required' | 'optional'
}

/**
 * @throws Error if the folder holds no case
 *
 * @example
 * const { ok, reason, facts } = verifyCase('vectors/attestation/intel-tdx/dstack-tdx-uptodate')
 */
export function verifyCase(
  folder: string,
  { signatures = nodeSignatures, crls = 'optional' }: VerifyCaseOptions = {},
): CaseOutcome {
  if (vendorOf(folder) === CERTIFICATES) return verifyCertificateCase(folder, signatures)
  const { id, vendor, expect, evidence, collateral, now } = readCase(folder)
  const common = { id, vendor, expect, isCrlMissing: collateral.type === 'Snp' && collateral.snp.crl === undefined }
  const verdict = verify(evidence, collateral, { now, roots, signatures, crls })
  if (!verdict.ok) return { ...common, ok: false, reason: verdict.reason }
  const { facts } = verdict
  return facts.debug ? { ...common, ok: false, reason: 'debug', facts } : { ...common, ok: true, facts }
}

/** The root of such a case is its own trust anchor: it is about lists, not about whom to trust. */
function verifyCertificateCase(folder: string, signatures: SignatureVerifier): CaseOutcome {
  const { id, vendor, expect, certificates, lists, now } = readCertificateCase(folder)
  const pins = certificates.slice(-1).map((root) => spkiHash(parseCertificate(root)))
  const verdict = verifyCertificates(certificates, lists, { now, pins, signatures })
  const common = { id, vendor, expect, isCrlMissing: false }
  return verdict.ok ? { ...common, ok: true } : { ...common, ok: false, reason: verdict.reason }
}
