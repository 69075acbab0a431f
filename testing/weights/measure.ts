/** The weight of one call: what it touches, and how long it takes, for the fewest and the most units. */
import { countAccesses } from './count-accesses.ts'
import { ownWeightOf } from './declared-accesses.ts'
import { timeOnDisk } from './measure-on-disk.ts'
import { type TimeOptions, timeOf } from './measure-time.ts'
import type { Counts, Scenario } from './scenario.ts'

/** As it stands in `runtime/src/pallets/weights.ts`, in picoseconds. */
export interface Measured extends Counts {
  readonly refTime: number
  /** For each unit of the argument that the cost grows with. */
  readonly perUnit?: { readonly refTime: number } & Counts
}

/** @throws Error if the call does not succeed: then it was not measured */
export async function measure(name: string, scenario: Scenario, options: TimeOptions): Promise<Measured> {
  const { units } = scenario
  const atLeast = ownCounts(name, scenario, 0)
  const { reads, writes } = largest(atLeast, scenario.atLeast)
  const least = scenario.isMeasuredOnDisk === true ? await timeOnDisk(scenario) : timeOf(scenario.prepare(0), options)
  if (units === undefined) return { refTime: least, reads, writes }
  const most = timeOf(scenario.prepare(units.most), options)
  const atMost = ownCounts(name, scenario, units.most)
  const perUnit = {
    refTime: Math.max(0, most - least) / units.most,
    reads: Math.max(0, atMost.reads - atLeast.reads) / units.most,
    writes: Math.max(0, atMost.writes - atLeast.writes) / units.most,
  }
  return { refTime: least, perUnit, reads, writes }
}

function largest(one: Counts, other: Counts = one): Counts {
  return { reads: Math.max(one.reads, other.reads), writes: Math.max(one.writes, other.writes) }
}

/**
 * The accesses of the call itself: what the calls around and inside it declare is taken off.
 * @throws Error if the call fails
 */
export function ownCounts(name: string, { prepare, runs }: Scenario, units: number): Counts {
  const { reads, writes, outcome, calls } = countAccesses(prepare(units), runs)
  if (outcome !== 'ok') throw new Error(`${name} fails: ${outcome}`)
  const isOwn = calls.map(({ type, value }) => `${type}.${value.type}` === name)
  const others = calls.filter((_, i) => !isOwn[i]).map(ownWeightOf)
  return {
    reads: Math.max(0, reads - others.reduce((sum, other) => sum + other.reads, 0)),
    writes: Math.max(0, writes - others.reduce((sum, other) => sum + other.writes, 0)),
  }
}
