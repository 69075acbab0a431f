/**
 * `measure --tee tdx`: what the chain lists of a TDX machine, from its five registers. MRTD and RTMR0 to RTMR2 are of the
 * guest's operating system, and its publisher says them; RTMR3 is given too, or replayed from an event log of dstack.
 */
import { buildOf } from '@pha/core/attestation'
import { utf8Decode } from '@pha/core/codec'
import { replayEventLog } from '../dstack/event-log.ts'
import { packagingLimits } from '../limits.ts'
import { readBounded } from '../read-bounded.ts'
import { bad, optionsOf, registerOf, required } from './arguments.ts'
import type { Report } from './report.ts'

export const TDX_USAGE =
  'measure --tee tdx --mrtd HEX --rtmr0 HEX --rtmr1 HEX --rtmr2 HEX --rtmr3 HEX | --mrtd HEX --event-log FILE [--rtmr0 HEX ...]'

const RTMRS = ['rtmr0', 'rtmr1', 'rtmr2', 'rtmr3'] as const
const REGISTER_BYTES = 48

/** @throws PackagingError `packaging.bad-arguments`, and those of event logs */
export async function measureTdx(args: string[]): Promise<Report> {
  const options = optionsOf(args, TDX_USAGE, ['mrtd', ...RTMRS, 'event-log'])
  const register = (name: 'mrtd' | (typeof RTMRS)[number]): Uint8Array =>
    registerOf(required(options[name], name, TDX_USAGE), name, REGISTER_BYTES, TDX_USAGE)
  const mrTd = register('mrtd')
  const log = options['event-log']
  const replayed = log === undefined ? [] : await replay(log)
  const rtmrs = RTMRS.map((name, i) => {
    const found = replayed[i]
    // Firmware extends RTMR0 to RTMR2 at every boot: a log that leaves their events out says nothing about them.
    if (found === undefined || found.every((byte) => byte === 0)) return register(name)
    if (options[name] !== undefined && Buffer.compare(register(name), found) !== 0) {
      throw bad(`--${name} is not what the event log gives`, TDX_USAGE)
    }
    return found
  })
  return {
    mrTd,
    ...Object.fromEntries(RTMRS.map((name, i) => [name, rtmrs[i] as Uint8Array])),
    build: buildOf('Tdx', mrTd, ...rtmrs),
  }
}

async function replay(file: string): Promise<readonly Uint8Array[]> {
  return replayEventLog(utf8Decode(await readBounded(file, packagingLimits.eventLogBytes))).rtmrs
}
