/** Where a platform, its quoting enclave and its TDX module stand among Intel's levels, and what that makes of the whole. */
import type { TcbStatus } from '../facts.ts'
import type { CheckedDcapCollateral } from './check-collateral.ts'
import { earliest } from './levels.ts'
import type { PckPlatform } from './pck-extension.ts'
import { platformLevelOf } from './platform-level.ts'
import { type QuotingEnclave, qeLevelOf } from './qe-identity.ts'
import { lowered, partStatusOf, platformStatusOf } from './status.ts'
import { type QuotedModule, tdxModuleLevelOf } from './tdx-module-level.ts'

export interface TcbJudgement {
  readonly tcbStatus: TcbStatus
  readonly platformTcbStatus: TcbStatus
  readonly qeTcbStatus: TcbStatus
  readonly tdxModuleStatus: TcbStatus | undefined
  readonly advisoryIds: readonly string[]
  readonly tcbDate: number
  readonly recoveredAt: number | undefined
}

/** The parts of a quote that have versions. */
export interface QuotedVersions {
  readonly body: { readonly tee: 'Sgx' } | { readonly tee: 'Tdx'; readonly report: QuotedModule }
  readonly certification: { readonly qeReport: QuotingEnclave }
}

export function judgeTcb(
  { body, certification }: QuotedVersions,
  pck: Pick<PckPlatform, 'components' | 'pceSvn'>,
  { tcbInfo, qeIdentity }: Pick<CheckedDcapCollateral, 'tcbInfo' | 'qeIdentity'>,
): TcbJudgement {
  const qe = qeLevelOf(certification.qeReport, qeIdentity)
  const teeTcbSvn = body.tee === 'Tdx' ? body.report.teeTcbSvn : undefined
  const platform = platformLevelOf(pck, teeTcbSvn, tcbInfo)
  const module = body.tee === 'Tdx' ? tdxModuleLevelOf(body.report, tcbInfo) : undefined

  const platformTcbStatus = platformStatusOf(platform.level)
  const qeTcbStatus = partStatusOf(qe.level)
  const tdxModuleStatus = module && partStatusOf(module.level)
  const matches = module === undefined ? [platform, qe] : [platform, qe, module]
  return {
    tcbStatus: lowered(lowered(platformTcbStatus, tdxModuleStatus ?? 'UpToDate'), qeTcbStatus),
    platformTcbStatus,
    qeTcbStatus,
    tdxModuleStatus,
    advisoryIds: [...new Set(matches.flatMap(({ level }) => level.advisoryIds))].sort(),
    tcbDate: platform.level.tcbDate,
    recoveredAt: earliest(matches.flatMap(({ recoveredAt }) => recoveredAt ?? [])),
  }
}
