/** One figure as one JSON line: percentiles by nearest rank, beside those of what bounds it. */
import { loadavg } from 'node:os'

export interface Comparison {
  readonly note?: string
  readonly limit?: string
  readonly limitMs?: readonly number[]
}

export function figure(name: string, unit: string, samples: readonly number[], comparison: Comparison = {}): void {
  const { limitMs, ...rest } = comparison
  const bound = limitMs === undefined ? {} : { limitValues: percentiles(limitMs) }
  const [load1 = 0] = loadavg()
  process.stdout.write(
    `${JSON.stringify({ name, unit, ...percentiles(samples), ...rest, ...bound, load1: tenths(load1) })}\n`,
  )
}

export async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const start = performance.now()
  const result = await work()
  return { result, ms: performance.now() - start }
}

function percentiles(samples: readonly number[]) {
  const sorted = [...samples].sort((left, right) => left - right)
  const at = (share: number): number => tenths(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0)
  return sorted.length === 1 ? { value: at(1) } : { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
