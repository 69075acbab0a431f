/** The part of facts that a policy looks at: what has to be kept of evidence, so that a worker can be judged again without it. */
import type {
  CcaFacts,
  Facts,
  IasFacts,
  NitroFacts,
  NvidiaGpuFacts,
  PsaFacts,
  SgxFacts,
  SimulatedFacts,
  SnpFacts,
  TdxFacts,
} from '../facts.ts'

type DcapPart =
  | 'tcbStatus'
  | 'advisoryIds'
  | 'recoveredAt'
  | 'evaluationNumber'
  | 'collateralIssuedAt'
  | 'collateralExpiresAt'
  | 'fmspc'

export type SgxJudged = Pick<SgxFacts, 'tee' | DcapPart>

export type TdxJudged = Pick<TdxFacts, 'tee' | DcapPart> & {
  readonly measurements: Pick<
    TdxFacts['measurements'],
    'tdAttributes' | 'xfam' | 'mrServiceTd' | 'mrSignerSeam' | 'seamAttributes'
  >
}

export type SnpJudged = Pick<
  SnpFacts,
  | 'tee'
  | 'product'
  | 'signingKey'
  | 'crl'
  | 'vmpl'
  | 'policy'
  | 'platformInfo'
  | 'reportedTcb'
  | 'committedTcb'
  | 'committedBuild'
>

export type TokenJudged = Pick<CcaFacts | PsaFacts, 'tee' | 'lifecycle'>

export type NitroJudged = Pick<NitroFacts, 'tee' | 'timestampMs'>

export type PlatformJudged =
  | Pick<SimulatedFacts, 'tee'>
  | SgxJudged
  | TdxJudged
  | SnpJudged
  | Pick<CcaFacts, 'tee' | 'lifecycle'>
  | Pick<PsaFacts, 'tee' | 'lifecycle'>
  | NitroJudged
  | Pick<IasFacts, 'tee'>
  | Pick<NvidiaGpuFacts, 'tee'>

export type JudgedFacts = PlatformJudged & Pick<Facts, 'debug' | 'platform'>
