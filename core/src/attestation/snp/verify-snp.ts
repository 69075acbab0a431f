/** SEV-SNP evidence with collateral that nobody has checked yet. */
import type { VerifyContext } from '../context.ts'
import type { SnpCollateral } from '../evidence.ts'
import type { SnpFacts } from '../facts.ts'
import { verdictOf } from '../refusal.ts'
import type { Verdict } from '../verdict.ts'
import { demandCollateral, type SnpOptions } from './check-collateral.ts'
import { readReport } from './report.ts'
import { factsOf, type SnpEvidence } from './verify-report.ts'

/**
 * What a report proves. The report is read first: bytes that are none cost no signature.
 *
 * @example
 * const verdict = verifySnp({ report, vek }, snp, { now, roots: productionRoots, signatures: pureSignatures })
 */
export function verifySnp(
  { report, vek }: SnpEvidence,
  collateral: SnpCollateral,
  context: VerifyContext,
  options: SnpOptions = {},
): Verdict<SnpFacts> {
  return verdictOf(() => {
    const read = readReport(report)
    return factsOf(read, vek, demandCollateral(collateral, context, options), context)
  })
}
