/**
 * What a batch changed, for replicas that did not run it, and the replies it led to. Sealed so that equal batches give
 * equal bytes on every replica (the commit names them by CID) and unequal ones never share a keystream: AES-SIV.
 */
import { openDeterministic, pad, type Secret, sealDeterministic, unpad } from '@pha/core/crypto'
import { agreementKey, bind, contexts, limits, Receipt } from '@pha/core/protocol'
import { type Infer, t, tryDecode } from '@pha/core/schema'

export const StateChange = t.tuple(t.boundedBytes(limits.stateKey), t.option(t.boundedBytes(limits.stateValue)))

/** An answer on its way to whom the sender named, if anyone. */
export const PreparedReply = t.struct('PreparedReply', {
  sequence: t.u64,
  replyTo: t.option(agreementKey),
  salt: t.bytes32,
  /** What the contract returned, its error, or the UTF-8 reason of a trap; empty for a refused command. */
  output: t.boundedBytes(limits.output),
})

export const Delta = t.struct('Delta', {
  changes: t.vec(StateChange),
  receipts: t.boundedVec(Receipt, limits.batch),
  replies: t.boundedVec(PreparedReply, limits.batch),
})
export type Delta = Infer<typeof Delta>

/** Which batch a delta belongs to; another one's does not open in its place. */
export interface BatchName {
  readonly genesis: Uint8Array
  readonly contract: Uint8Array
  readonly batch: number
}

/** Smallest padded length of a delta: a batch of one question looks the same whether it was answered or refused. */
const DELTA_PADDING = 4_096

export function sealDelta(key: Secret, name: BatchName, delta: Delta): Uint8Array {
  return sealDeterministic(key, [deltaAad(name)], pad(Delta.encode(delta), DELTA_PADDING))
}

/** `undefined` for anything but what `sealDelta` made for this batch. */
export function openDelta(key: Secret, name: BatchName, blob: Uint8Array): Delta | undefined {
  const padded = openDeterministic(key, [deltaAad(name)], blob)
  const plain = padded && unpad(padded, DELTA_PADDING)
  if (plain === undefined) return undefined
  const delta = tryDecode(Delta, plain)
  return delta.ok ? delta.value : undefined
}

function deltaAad({ genesis, contract, batch }: BatchName): Uint8Array {
  return bind(contexts.delta, genesis, contract, t.u32.encode(batch))
}
