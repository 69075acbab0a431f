/** What a verifier of evidence answers: facts, or the first check that failed. Whether the facts suffice is policy, on chain. */
import type { Facts } from './facts.ts'

/**
 * Reasons, one for each check; appended, never changed. Before a colon stands the certificate chain or part that failed.
 *
 * `evidence.*` are those of the simulated TEE.
 */
export const EVIDENCE_FAILURES = [
  'evidence.malformed',
  'evidence.bad-certificate',
  'evidence.bad-signature',
  // All kinds
  'malformed',
  'bad-length',
  'unsupported-version',
  'unsupported-algorithm',
  'wrong-tee',
  'wrong-collateral',
  'signature',
  'untrusted-root',
  'cert-expired',
  'cert-chain',
  'cert-revoked',
  // DCAP
  'pck:untrusted-root',
  'pck:cert-expired',
  'pck:cert-chain',
  'pck:missing',
  'pck:revoked',
  'pck-ca:revoked',
  'root_crl:missing',
  'root_crl:expired',
  'root_crl:bad-signature/issuer',
  'pck_crl:missing',
  'pck_crl:expired',
  'pck_crl:bad-signature/issuer',
  'tcbchain:untrusted-root',
  'tcbchain:cert-expired',
  'tcbchain:cert-chain',
  'tcbchain:revoked',
  'qechain:untrusted-root',
  'qechain:cert-expired',
  'qechain:cert-chain',
  'qechain:revoked',
  'tcb-info-signature',
  'tcb-info:expired',
  'tcb-info:not-yet-valid',
  'tcb-info-wrong-tee',
  'tcb-info-wrong-version',
  'qe-identity-signature',
  'qe-identity:expired',
  'qe-identity:not-yet-valid',
  'qe-identity-wrong-id',
  'qe-identity-wrong-version',
  'qe-report-signature',
  'qe-report-data',
  'quote-signature',
  'fmspc-mismatch',
  'pceid-mismatch',
  'qe-mrsigner',
  'qe-prodid',
  'qe-attributes',
  'qe-miscselect',
  'qe-no-matching-level',
  'no-matching-tcb-level',
  'unknown-tcb-status',
  'tdx-module-missing',
  'tdx-module-mismatch',
  'tdx-module-no-matching-level',
  // SEV-SNP
  'untrusted-ark',
  'chain:ask',
  'chain:vek',
  'ark-expired',
  'ask-expired',
  'vek-expired',
  'crl-missing',
  'crl-expired',
  'crl-signature',
  'ask-revoked',
  'vek-revoked',
  'report-signature',
  'tcb-mismatch',
  'hwid-mismatch',
  'product-mismatch',
  'signing-key',
  'runtime-data',
  // Tokens
  'cose-signature',
  'platform-signature',
  'realm-signature',
  'rak-binding',
  'unknown-profile',
  'unknown-key',
  'missing-claim',
  // X.509
  'leaf-revoked',
  // IAS
  'quote-status',
  // NVIDIA
  'firmware-id',
] as const
export type EvidenceFailure = (typeof EVIDENCE_FAILURES)[number]

export type Verdict<F = Facts> =
  | { readonly ok: true; readonly facts: F }
  | {
      readonly ok: false
      readonly reason: EvidenceFailure
      /** What was thrown, where no check foresaw the bytes: a fault of the verifier, which refuses them all the same. */
      readonly fault?: unknown
    }
