/** `runtime/src/pallets/weights.ts` as text: what pallets declare, with a margin over what was measured. */
import type { Measured } from './measure.ts'
import type { DatabaseTimes } from './measure-on-disk.ts'
import type { Scenario } from './scenario.ts'

/** As declared: picoseconds with the margin. */
export interface CallFigures {
  readonly refTime: bigint
  readonly perUnit?: bigint
  readonly reads: number
  readonly writes: number
}

export interface BaseFigures {
  readonly block: bigint
  readonly extrinsic: bigint
  readonly read: bigint
  readonly write: bigint
}

export interface Report {
  readonly machine: string
  readonly bases: BaseFigures
  /** By `Pallet.call`. */
  readonly calls: readonly (readonly [name: string, figures: CallFigures, scenario: Scenario])[]
}

/** Half as much again: code that is compiled later, colder caches, a slower core of the same kind. */
const MARGIN = 1.5

/** 20 us, above what the noise of measuring can hide: decoding arguments and entering a handler. */
const LEAST = 13_000_000

/** What the measured database declares. */
export function databaseFigures({ block, read, write }: DatabaseTimes): Omit<BaseFigures, 'extrinsic'> {
  return { block: withMargin(block), read: withMargin(read), write: withMargin(write) }
}

/** What a measured call declares; entries that come with each unit are paid by the prices of the database. */
export function callFigures({ refTime, perUnit, reads, writes }: Measured, { read, write }: BaseFigures): CallFigures {
  const own = { refTime: withMargin(Math.max(refTime, LEAST)), reads, writes }
  if (perUnit === undefined) return own
  // The prices have the margin already.
  const accesses = perUnit.reads * Number(read) + perUnit.writes * Number(write)
  return { ...own, perUnit: inTwoDigits(perUnit.refTime * MARGIN + accesses) }
}

/** @example writeFileSync(path, weightsFile(report)) */
export function weightsFile({ machine, bases, calls }: Report): string {
  const pallets = Map.groupBy(calls, ([name]) => name.split('.')[0] ?? '')
  const body = [...pallets].map(([pallet, entries]) => {
    const lines = entries.map(([name, figures, scenario]) => entryOf(name.slice(pallet.length + 1), figures, scenario))
    return `  ${pallet}: {\n${lines.join('')}  },\n`
  })
  return `/**
 * What calls cost, measured: written by \`node testing/weights/main.ts --write\`, read by the schemas of pallets.
 *
 * Picoseconds on ${machine}, half as much again
 * as was measured; entries that are read and written beyond those of any extrinsic, counted exactly.
 */

/** A block without transactions: hooks, root, journal, tables. */
export const BASE_BLOCK_TIME = ${text(bases.block)}

/** Decoding, one signature, the checks of extensions, the fee, the events. */
export const BASE_EXTRINSIC_TIME = ${text(bases.extrinsic)}

/** An entry of 200,000 that the process has not read before; the kernel has its page. */
export const DB_READ_TIME = ${text(bases.read)}

/** One of 1,000 entries of 200,000 that a block writes: trie nodes, journal, tables, and the nodes it makes superfluous. */
export const DB_WRITE_TIME = ${text(bases.write)}

export const WEIGHTS = {
${body.join('')}} as const
`
}

function entryOf(call: string, { refTime, perUnit, reads, writes }: CallFigures, { worst, units }: Scenario): string {
  const each = perUnit === undefined ? '' : `, perUnit: ${text(perUnit)}`
  const per = units === undefined ? '' : `; perUnit: for each ${units.of}`
  return `    /** ${worst[0]?.toUpperCase()}${worst.slice(1)}${per}. */
    ${call}: { refTime: ${text(refTime)}${each}, reads: ${reads}, writes: ${writes} },\n`
}

/** A time as it is declared. */
export function withMargin(picoseconds: number): bigint {
  return inTwoDigits(picoseconds * MARGIN)
}

/** Rounded up: the next measurement on the same machine mostly gives the same file. */
function inTwoDigits(picoseconds: number): bigint {
  const wanted = Math.max(1, picoseconds)
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(wanted)) - 1)
  return BigInt(Math.ceil(wanted / unit)) * BigInt(unit)
}

function text(figure: bigint): string {
  return `${figure.toString().replace(/\B(?=(\d{3})+$)/g, '_')}n`
}
