/** How long things took, in milliseconds, as percentiles. */

export interface Latency {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Runs `work` and adds its time to `samples`. */
export async function timed<T>(samples: number[], work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  samples.push(performance.now() - start)
  return result
}

/** Percentiles by nearest rank, rounded to tenths. */
export function summarise(samples: readonly number[]): Latency {
  const sorted = [...samples].sort((left, right) => left - right)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  const tenths = (value: number): number => Math.round(value * 10) / 10
  return { count: sorted.length, p50: tenths(at(0.5)), p99: tenths(at(0.99)), max: tenths(at(1)) }
}
