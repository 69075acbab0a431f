/** The chain behind a node, and this machine's clock beside it. */
import { type Client, getStatus } from '@pha/sdk'
import type { Check } from './check.ts'

/** Even an idle chain makes a block each 3 s; more than ten of them missing is no chance. */
const LATE_MS = 30_000
/** Nodes refuse blocks of the future; clocks that are kept by NTP differ by less. */
const EARLY_MS = 2_000

export async function chainChecks(connect: () => Client, nowMs: () => number = Date.now): Promise<readonly Check[]> {
  await using client = connect()
  try {
    const { url, genesisHash, block } = await getStatus(client)
    const found = `${url}, chain ${genesisHash}, block ${block.number}`
    return [{ about: 'node', level: 'ok', found }, clock(nowMs() - block.time.getTime())]
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [
      {
        about: 'node',
        level: 'warn',
        found: `none: ${reason}; the clock was not compared`,
        fix: 'name one: pha --url ws://NODE doctor, or start one: pha dev',
      },
    ]
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
