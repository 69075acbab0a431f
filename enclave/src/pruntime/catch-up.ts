/**
 * Brings a replica from any settled state to the newest one: from a snapshot, then by deltas, and where a delta can't be
 * had, by executing the batch's messages again. Whatever the host gives is compared with roots from proven state.
 */
import { equalBytes, toHex } from '@pha/core/codec'
import { Commit, cidOf, topics } from '@pha/core/protocol'
import { type Contract, contracts, type FinalCommit, messages } from '@pha/runtime/pallets'
import { at, type ProvenView } from '../sync/proven-view.ts'
import type { CarriedBatch } from './carried-replies.ts'
import { ContractState } from './contract-state.ts'
import { openDelta } from './delta.ts'
import { executeBatch, receiptsRoot } from './execute-batch.ts'
import { readFinalCommit } from './final-commit.ts'
import type { HeldKeys } from './held-keys.ts'
import { ReplicaError } from './replica-error.ts'
import type { ReplicaOf, ReplicaParts, Settled } from './replica-parts.ts'
import { openSnapshot, SNAPSHOT_EVERY } from './snapshot.ts'

/** Where catching up begins. */
export interface Start {
  readonly settled: Settled
  /** Replies of former epochs that a snapshot held. */
  readonly carried: readonly CarriedBatch[]
}

export interface Goal {
  /** The newest settled batch. */
  readonly newest: number
  /** Whether a later block, with a newer snapshot's batch and keys, is better than many deltas. */
  readonly mayWait: boolean
}

/**
 * The state after batch `from.batch`, or that of a newer snapshot which is not newer than `newest`. Without `from`, or
 * where the deltas after it are of closed epochs, only the state before the first message or a snapshot will do.
 *
 * @throws SyncError if the host can't prove the batch's commit
 * @throws ReplicaError `replica.epoch-closed` if no snapshot leads to what the keys can open, `replica.snapshot-ahead`
 */
export async function startCatchUp(
  parts: ReplicaParts,
  replica: ReplicaOf,
  view: ProvenView,
  from: Start | undefined,
  { newest, mayWait }: Goal,
): Promise<Start> {
  const { keys } = replica
  const begun = from ?? (keys.firstBatch === 1 ? initialStart(keys) : undefined)
  const isReadable = begun !== undefined && begun.settled.batch >= keys.firstBatch - 1
  if (isReadable && newest <= begun.settled.batch + 1) return begun
  const since = isReadable ? begun.settled.batch + 1 : keys.firstBatch - 1
  const restored = await openNewestSnapshot(parts, replica, view, { since, newest })
  if (typeof restored === 'object') return restored
  if (restored === 'ahead' && mayWait && newest - since >= SNAPSHOT_EVERY) {
    throw new ReplicaError('replica.snapshot-ahead', `after batch ${since}`)
  }
  if (isReadable) return begun
  // Deltas before `since` were sealed with keys that everybody has erased.
  throw new ReplicaError('replica.epoch-closed', `a snapshot of batch ${since} or a later one is needed`)
}

function initialStart(keys: HeldKeys): Start {
  const state = ContractState.initial(keys.ofBatch(1).stateSalt.expose())
  return { settled: { batch: 0, state, last: undefined }, carried: [] }
}

/** `ahead`: of a batch that this view does not show as settled, or sealed with a key that is not here; both may come. */
async function openNewestSnapshot(
  { genesis, host, log }: ReplicaParts,
  { contract, keys }: ReplicaOf,
  view: ProvenView,
  { since, newest }: { readonly since: number; readonly newest: number },
): Promise<Start | 'ahead' | undefined> {
  const pointer = await host.latestSnapshot({ contract, since })
  if (pointer === undefined || pointer.batch < since || pointer.batch === 0) return undefined
  if (pointer.batch > newest) return 'ahead'
  const { batch, cid } = pointer
  const fields = { contract: toHex(contract), batch }
  const [final, blob] = await Promise.all([readFinalCommit(view, contract, batch), host.getBlob(cid)])
  for (const { state: key } of blob === undefined ? [] : keys.all) {
    const snapshot = openSnapshot(key, { genesis, contract, batch }, blob as Uint8Array)
    if (snapshot === undefined || !equalBytes(snapshot.state.root(), final.commit.newRoot)) continue
    log.info('restored from a snapshot', fields)
    return { settled: { batch, state: snapshot.state, last: undefined }, carried: snapshot.carried }
  }
  log.warn('a snapshot is of no use', { ...fields, code: blob === undefined ? 'blob.missing' : 'blob.forged' })
  return blob === undefined ? undefined : 'ahead'
}

/**
 * The state after one more settled batch.
 * @throws SyncError, ExecutorError; ReplicaError `replica.diverged` if neither delta nor execution gives the agreed root
 */
export async function applySettledBatch(
  parts: ReplicaParts,
  replica: ReplicaOf,
  view: ProvenView,
  from: Settled,
  record: Contract,
): Promise<Settled> {
  const final = await readFinalCommit(view, replica.contract, from.batch + 1)
  const { commit } = final
  if (!equalBytes(commit.previousRoot, from.state.root())) {
    throw new ReplicaError('replica.diverged', `state before batch ${commit.batch}`)
  }
  return (
    (await applyDelta(parts, replica, from, commit)) ?? (await executeAgain(parts, replica, view, from, final, record))
  )
}

async function applyDelta(
  { genesis, host, log }: ReplicaParts,
  { contract, keys }: ReplicaOf,
  { state }: Settled,
  commit: Commit,
): Promise<Settled | undefined> {
  const { batch, deltaCid, newRoot } = commit
  const refuse = (code: string): undefined => {
    log.warn('a delta is of no use', { contract: toHex(contract), batch, code })
  }
  const blob = await host.getBlob(deltaCid)
  if (blob === undefined) return refuse('blob.missing')
  if (!equalBytes(cidOf(blob), deltaCid)) return refuse('blob.forged')
  const delta = openDelta(keys.ofBatch(batch).state, { genesis, contract, batch }, blob)
  if (delta === undefined) return refuse('blob.not-opened')
  const after = state.apply(delta.changes)
  if (!equalBytes(after.root(), newRoot) || !equalBytes(receiptsRoot(delta.receipts), commit.receiptsRoot)) {
    return refuse('blob.other-result')
  }
  return { batch, state: after, last: { commit, delta } }
}

async function executeAgain(
  { genesis, host, programs, turns }: ReplicaParts,
  { contract, keys, topic }: ReplicaOf,
  view: ProvenView,
  { state }: Settled,
  { commit, codeHash }: FinalCommit,
  { policy }: Contract,
): Promise<Settled> {
  const { batch, to } = commit
  const [head, batchSeed] = await view.read(
    at(messages.storage.topicHead, topics.contract(contract)),
    at(contracts.storage.batchSeeds, contract, batch),
  )
  topic.seek(state.topic)
  if (head !== undefined) await topic.checkTo(head)
  const [program, batchMessages] = await Promise.all([programs.load(codeHash), topic.take(to)])
  const executed = await executeBatch({
    genesis,
    contract,
    batch,
    batchSeed,
    messages: batchMessages,
    before: state,
    keys: keys.ofBatch(batch),
    keysOf: (epoch) => keys.ofCommand(batch, epoch),
    program,
    gasLimit: policy.maxGas,
    turns,
  })
  if (!equalBytes(Commit.encode(executed.commit), Commit.encode(commit))) {
    throw new ReplicaError('replica.diverged', `batch ${batch}`)
  }
  await host.putBlob({ cid: commit.deltaCid, bytes: executed.blob })
  return { batch, state: executed.after, last: { commit, delta: executed.delta } }
}
