/** Whether a trust domain runs on a TDX module of Intel's, and at which level of it (Intel PCS API version 4, step 5). */
import { equalBytes, toHex } from '../../codec/index.ts'
import { demand, refuse } from '../refusal.ts'
import { type Match, type SvnLevel, svnLevelFor } from './levels.ts'
import { equalUnderMask } from './mask.ts'
import type { TcbInfo, TdxModule } from './tcb-info.ts'
import type { TdReport } from './td-report.ts'

/** What is compared with the module's identity. */
export type QuotedModule = Pick<TdReport, 'teeTcbSvn' | 'mrSignerSeam' | 'seamAttributes'>

/**
 * The module's level; undefined for major version 0, which the platform's level covers.
 *
 * TD 1.5 names a second, newer TEE TCB (the module was updated under a running domain). Intel then advises a relaunch
 * where it would say OutOfDate; here it stays OutOfDate, since the domain was launched by the older module.
 */
export function tdxModuleLevelOf(
  report: QuotedModule,
  { tdxModule, tdxModules }: TcbInfo,
): Match<SvnLevel> | undefined {
  const [isvSvn, majorVersion] = report.teeTcbSvn as Uint8Array & readonly [number, number]
  if (majorVersion === 0) {
    demandModule(report, tdxModule ?? refuse('tdx-module-missing'))
    return undefined
  }
  const id = `TDX_${toHex(Uint8Array.of(majorVersion)).slice(2).toUpperCase()}`
  const identity = tdxModules.find((module) => module.id === id)
  if (identity === undefined) return refuse('tdx-module-missing')
  demandModule(report, identity)
  return svnLevelFor(identity.levels, isvSvn) ?? refuse('tdx-module-no-matching-level')
}

function demandModule(report: QuotedModule, { mrSigner, attributes, attributesMask }: TdxModule): void {
  const isSigned = equalBytes(report.mrSignerSeam, mrSigner)
  demand(isSigned && equalUnderMask(report.seamAttributes, attributes, attributesMask), 'tdx-module-mismatch')
}
