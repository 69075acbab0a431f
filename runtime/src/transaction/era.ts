/** Mortal transactions: valid for a power of two of blocks, counted from a block whose hash is signed too. */
import { type Type, t } from '@pha/core/schema'

/** `Mortal38` and its second byte. */
export type Era =
  | { readonly type: 'Immortal'; readonly value?: undefined }
  | { readonly type: `Mortal${number}`; readonly value: number }

const variants: [string, typeof t.u8 | null][] = [['Immortal', null]]
for (let index = 1; index <= 255; index++) variants.push([`Mortal${index}`, t.u8])

/**
 * `sp_runtime::generic::Era`. The variant is the first byte: its low half says the period, its high half and the
 * second byte say the phase.
 */
export const Era = t.named(
  ['sp_runtime', 'generic', 'era', 'Era'],
  t.enum('Era', Object.fromEntries(variants)),
) as unknown as Type<Era>

export interface Mortality {
  /** Blocks: a power of two from 4 to 65,536. */
  readonly period: number
  /** First block of the period, modulo the period. */
  readonly phase: number
}

export const IMMORTAL: Era = { type: 'Immortal' }

/**
 * The era of a transaction that is signed at block `current` and lives for about `period` blocks.
 * @example
 * const era = mortalEra(64, header.number) // sign headerHash(header) with it
 */
export function mortalEra(period: number, current: number): Era {
  const exponent = Math.min(16, Math.max(2, 32 - Math.clz32(period - 1)))
  const blocks = 1 << exponent
  const phase = current % blocks
  const encoded = (exponent - 1) | (Math.floor(phase / phaseUnit(blocks)) << 4)
  return { type: `Mortal${encoded & 0xff}`, value: encoded >> 8 }
}

/** What a mortal era says; `undefined` for an immortal one, `false` for bytes that no encoder makes. */
export function mortalityOf(era: Era): Mortality | undefined | false {
  if (era.type === 'Immortal') return undefined
  const encoded = Number(era.type.slice('Mortal'.length)) | (era.value << 8)
  const period = 2 << (encoded & 15)
  const phase = (encoded >> 4) * phaseUnit(period)
  return period >= 4 && phase < period ? { period, phase } : false
}

/** The block whose hash is signed: the newest one at `current` that starts a period. */
export function birthBlock({ period, phase }: Mortality, current: number): number {
  return Math.floor((Math.max(current, phase) - phase) / period) * period + phase
}

/** Long periods have coarse phases, so that they fit in 12 bits. */
function phaseUnit(period: number): number {
  return Math.max(1, period >> 12)
}
