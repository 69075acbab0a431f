/** Replies: what a settled message led to, with the proof, sealed to whom its sender named. Anyone may carry them. */
import { equalBytes, toHex } from '@pha/core/codec'
import { seal } from '@pha/core/crypto'
import { cidOf, contexts, REPLY_PADDING, Receipt, Reply, replyAad } from '@pha/core/protocol'
import { proveOrdered } from '@pha/core/trie'
import { random } from '../random.ts'
import type { ProvenView } from '../sync/proven-view.ts'
import { SyncError } from '../sync/sync-error.ts'
import type { ContractReplica } from './contract-replica.ts'
import { type Delta, openDelta } from './delta.ts'
import { readFinalCommit } from './final-commit.ts'
import type { HeldKeys } from './held-keys.ts'
import { ReplicaError } from './replica-error.ts'
import type { ReplicaParts, SettledBatch } from './replica-parts.ts'

/**
 * The sealed reply of one message; `undefined` while its commit is not final, and for messages that named no recipient.
 * No caller is authenticated: only the recipient can open it.
 *
 * @throws ReplicaError `replica.epoch-closed` for a message of a closed epoch that is not among the newest any more
 */
export async function sealedReply(
  parts: ReplicaParts,
  replica: ContractReplica,
  keys: HeldKeys,
  view: ProvenView,
  sequence: bigint,
): Promise<Uint8Array | undefined> {
  const { genesis } = parts
  const { contract, settled } = replica
  if (settled === undefined || sequence < 1n || sequence > settled.state.topic.sequence) return undefined
  const { commit, delta } =
    recentBatch(replica, sequence) ??
    (await replica.inLine(() => olderBatch(parts, replica, keys, view, settled.batch, sequence)))
  const position = Number(sequence - commit.from)
  const receipt = delta.receipts[position]
  const prepared = delta.replies[position]
  if (receipt === undefined || prepared?.replyTo === undefined) return undefined
  const { replyTo, salt, output } = prepared
  const leaves = delta.receipts.map((each) => Receipt.encode(each))
  const proof = proveOrdered(leaves, position, 1)
  const plaintext = Reply.encode({ contract, batch: commit.batch, position, receipt, salt, output, proof })
  const aad = replyAad(genesis, contract, sequence)
  return seal({ recipient: replyTo, context: contexts.reply, aad, plaintext, random, paddingFloor: REPLY_PADDING })
}

interface Answered {
  readonly commit: SettledBatch['commit']
  readonly delta: Pick<Delta, 'receipts' | 'replies'>
}

function recentBatch({ recent }: ContractReplica, sequence: bigint): Answered | undefined {
  return [...recent.values()].find(({ commit }) => commit.from <= sequence && sequence <= commit.to)
}

async function olderBatch(
  { genesis, host, chain, turns }: ReplicaParts,
  { contract, carried }: ContractReplica,
  keys: HeldKeys,
  view: ProvenView,
  newest: number,
  sequence: bigint,
): Promise<Answered> {
  const commit = await findBatch(view, contract, newest, sequence)
  const known = carried.find(({ batch }) => batch === commit.batch)
  if (known !== undefined) return { commit, delta: known }
  if (commit.batch < keys.firstBatch) throw new ReplicaError('replica.epoch-closed', `batch ${commit.batch}`)
  const blob = await host.getBlob(commit.deltaCid)
  if (blob === undefined) throw new SyncError('sync.missing-content', 'delta')
  const isRight = equalBytes(cidOf(blob), commit.deltaCid)
  // Anyone may ask, and opening the largest blob takes seconds: it shares the thread as long runs do.
  const opening = () => openDelta(keys.ofBatch(commit.batch).state, { genesis, contract, batch: commit.batch }, blob)
  const delta = isRight ? await turns.take(`${toHex(contract)}/replies`, opening) : undefined
  if (delta === undefined) throw chain.noticed(new SyncError('sync.forged-content', 'delta'))
  return { commit, delta }
}

/** Batches cover consecutive messages: a binary search by proof, about 10 reads for 1,000 batches. */
async function findBatch(
  view: ProvenView,
  contract: Uint8Array,
  newest: number,
  sequence: bigint,
): Promise<SettledBatch['commit']> {
  let low = 1
  let high = newest
  while (low < high) {
    const middle = (low + high) >> 1
    const { commit } = await readFinalCommit(view, contract, middle)
    if (commit.to >= sequence) high = middle
    else low = middle + 1
  }
  return (await readFinalCommit(view, contract, low)).commit
}
