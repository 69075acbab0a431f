/** Whether replicas agree: votes that say the same are one group, and one group may be enough to be believed. */
import { equalBytes } from '@pha/core/codec'

/** What one replica signed. `said` is the exact bytes (or their hash) that must be equal to count together. */
export interface Vote {
  readonly worker: Uint8Array
  /** Name of the TEE of the worker. */
  readonly tee: string
  readonly said: Uint8Array
}

export interface AgreementRule {
  /** Replicas that the policy asks for, voting or not: silence must never make a minority a majority. */
  readonly replicas: number
  /** Distinct TEEs that must be among the agreeing. */
  readonly vendors: number
}

export interface Agreement {
  readonly said: Uint8Array
  readonly agreeing: readonly Vote[]
  readonly diverging: readonly Vote[]
}

/**
 * The value that more than half of all replicas said, across enough vendors; there is never more than one.
 *
 * @param votes at most one per replica, of replicas that may vote now
 * @returns the value with who said it and who did not, or `undefined` while no value is agreed on
 * @example
 * findAgreement([{ worker: a, tee: 'Tdx', said }, { worker: b, tee: 'Tdx', said }], { replicas: 3, vendors: 1 })
 */
export function findAgreement(votes: readonly Vote[], { replicas, vendors }: AgreementRule): Agreement | undefined {
  for (const { said } of votes) {
    const agreeing = votes.filter((vote) => equalBytes(vote.said, said))
    if (agreeing.length * 2 <= replicas) continue
    if (new Set(agreeing.map(({ tee }) => tee)).size < vendors) return undefined
    return { said, agreeing, diverging: votes.filter((vote) => !equalBytes(vote.said, said)) }
  }
  return undefined
}
