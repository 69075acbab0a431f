/** Intel's words for levels, and how the parts' words make one for the whole (SGX QVL, `convergeTcbStatus...`). */
import { TCB_STATUSES, type TcbStatus } from '../facts.ts'
import { refuse } from '../refusal.ts'
import type { SvnLevel } from './levels.ts'
import type { PlatformLevel } from './tcb-info.ts'

const PART_STATUSES = ['UpToDate', 'OutOfDate', 'Revoked'] as const satisfies readonly TcbStatus[]
export type PartStatus = (typeof PART_STATUSES)[number]

export function platformStatusOf({ status }: PlatformLevel): TcbStatus {
  return TCB_STATUSES.find((known) => known === status) ?? refuse('unknown-tcb-status')
}

/** Of a quoting enclave or a TDX module: nothing is configured or hardened there. */
export function partStatusOf({ status }: SvnLevel): PartStatus {
  return PART_STATUSES.find((known) => known === status) ?? refuse('unknown-tcb-status')
}

/** The platform's status with a part of it: an old part makes the platform old, a revoked one revokes it. */
export function lowered(platform: TcbStatus, part: PartStatus): TcbStatus {
  switch (part) {
    case 'UpToDate':
      return platform
    case 'OutOfDate':
      return OUT_OF_DATE[platform]
    case 'Revoked':
      return 'Revoked'
  }
}

const OUT_OF_DATE: Readonly<Record<TcbStatus, TcbStatus>> = {
  UpToDate: 'OutOfDate',
  SWHardeningNeeded: 'OutOfDate',
  ConfigurationNeeded: 'OutOfDateConfigurationNeeded',
  ConfigurationAndSWHardeningNeeded: 'OutOfDateConfigurationNeeded',
  OutOfDate: 'OutOfDate',
  OutOfDateConfigurationNeeded: 'OutOfDateConfigurationNeeded',
  Revoked: 'Revoked',
}
