/** A contract's whole state in one sealed blob, so that a replica need not begin with the first delta. */
import { openDeterministic, pad, type Secret, sealDeterministic, unpad } from '@pha/core/crypto'
import { bind, contexts, limits } from '@pha/core/protocol'
import { t, tryDecode } from '@pha/core/schema'
import { ContractState } from './contract-state.ts'
import type { BatchName } from './delta.ts'

const Entries = t.vec(t.tuple(t.boundedBytes(limits.stateKey), t.boundedBytes(limits.stateValue)))

/** Batches between two snapshots: catching up then takes at most this many deltas. */
export const SNAPSHOT_EVERY = 16

/** @returns the blob, or `undefined` if the state is larger than a blob may be: deltas have to do then */
export function sealSnapshot(key: Secret, name: BatchName, state: ContractState): Uint8Array | undefined {
  const blob = sealDeterministic(key, [snapshotAad(name)], pad(Entries.encode([...state.trie.entries()])))
  return blob.length <= limits.blob ? blob : undefined
}

/** The state inside a snapshot of this batch. Compare its root with the batch's proven one before using it. */
export function openSnapshot(key: Secret, name: BatchName, blob: Uint8Array): ContractState | undefined {
  const padded = openDeterministic(key, [snapshotAad(name)], blob)
  const plain = padded && unpad(padded)
  if (plain === undefined) return undefined
  const entries = tryDecode(Entries, plain)
  return entries.ok ? ContractState.of(entries.value) : undefined
}

function snapshotAad({ genesis, contract, batch }: BatchName): Uint8Array {
  return bind(contexts.snapshot, genesis, contract, t.u32.encode(batch))
}
