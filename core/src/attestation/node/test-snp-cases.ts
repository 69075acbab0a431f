/** SEV-SNP cases of the vectors, as this verifier takes them. */
import type { SnpCollateral } from '../evidence.ts'
import type { SnpFacts } from '../facts.ts'
import { productionRoots as roots } from '../production-roots.ts'
import type { SnpOptions } from '../snp/check-collateral.ts'
import type { SnpEvidence } from '../snp/verify-report.ts'
import { verifySnp } from '../snp/verify-snp.ts'
import type { Verdict } from '../verdict.ts'
import type { AttestationCase } from './case-folder.ts'
import { nodeSignatures } from './node-signatures.ts'

export interface SnpCase extends Omit<AttestationCase, 'evidence' | 'collateral'> {
  readonly evidence: SnpEvidence
  readonly collateral: SnpCollateral
}

export function snpCase({ evidence, collateral, ...rest }: AttestationCase): SnpCase {
  if (evidence.type !== 'SevSnp' || collateral.type !== 'Snp') throw new Error(`${rest.id} is no case of SEV-SNP`)
  return { ...rest, evidence, collateral: collateral.snp }
}

/** Without a list where the case has none, at the time of the case. */
export function verifyCase(
  { evidence, collateral, now }: Pick<SnpCase, 'evidence' | 'collateral' | 'now'>,
  options: SnpOptions = { crls: 'optional' },
): Verdict<SnpFacts> {
  return verifySnp(evidence, collateral, { now, roots, signatures: nodeSignatures }, options)
}
