/** Where the attestation vectors are, for campaigns that start from real evidence. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const vectors = join(import.meta.dirname, '../../../shared/vectors/attestation')

/** Why there are none, or false. */
export const noEvidence = existsSync(vectors) ? false : 'skipped: ../shared/vectors/attestation is absent'

/** Folders of a vendor's cases; none where the vectors are absent. */
export function evidenceFolders(vendor: string): readonly string[] {
  if (noEvidence) return []
  return readdirSync(join(vectors, vendor))
    .sort()
    .map((name) => join(vectors, vendor, name))
}
