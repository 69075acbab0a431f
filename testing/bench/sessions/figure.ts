/** One JSON line of a figure: ours beside a peer, measured by turns in the same run. */
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'

export interface Way {
  readonly name: string
  /** Does `count` of what is measured; throws if one did not do what it should. */
  readonly run: (count: number) => Promise<void>
  /** Other processes that work for it. */
  readonly processes?: () => readonly number[]
}

/** Length of one turn: long enough to pass over collections, short enough that a busy machine disturbs all ways alike. */
const TURN_MS = 250

/**
 * Runs all ways by turns and tells how many each does in a second of the clock, and in a second of the processor time of
 * all who work for it, which a busy machine leaves nearly true.
 *
 * @param goal of the first way, in times of the last one
 */
export async function compare(figure: string, ways: readonly Way[], rounds: number, goal: number): Promise<void> {
  const counts = await Promise.all(ways.map(() => 1))
  const totals = ways.map(() => ({ done: 0, ms: 0, cpuUs: 0 }))
  for (let round = -2; round < rounds; round++) {
    for (const [i, way] of ways.entries()) {
      const count = counts[i] as number
      const [start, cpuUs] = [performance.now(), usedBy(way)]
      await way.run(count)
      const ms = performance.now() - start
      const usedUs = usedBy(way) - cpuUs
      const total = totals[i] as (typeof totals)[0]
      if (round >= 0) {
        total.done += count
        total.ms += ms
        total.cpuUs += usedUs
      }
      counts[i] = Math.max(1, Math.round((count * TURN_MS) / ms))
    }
  }
  const perSecond = totals.map(({ done, ms }) => (done / ms) * 1_000)
  const perCpuSecond = totals.map(({ done, cpuUs }) => (done / cpuUs) * 1_000_000)
  for (const [i, { name }] of ways.entries()) {
    const timesPeer = round2((perSecond[i] as number) / (perSecond.at(-1) as number))
    const timesPeerCpu = round2((perCpuSecond[i] as number) / (perCpuSecond.at(-1) as number))
    const rates = { perSecond: Math.round(perSecond[i] as number), perCpuSecond: Math.round(perCpuSecond[i] as number) }
    const ratios = i === ways.length - 1 ? {} : { timesPeer, timesPeerCpu, ...(i === 0 && { goal }) }
    console.log(JSON.stringify({ figure, name, ...rates, ...ratios, load: round2(loadavg()[0] ?? 0) }))
  }
}

/** Microseconds of processor time until now. */
function usedBy({ processes = () => [] }: Way): number {
  const { user, system } = process.cpuUsage()
  return processes().reduce((sum, pid) => sum + usedByOther(pid), user + system)
}

/** Of all its threads; the kernel counts in hundredths of a second. */
function usedByOther(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const [user, system] = fields.split(' ').slice(11, 13).map(Number) as [number, number]
  return (user + system) * 10_000
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}
