/**
 * Combining partials: Lagrange interpolation at 0 in the exponent, then RFC 9497's Finalize (section 3.3.1). Any t
 * partials of one polynomial give x·HashToGroup(input), and so the same output as the whole key would.
 *
 * Each partial must have passed `verifyPartial` against the public share of its index: these functions can not tell a
 * wrong element from a right one, and one wrong element gives a wrong output.
 */
import { mulAddUnsafe } from '@noble/curves/abstract/curve.js'
import { ristretto255 } from '@noble/curves/ed25519.js'
import { Secret } from '@pha/core/crypto'
import { decodeElement, type Element, finalize } from './group.ts'
import { type IndexFailure, indexFailure, isIndex, lagrangeAtZero } from './indexes.ts'
import { MAX_INPUT_LENGTH } from './limits.ts'

export type IndexedPartial = {
  /** Where the share's polynomial was evaluated: 1 to `MAX_INDEX`. */
  readonly index: number
  readonly evaluated: Uint8Array
}

export type CombineFailure =
  | IndexFailure
  | 'threshold.too-few-partials'
  | 'threshold.bad-element'
  | 'threshold.input-too-long'

type Refused = { readonly ok: false; readonly reason: CombineFailure }

export type Combined = { readonly ok: true; readonly output: Secret } | Refused

export type CombinedInPublic = { readonly ok: true; readonly output: Uint8Array } | Refused

/**
 * The 64-byte PRF output for `input` from the first `threshold` partials: a key.
 *
 * @example
 * const combined = combinePartials(input, [{ index: 1, evaluated }], 1)
 */
export function combinePartials(input: Uint8Array, partials: readonly IndexedPartial[], threshold: number): Combined {
  const combined = combine(input, partials, threshold, (elements, weights) =>
    elements.map((element, i) => element.multiply(weights[i] as bigint)).reduce((sum, element) => sum.add(element)),
  )
  if (!combined.ok) return combined
  const output = Secret.from(combined.output)
  combined.output.fill(0)
  return { ok: true, output }
}

/**
 * The same output from partials that are public, as those of the beacon: anyone computes it, in time that depends on them.
 *
 * @example
 * const beacon = combineInPublic(input, partials, 3)
 */
export function combineInPublic(
  input: Uint8Array,
  partials: readonly IndexedPartial[],
  threshold: number,
): CombinedInPublic {
  return combine(input, partials, threshold, (elements, weights) =>
    mulAddUnsafe(ristretto255.Point, [...elements], [...weights]),
  )
}

function combine(
  input: Uint8Array,
  partials: readonly IndexedPartial[],
  threshold: number,
  weigh: (elements: readonly Element[], weights: readonly bigint[]) => Element,
): CombinedInPublic {
  if (input.length > MAX_INPUT_LENGTH) return { ok: false, reason: 'threshold.input-too-long' }
  if (!isIndex(threshold) || partials.length < threshold) return { ok: false, reason: 'threshold.too-few-partials' }
  const used = partials.slice(0, threshold)
  const indexes = used.map(({ index }) => index)
  const reason = indexFailure(indexes)
  if (reason !== undefined) return { ok: false, reason }

  const elements: Element[] = []
  for (const { evaluated } of used) {
    const element = decodeElement(evaluated)
    if (element === undefined) return { ok: false, reason: 'threshold.bad-element' }
    elements.push(element)
  }
  const sum = weigh(
    elements,
    indexes.map((index) => lagrangeAtZero(index, indexes)),
  )
  if (sum.is0()) return { ok: false, reason: 'threshold.bad-element' }
  return { ok: true, output: finalize(input, sum) }
}
