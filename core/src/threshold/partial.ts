/**
 * A gatekeeper's part of a contract key: x_i·HashToGroup(input) with a proof that x_i is the share behind its public
 * share (RFC 9497 sections 2.2 and 3.3.2, discrete logarithm equality). The input is public, so nothing is blinded; the
 * element itself is secret and travels sealed.
 */
import { ristretto255_oprf } from '@noble/curves/ed25519.js'
import type { RandomBytes, Secret } from '@pha/core/crypto'
import { decodeElement, hashToGroup, NO_BLIND } from './group.ts'
import { MAX_INPUT_LENGTH } from './limits.ts'

const { voprf } = ristretto255_oprf

export type PartialEvaluation = {
  /** x_i·HashToGroup(input), 32 bytes. Secret: t of these are the key. */
  readonly evaluated: Uint8Array
  /** Challenge and response, 64 bytes. */
  readonly proof: Uint8Array
}

/**
 * Evaluates a share on an input of at most 65,535 bytes.
 *
 * @param random fresh randomness for the proof: if it ever repeats over two inputs, the share can be computed
 *
 * @example
 * const partial = evaluatePartial(share, publicShare, input, random)
 */
export function evaluatePartial(
  share: Secret,
  publicShare: Uint8Array,
  input: Uint8Array,
  random: RandomBytes,
): PartialEvaluation {
  if (input.length > MAX_INPUT_LENGTH) throw new RangeError(`input has more than ${MAX_INPUT_LENGTH} bytes`)
  return voprf.blindEvaluate(share.expose(), publicShare, hashToGroup(input), (length = 0) =>
    Uint8Array.from(random(length)),
  )
}

/** Whether the holder of `publicShare` made this partial for this input; `false` for malformed bytes, never a throw. */
export function verifyPartial(
  publicShare: Uint8Array,
  input: Uint8Array,
  { evaluated, proof }: PartialEvaluation,
): boolean {
  if (input.length > MAX_INPUT_LENGTH) return false
  try {
    voprf.finalize(input, NO_BLIND, evaluated, hashToGroup(input), publicShare, proof)
    return true
  } catch {
    return false
  }
}

/**
 * Whether a partial is evidence against the holder of `publicShare`, who signed it: its proof fails, or its bytes are no
 * proof and no element at all, which an honest holder never signs. Not simply the opposite of `verifyPartial`: under a public
 * share that is none, or for an input that nobody can evaluate, every partial fails, and nobody is to blame.
 *
 * @example
 * if (proofFails(publicShare, input, partial)) slash(member)
 */
export function proofFails(publicShare: Uint8Array, input: Uint8Array, partial: PartialEvaluation): boolean {
  const canBeJudged = input.length <= MAX_INPUT_LENGTH && decodeElement(publicShare) !== undefined
  return canBeJudged && !verifyPartial(publicShare, input, partial)
}
