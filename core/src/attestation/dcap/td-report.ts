/** Body of a TDX quote: the report of a trust domain (Intel TDX DCAP Quoting Library API, appendix A.3), TD 1.0 or TD 1.5. */
import { Reader } from '../../codec/index.ts'
import type { TdxFacts } from '../facts.ts'

export const TD_REPORT_BYTES = { '1.0': 584, '1.5': 648 } as const
const DEBUG = 0x01

export type TdReport = TdxFacts['measurements']

/** @param bytes as many as TD 1.0 or TD 1.5 have */
export function readTdReport(bytes: Uint8Array): TdReport {
  const reader = new Reader(bytes)
  const teeTcbSvn = reader.raw(16)
  const mrSeam = reader.raw(48)
  const mrSignerSeam = reader.raw(48)
  const seamAttributes = reader.raw(8)
  const tdAttributes = reader.raw(8)
  const xfam = reader.raw(8)
  const mrTd = reader.raw(48)
  const mrConfigId = reader.raw(48)
  const mrOwner = reader.raw(48)
  const mrOwnerConfig = reader.raw(48)
  const rtmr0 = reader.raw(48)
  const rtmr1 = reader.raw(48)
  const rtmr2 = reader.raw(48)
  const rtmr3 = reader.raw(48)
  const reportData = reader.raw(64)
  const is15 = reader.remaining > 0
  const teeTcbSvn2 = is15 ? reader.raw(16) : undefined
  const mrServiceTd = is15 ? reader.raw(48) : undefined
  reader.expectEnd()
  return {
    mrTd,
    rtmr0,
    rtmr1,
    rtmr2,
    rtmr3,
    mrConfigId,
    mrOwner,
    mrOwnerConfig,
    mrSeam,
    mrSignerSeam,
    seamAttributes,
    tdAttributes,
    xfam,
    teeTcbSvn,
    teeTcbSvn2,
    mrServiceTd,
    reportData,
  }
}

export function isDebugTd({ tdAttributes }: TdReport): boolean {
  return ((tdAttributes[0] as number) & DEBUG) !== 0
}
