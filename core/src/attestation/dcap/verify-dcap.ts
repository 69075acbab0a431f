/** SGX and TDX evidence with collateral that nobody has checked yet. */
import type { VerifyContext } from '../context.ts'
import type { AttestationEvidence, DcapCollateral } from '../evidence.ts'
import { verdictOf } from '../refusal.ts'
import type { Verdict } from '../verdict.ts'
import { demandCollateral } from './check-collateral.ts'
import { readQuote } from './quote.ts'
import { type DcapFacts, factsOf } from './verify-quote.ts'

/**
 * What a quote proves. The quote is read first: bytes that are none cost no signature.
 *
 * @example
 * const verdict = verifyDcap({ type: 'Sgx', quote }, dcap, { now, roots: productionRoots, signatures: pureSignatures })
 */
export function verifyDcap(
  evidence: Extract<AttestationEvidence, { readonly type: 'Sgx' | 'Tdx' }>,
  collateral: DcapCollateral,
  context: VerifyContext,
): Verdict<DcapFacts> {
  return verdictOf(() => {
    const quote = readQuote(evidence.type, evidence.quote)
    const checked = demandCollateral(evidence.type, collateral, context)
    return factsOf(quote, collateral.pckCertificateChain, checked, context)
  })
}
