/** Which workers run a contract: nobody picks; the smallest scores win, across as many vendors as the policy asks for. */
import { compareBytes } from '@pha/core/codec'

export interface Candidate {
  readonly identity: Uint8Array
  /** Name of the TEE of the worker. */
  readonly tee: string
  /** `H(bind(assignment, seed, contract, identity))`, the seed from the beacon: not known before the block is. */
  readonly score: Uint8Array
}

export interface Places {
  readonly count: number
  /** Distinct TEEs that the replicas, with those that stay, must have. */
  readonly vendors: number
  /** TEEs of the replicas that stay when one is replaced. */
  readonly kept?: readonly string[]
}

/**
 * Fills places with the candidates of the smallest scores; the best of each vendor that is still missing comes first.
 *
 * @returns the chosen in order of score, or `undefined` if the candidates do not suffice
 * @example
 * chooseReplicas(candidates, { count: 3, vendors: 2 })
 */
export function chooseReplicas(
  candidates: readonly Candidate[],
  { count, vendors, kept = [] }: Places,
): Candidate[] | undefined {
  const byScore = candidates.toSorted((left, right) => compareBytes(left.score, right.score))
  const present = new Set(kept)
  const forVendors: Candidate[] = []
  // With one place for two missing vendors, as after two losses, the next replacement brings the other.
  const missing = Math.min(count, vendors - present.size)
  for (const candidate of byScore) {
    if (forVendors.length >= missing) break
    if (present.has(candidate.tee)) continue
    present.add(candidate.tee)
    forVendors.push(candidate)
  }
  if (forVendors.length < missing) return undefined
  const others = byScore.filter((candidate) => !forVendors.includes(candidate))
  const chosen = [...forVendors, ...others].slice(0, count)
  if (chosen.length < count) return undefined
  return chosen.sort((left, right) => compareBytes(left.score, right.score))
}
