/** The chain behind a node, and this machine's clock beside it. */
import { type Client, getStatus } from '@pha/sdk'
import type { Check } from './check.ts'

/** Even an idle chain makes a block each 3 s; more than ten of them missing is no chance. */
const LATE_MS = 30_000
/** Nodes refuse blocks of the future; clocks that are kept by NTP differ by less. */
const EARLY_MS = 2_000

export interface ChainChecks {
  readonly checks: readonly Check[]
  /** Of the newest block; `undefined` without a node. */
  readonly time?: Date
}

export async function chainChecks(client: Client, nowMs: () => number = Date.now): Promise<ChainChecks> {
  try {
    const { url, genesisHash, block } = await getStatus(client)
    const found = `${url}, chain ${genesisHash}, block ${block.number}`
    const { time } = block
    return { checks: [{ about: 'node', level: 'ok', found }, clock(nowMs() - time.getTime())], time }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const found = `none: ${reason}; clock and collateral were not looked at`
    const fix = 'name one: pha --url ws://NODE doctor, or start one: pha dev'
    return { checks: [{ about: 'node', level: 'warn', found, fix }] }
  }
}

/** @param ahead of the newest block's time */
function clock(ahead: number): Check {
  const seconds = (Math.abs(ahead) / 1_000).toFixed(1)
  const fix = 'synchronise the clock (timedatectl set-ntp true); if it is right, ask who runs the node'
  if (ahead > LATE_MS) {
    return {
      about: 'clock',
      level: 'warn',
      found: `the newest block is ${seconds} s old: the node lags, or the clock is ahead`,
      fix,
    }
  }
  if (ahead < -EARLY_MS) {
    return { about: 'clock', level: 'lack', found: `${seconds} s behind the chain`, fix }
  }
  return { about: 'clock', level: 'ok', found: `${seconds} s after the newest block` }
}
