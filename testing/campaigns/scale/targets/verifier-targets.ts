/**
 * Whole verifiers behind signatures that all hold, so that changed bytes reach what comes after them. One genuine case of
 * each vendor, and in it one byte string at a time is changed: evidence, certificates, lists and texts.
 */
import {
  type AttestationCollateral,
  type AttestationEvidence,
  type Verdict as EvidenceVerdict,
  productionRoots,
  type SignatureVerifier,
  verify,
} from '@pha/core/attestation'
import { readCase } from '@pha/core/attestation/node'
import { EVIDENCE_FAILURES } from '@pha/core/attestation/testing'
import { evidenceFolders } from '../../evidence-folders.ts'
import { type Target, type Verdict, Violation } from '../target.ts'
import { byteFields, bytesAt, withBytesAt } from './byte-fields.ts'

/** Verifiers read chains of certificates and take up to a millisecond. */
const SHARE = 0.005

const VENDORS = [
  'intel-sgx',
  'intel-tdx',
  'amd-sev-snp',
  'arm-cca',
  'arm-psa',
  'aws-nitro',
  'intel-ias',
  'nvidia-gpu',
] as const

export const TRUSTING: SignatureVerifier = { ecdsa: () => true, rsaPkcs1: () => true, rsaPss: () => true }

/** None where the vectors are absent. */
export function verifierTargets(): readonly Target[] {
  return VENDORS.flatMap((vendor) => {
    const parts = partsOf(vendor)
    return parts === undefined ? [] : byteFields(parts.parts).map((path) => verifierTarget(vendor, parts, path))
  })
}

interface Genuine {
  readonly parts: { readonly evidence: AttestationEvidence; readonly collateral: AttestationCollateral }
  readonly now: number
}

/** The genuine case that has most byte strings: with a list, where others of the vendor have none. */
function partsOf(vendor: string): Genuine | undefined {
  const [first] = evidenceFolders(vendor)
    .map(readCase)
    .filter(({ expect }) => expect.ok)
    .map(({ evidence, collateral, now }) => ({ parts: { evidence, collateral }, now }))
    .sort((left, right) => byteFields(right.parts).length - byteFields(left.parts).length)
  return first
}

function verifierTarget(vendor: string, { parts, now }: Genuine, path: string): Target {
  return {
    name: `attestation.verify.${vendor}.${path}`,
    share: SHARE,
    sample: () => ({ bytes: bytesAt(parts, path), marks: [] }),
    offer: (input) => verdictOn({ parts: withBytesAt(parts, path, input), now }),
  }
}

function verdictOn({ parts, now }: Genuine): Verdict {
  const context = { now, roots: productionRoots, signatures: TRUSTING, crls: 'optional' as const }
  return judged(verify(parts.evidence, parts.collateral, context))
}

/** @throws Violation if a refusal is none that somebody wrote down, or comes of a fault */
export function judged(verdict: EvidenceVerdict<unknown>): Verdict {
  if (verdict.ok) return 'accepted'
  if (verdict.fault !== undefined) throw new Violation(`no check foresaw this: ${verdict.fault}`)
  if (!EVIDENCE_FAILURES.includes(verdict.reason)) throw new Violation(`refused without a reason: ${verdict.reason}`)
  return 'refused'
}
