/** `runtime/src/pallets/weights.ts` as text: what pallets declare, with a margin over what was measured. */
import type { Measured } from './measure.ts'

export interface Report {
  readonly machine: string
  readonly baseExtrinsic: number
  /** By `Pallet.call`. */
  readonly calls: ReadonlyMap<string, Measured & { readonly worst: string; readonly unit?: string }>
}

/** Half as much again: code that is compiled later, colder caches, a slower core of the same kind. */
const MARGIN = 1.5

/** 20 us, above what the noise of measuring can hide: decoding arguments and entering a handler. */
const LEAST = 13_000_000

/** @example writeFileSync(path, weightsFile(report)) */
export function weightsFile({ machine, baseExtrinsic, calls }: Report): string {
  const pallets = Map.groupBy(calls, ([name]) => name.split('.')[0] ?? '')
  const body = [...pallets].map(([pallet, entries]) => {
    const lines = entries.map(([name, measured]) => entryOf(name.slice(pallet.length + 1), measured))
    return `  ${pallet}: {\n${lines.join('')}  },\n`
  })
  return `/**
 * What calls cost, measured: written by \`node testing/weights/main.ts --write\`, read by the schemas of pallets.
 *
 * Picoseconds on ${machine}, half as much again
 * as was measured; entries that are read and written beyond those of any extrinsic, counted exactly.
 */

/** Decoding, one signature, the checks of extensions, the fee, the events. */
export const BASE_EXTRINSIC_TIME = ${figure(baseExtrinsic)}

export const WEIGHTS = {
${body.join('')}} as const
`
}

function entryOf(
  call: string,
  { refTime, perUnit, reads, writes, worst, unit }: Measured & { worst: string; unit?: string },
): string {
  const each = perUnit === undefined ? '' : `, perUnit: ${figure(perUnit)}`
  const per = unit === undefined ? '' : `; perUnit: for each ${unit}`
  return `    /** ${worst[0]?.toUpperCase()}${worst.slice(1)}${per}. */
    ${call}: { refTime: ${figure(Math.max(refTime, LEAST))}${each}, reads: ${reads}, writes: ${writes} },\n`
}

/** With the margin, to two digits: the next measurement on the same machine mostly gives the same file. */
function figure(picoseconds: number): string {
  const wanted = Math.max(1, picoseconds * MARGIN)
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(wanted)) - 1)
  const rounded = BigInt(Math.ceil(wanted / unit)) * BigInt(unit)
  return `${rounded.toString().replace(/\B(?=(\d{3})+$)/g, '_')}n`
}
