/**
 * Replies of batches that were sealed with keys which are erased. They are carried in the snapshots, under the present key,
 * as long as they are among the newest batches: who sent a command just before a rotation still gets his reply.
 */
import { equalBytes, toHex } from '@pha/core/codec'
import { cidOf, limits, Receipt } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { enclaveLimits } from '../limits.ts'
import type { ProvenView } from '../sync/proven-view.ts'
import { openDelta, PreparedReply } from './delta.ts'
import { readFinalCommit } from './final-commit.ts'
import type { HeldKeys } from './held-keys.ts'
import type { ReplicaParts, SettledBatch } from './replica-parts.ts'

export const CarriedBatch = t.struct('CarriedBatch', {
  batch: t.u32,
  receipts: t.boundedVec(Receipt, limits.batch),
  replies: t.boundedVec(PreparedReply, limits.batch),
})
export type CarriedBatch = Infer<typeof CarriedBatch>

export interface Carrying {
  readonly contract: Uint8Array
  readonly keys: HeldKeys
  readonly view: ProvenView
  /** The newest settled batch. */
  readonly newest: number
  /** What an earlier snapshot carried. */
  readonly carried: readonly CarriedBatch[]
  readonly recent: ReadonlyMap<number, SettledBatch>
}

/**
 * The newest batches that the keys in force do not open, newest first, as far as they are known, can be opened, or were
 * carried before. Never more than `enclaveLimits.carriedBytes`.
 */
export async function repliesToCarry(parts: ReplicaParts, carrying: Carrying): Promise<CarriedBatch[]> {
  const { keys, newest } = carrying
  const chosen: CarriedBatch[] = []
  let bytes = 0
  const oldest = Math.max(1, newest - enclaveLimits.keptBatches + 1)
  for (let batch = Math.min(newest, keys.epochs.firstBatch - 1); batch >= oldest; batch--) {
    const found = await find(parts, carrying, batch)
    if (found === undefined) continue
    bytes += CarriedBatch.encode(found).length
    if (bytes > enclaveLimits.carriedBytes) break
    chosen.push(found)
  }
  return chosen
}

async function find(
  { genesis, host, log }: ReplicaParts,
  { contract, keys, view, carried, recent }: Carrying,
  batch: number,
): Promise<CarriedBatch | undefined> {
  const known = recent.get(batch)?.delta
  if (known !== undefined) return { batch, receipts: known.receipts, replies: known.replies }
  const before = carried.find((each) => each.batch === batch)
  if (before !== undefined || batch < keys.firstBatch) return before
  const { commit } = await readFinalCommit(view, contract, batch)
  const blob = await host.getBlob(commit.deltaCid)
  const isRight = blob !== undefined && equalBytes(cidOf(blob), commit.deltaCid)
  const delta = isRight ? openDelta(keys.ofBatch(batch).state, { genesis, contract, batch }, blob) : undefined
  if (delta !== undefined) return { batch, receipts: delta.receipts, replies: delta.replies }
  log.warn('replies of a batch are not carried', { contract: toHex(contract), batch, code: 'blob.missing' })
  return undefined
}
