/** A contract's whole state in one sealed blob, so that a replica need not begin with the first delta. */
import { openDeterministic, pad, type Secret, sealDeterministic, unpad } from '@pha/core/crypto'
import { bind, contexts, limits } from '@pha/core/protocol'
import { t, tryDecode } from '@pha/core/schema'
import { enclaveLimits } from '../limits.ts'
import { CarriedBatch } from './carried-replies.ts'
import { ContractState } from './contract-state.ts'
import type { BatchName } from './delta.ts'

const Sealed = t.struct('Snapshot', {
  entries: t.vec(t.tuple(t.boundedBytes(limits.stateKey), t.boundedBytes(limits.stateValue))),
  carried: t.boundedVec(CarriedBatch, enclaveLimits.keptBatches),
})

export interface Snapshot {
  readonly state: ContractState
  readonly carried: readonly CarriedBatch[]
}

/** Batches between two snapshots: catching up then takes at most this many deltas. */
export const SNAPSHOT_EVERY = 16

/** The bounds on states and on what is carried keep it below the largest blob. */
export function sealSnapshot(key: Secret, name: BatchName, { state, carried }: Snapshot): Uint8Array {
  const entries = [...state.trie.entries()]
  return sealDeterministic(key, [snapshotAad(name)], pad(Sealed.encode({ entries, carried: [...carried] })))
}

/** What a snapshot of this batch holds. Compare the state's root with the batch's proven one before using it. */
export function openSnapshot(key: Secret, name: BatchName, blob: Uint8Array): Snapshot | undefined {
  const padded = openDeterministic(key, [snapshotAad(name)], blob)
  const plain = padded && unpad(padded)
  if (plain === undefined) return undefined
  const sealed = tryDecode(Sealed, plain)
  return sealed.ok ? { state: ContractState.of(sealed.value.entries), carried: sealed.value.carried } : undefined
}

function snapshotAad({ genesis, contract, batch }: BatchName): Uint8Array {
  return bind(contexts.carryingSnapshot, genesis, contract, t.u32.encode(batch))
}
