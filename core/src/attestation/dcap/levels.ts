/** Intel's lists of levels, the highest first: how one is read and which one counts. */
import type { Json } from '../json.ts'
import { numberOf, objectOf, objectsOf, textOf, textsOf, timeOf } from '../json-fields.ts'
import { demand } from '../refusal.ts'
import { MAX_ADVISORIES, MAX_NAME_LENGTH, MAX_TCB_LEVELS } from './limits.ts'

/** What every level says, of platforms too. */
export interface Level {
  /** Seconds since 1970. A platform at this level has all that Intel fixed until then. */
  readonly tcbDate: number
  /** As written; it gets a meaning when the level is matched, so that a new word in one level spoils no other. */
  readonly status: string
  readonly advisoryIds: readonly string[]
}

/** Of a part that has one security version: a quoting enclave or a TDX module. */
export interface SvnLevel extends Level {
  readonly isvSvn: number
}

export function svnLevelsOf(value: Json | undefined): readonly SvnLevel[] {
  const levels = objectsOf(value)
  demand(levels.length > 0 && levels.length <= MAX_TCB_LEVELS, 'malformed')
  return levels.map((level) => ({
    isvSvn: numberOf(objectOf(level.get('tcb')).get('isvsvn'), 0xffff),
    ...readLevel(level),
  }))
}

export function readLevel(level: ReadonlyMap<string, Json>): Level {
  const advisoryIds = level.has('advisoryIDs') ? textsOf(level.get('advisoryIDs')) : []
  const status = textOf(level.get('tcbStatus'))
  demand(advisoryIds.length <= MAX_ADVISORIES, 'malformed')
  for (const text of [status, ...advisoryIds]) demand(text.length <= MAX_NAME_LENGTH, 'malformed')
  return { tcbDate: timeOf(level.get('tcbDate')), status, advisoryIds }
}

/** A level that something is at. */
export interface Match<L extends Level = Level> {
  readonly level: L
  /** The oldest date of a level that is newer: since then something is missing here. Undefined if nothing is. */
  readonly recoveredAt: number | undefined
}

/** The first level that is reached. */
export function firstReached<L extends Level>(
  levels: readonly L[],
  isReached: (level: L) => boolean,
): Match<L> | undefined {
  const level = levels.find(isReached)
  if (level === undefined) return undefined
  return { level, recoveredAt: earliest(levels.map(({ tcbDate }) => tcbDate).filter((date) => date > level.tcbDate)) }
}

/** The level of a part with one security version. */
export function svnLevelFor(levels: readonly SvnLevel[], isvSvn: number): Match<SvnLevel> | undefined {
  return firstReached(levels, (level) => level.isvSvn <= isvSvn)
}

export function earliest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times)
}
