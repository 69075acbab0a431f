/**
 * What a gatekeeper evaluates that lies about contract keys: the element of another input under the proof of the one asked for.
 * The beacon's inputs stay as they are.
 */
import { evaluatePartial } from '@pha/core/threshold'

export const lyingEvaluate: typeof evaluatePartial = (share, publicShare, input, random) => {
  const { evaluated } = evaluatePartial(share, publicShare, Uint8Array.of(...input, 0), random)
  return { ...evaluatePartial(share, publicShare, input, random), evaluated }
}
