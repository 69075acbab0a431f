/**
 * Brings a replica from any settled state to the newest one: from a snapshot, then by deltas, and where a delta can't be
 * had, by executing the batch's messages again. Whatever the host gives is compared with roots from proven state.
 */
import { equalBytes, toHex } from '@pha/core/codec'
import { Commit, cidOf, topics } from '@pha/core/protocol'
import { type Contract, contracts, type FinalCommit, messages } from '@pha/runtime/pallets'
import { at, type ProvenView } from '../sync/proven-view.ts'
import { SyncError } from '../sync/sync-error.ts'
import { openDelta } from './delta.ts'
import { executeBatch, receiptsRoot } from './execute-batch.ts'
import { ReplicaError } from './replica-error.ts'
import type { ReplicaOf, ReplicaParts, Settled } from './replica-parts.ts'
import { openSnapshot } from './snapshot.ts'

/** The commit of a settled batch, by proof. */
export async function readFinalCommit(view: ProvenView, contract: Uint8Array, batch: number): Promise<FinalCommit> {
  const [final] = await view.read(at(contracts.storage.commits, contract, batch))
  if (final === undefined) throw new SyncError('sync.unknown-state', `no commit of batch ${batch}`)
  return final
}

/**
 * A snapshot that is newer than `from` and not newer than `newest`, or `from` itself.
 * @throws SyncError if the host can't prove the batch's commit
 */
export async function startFromSnapshot(
  parts: ReplicaParts,
  { contract, keys }: ReplicaOf,
  view: ProvenView,
  from: Settled,
  newest: number,
): Promise<Settled> {
  const { genesis, host, log } = parts
  const pointer = await host.latestSnapshot(contract)
  if (pointer === undefined || pointer.batch <= from.batch || pointer.batch > newest) return from
  const { batch, cid } = pointer
  const fields = { contract: toHex(contract), batch }
  const [final, blob] = await Promise.all([readFinalCommit(view, contract, batch), host.getBlob(cid)])
  const state = blob && openSnapshot(keys.state, { genesis, contract, batch }, blob)
  if (state === undefined || !equalBytes(state.root(), final.commit.newRoot)) {
    log.warn('a snapshot is of no use', { ...fields, code: blob === undefined ? 'blob.missing' : 'blob.forged' })
    return from
  }
  log.info('restored from a snapshot', fields)
  return { batch, state, last: undefined }
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
  const delta = openDelta(keys.state, { genesis, contract, batch }, blob)
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
  const [head] = await view.read(at(messages.storage.topicHead, topics.contract(contract)))
  topic.seek(state.topic)
  if (head !== undefined) await topic.checkTo(head)
  const [program, batchMessages] = await Promise.all([programs.load(codeHash), topic.take(to)])
  const executed = await executeBatch({
    genesis,
    contract,
    batch,
    messages: batchMessages,
    before: state,
    keys,
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
