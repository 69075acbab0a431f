/** The attestation vectors, read in place. Tests that use them skip, visibly, where they are absent. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type AttestationCase, readCase } from './case-folder.ts'

export { isExpectedReason } from './expectation.ts'

const vectors = join(import.meta.dirname, '../../../../../shared/vectors/attestation')

/** For `describe(..., { skip })`: why the vectors cannot be read, or false. */
export const skip = existsSync(vectors) ? false : 'skipped: ../shared/vectors/attestation is absent'

export const VENDORS = [
  'amd-sev-snp',
  'arm-cca',
  'arm-psa',
  'aws-nitro',
  'intel-ias',
  'intel-sgx',
  'intel-tdx',
  'nvidia-gpu',
  'x509-crl',
] as const

/** Folders of a vendor's cases, in order; none where the vectors are absent. */
export function caseFolders(vendor: string): readonly string[] {
  if (skip) return []
  return readdirSync(join(vectors, vendor))
    .sort()
    .map((name) => join(vectors, vendor, name))
}

/**
 * A vendor's cases, in order of their names.
 *
 * @example
 * for (const { id, evidence, collateral, now, expect } of attestationCases('intel-tdx')) it(id, () => ...)
 */
export function attestationCases(vendor: string): readonly AttestationCase[] {
  return caseFolders(vendor).map(readCase)
}
