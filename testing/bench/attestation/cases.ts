/** What is measured: real evidence of each kind, from the attestation vectors. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type AttestationCase, readCase } from '@pha/core/attestation/node'

const vectors = join(import.meta.dirname, '../../../../shared/vectors/attestation')

const FOLDERS = {
  SGX: 'intel-sgx/dcapqvl-sgx-2025-07',
  TDX: 'intel-tdx/dstack-tdx-uptodate',
  'SEV-SNP': 'amd-sev-snp/routex-genoa-v5',
  CCA: 'arm-cca/veraison-cca-good',
  Nitro: 'aws-nitro/dstack-nsm',
} as const

type BenchKind = keyof typeof FOLDERS
export const KINDS = Object.keys(FOLDERS) as readonly BenchKind[]

export type BenchCase = AttestationCase & { readonly folder: string }

/** @throws Error where the vectors are absent: a benchmark without evidence measures nothing */
export function benchCase(kind: BenchKind): BenchCase {
  if (!existsSync(vectors)) throw new Error('the attestation vectors are absent: ../shared/vectors/attestation')
  const folder = join(vectors, FOLDERS[kind])
  return { ...readCase(folder), folder }
}
