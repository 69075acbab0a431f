/** What a ceremony led to: the group, computed by the chain from the dealings that count, so that nobody votes on it. */
import type { Party } from '@pha/core/protocol'
import { type Commitments, interpolateCommitments, publicSharesOf, sumCommitments } from '@pha/core/threshold'
import type { Member } from './group-schema.ts'

export interface CountedDealing {
  /** Index of the dealer: in a resharing, of its share in office. */
  readonly index: number
  readonly commitments: Commitments
}

export interface SharingResult {
  readonly publicKey: Uint8Array
  readonly members: readonly Member[]
  /** Indexes of those whose dealings make up the shares. */
  readonly dealers: readonly number[]
}

/** Every dealing counts: the root is the sum of what all dealt (Komlo, Goldberg 2020, figure 1). */
export function newRoot(dealings: readonly CountedDealing[], receivers: readonly Party[]): SharingResult | undefined {
  const summed = sumCommitments(dealings.map(({ commitments }) => commitments))
  return summed.ok ? resultOf(summed.commitments, dealings, receivers) : undefined
}

/**
 * The old threshold's number of dealings, of the smallest indexes, make up the new shares (Desmedt, Jajodia 1997); the
 * public key stays.
 */
export function reshared(
  dealings: readonly CountedDealing[],
  oldThreshold: number,
  receivers: readonly Party[],
): SharingResult | undefined {
  const used = dealings.toSorted((left, right) => left.index - right.index).slice(0, oldThreshold)
  const combined = interpolateCommitments(used)
  return combined.ok ? resultOf(combined.commitments, used, receivers) : undefined
}

function resultOf(
  commitments: Commitments,
  dealings: readonly CountedDealing[],
  receivers: readonly Party[],
): SharingResult | undefined {
  const [publicKey] = commitments
  const shares = publicSharesOf(
    commitments,
    receivers.map(({ index }) => index),
  )
  if (publicKey === undefined || !shares.ok) return undefined
  const members = receivers.map(({ index, identity }, i) => {
    return { index, identity, publicShare: shares.publicShares[i] as Uint8Array }
  })
  return { publicKey, members, dealers: dealings.map(({ index }) => index) }
}
