/** The attestation vectors of SGX and TDX, typed as such. */

import { verifyDcap } from '../dcap/verify-dcap.ts'
import type { DcapFacts } from '../dcap/verify-quote.ts'
import type { AttestationEvidence, DcapCollateral } from '../evidence.ts'
import { productionRoots } from '../production-roots.ts'
import type { TrustedRoots } from '../roots.ts'
import type { Verdict } from '../verdict.ts'
import type { CaseExpectation } from './case-folder.ts'
import { nodeSignatures } from './node-signatures.ts'
import { attestationCases } from './test-vectors.ts'

export interface DcapCase {
  readonly id: string
  readonly evidence: Extract<AttestationEvidence, { readonly type: 'Sgx' | 'Tdx' }>
  readonly collateral: DcapCollateral
  /** Seconds since 1970. */
  readonly now: number
  readonly expect: CaseExpectation
}

export function dcapCases(vendor: 'intel-sgx' | 'intel-tdx'): readonly DcapCase[] {
  return attestationCases(vendor).flatMap(({ id, evidence, collateral, now, expect }) =>
    collateral.type === 'Dcap' && (evidence.type === 'Sgx' || evidence.type === 'Tdx')
      ? [{ id, evidence, collateral: collateral.dcap, now, expect }]
      : [],
  )
}

/** Cases whose evidence verifies, debug enclaves among them: whether debug is accepted is policy. */
export function genuineDcapCases(): readonly DcapCase[] {
  const cases = [...dcapCases('intel-sgx'), ...dcapCases('intel-tdx')]
  return cases.filter(({ expect }) => expect.ok || expect.reason === 'debug')
}

export function verifyCase(
  { evidence, collateral, now }: Pick<DcapCase, 'evidence' | 'collateral' | 'now'>,
  roots: TrustedRoots = productionRoots,
): Verdict<DcapFacts> {
  return verifyDcap(evidence, collateral, { now, roots, signatures: nodeSignatures })
}
