/** Executes one batch: exactly its messages, in order, on the state that was agreed before. Deterministic. */

import { toHex, utf8Encode } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import {
  type Commit,
  ContractMessage,
  cidOf,
  nextHead,
  Receipt,
  type Outcome as ReceiptOutcome,
  resultCommitment,
  TopicHead,
  type TopicMessage,
} from '@pha/core/protocol'
import { type Infer, tryDecode } from '@pha/core/schema'
import { orderedTrieRoot } from '@pha/core/trie'
import type { Invocation, LoadedContract } from '../executors/index.ts'
import { enclaveLimits } from '../limits.ts'
import { type ContractKeys, executionSeed, resultSalt, type SeedPlace } from './contract-keys.ts'
import { BufferedWrites, type ContractState, StateLimitError, TOPIC_KEY } from './contract-state.ts'
import { type Delta, type PreparedReply, sealDelta } from './delta.ts'
import { openCommand } from './open-command.ts'
import type { Turns } from './turns.ts'

export interface Batch {
  readonly genesis: Uint8Array
  readonly contract: Uint8Array
  readonly batch: number
  readonly batchSeed: SeedPlace['batchSeed']
  /** Checked against the topic's hash chain; the first follows the last message in `before`. */
  readonly messages: readonly TopicMessage[]
  readonly before: ContractState
  /** Of the batch's epoch. */
  readonly keys: ContractKeys
  /** Of commands in it, as `CommandPlace`. */
  readonly keysOf: (epoch: number) => ContractKeys | undefined
  readonly program: LoadedContract
  /** Gas of one message. */
  readonly gasLimit: bigint
  readonly turns: Turns
}

export interface ExecutedBatch {
  readonly commit: Commit
  readonly after: ContractState
  readonly delta: Delta
  /** The sealed delta, whose CID is in the commit. */
  readonly blob: Uint8Array
}

interface Answer {
  readonly outcome: ReceiptOutcome['type']
  readonly output: Uint8Array
  readonly replyTo?: Uint8Array | undefined
}

const NOTHING = new Uint8Array(0)
const REFUSED: Answer = { outcome: 'Refused', output: NOTHING }
const STATE_LIMIT: Answer = { outcome: 'Trapped', output: utf8Encode('state-limit') }

/**
 * @throws ReplicaError if the keys of a command are not here
 * @throws ExecutorError if this machine cannot say what a message leads to: then there is nothing to vote for
 * @throws RangeError for an empty batch: the chain opens none
 */
export async function executeBatch(batch: Batch): Promise<ExecutedBatch> {
  const { genesis, contract, messages, before, keys } = batch
  const [first] = messages
  const last = messages.at(-1)
  if (first === undefined || last === undefined) throw new RangeError('a batch has messages')

  const changed = new Map<string, Delta['changes'][number]>()
  const receipts: Receipt[] = []
  const replies: Infer<typeof PreparedReply>[] = []
  let state = before
  for (const message of messages) {
    const writes = new BufferedWrites(state)
    const answered = await answer(batch, message, writes)
    const changes = answered.outcome === 'Ok' ? writes.changes() : []
    const next = state.apply(changes)
    // Who is above the bound already may still write less.
    const isTooLarge = next.size > enclaveLimits.stateBytes && next.size > state.size
    const { outcome, output, replyTo } = isTooLarge ? { ...answered, ...STATE_LIMIT } : answered
    if (!isTooLarge) {
      state = next
      for (const change of changes) changed.set(changedKey(change[0]), change)
    }
    const { sequence } = message
    const salt = resultSalt(keys, sequence)
    const result = resultCommitment(salt, output)
    receipts.push({ sequence, command: blake2b256(message.payload), outcome: { type: outcome }, result })
    replies.push({ sequence, replyTo, salt, output })
  }
  const topic = TopicHead.encode(messages.reduce(nextHead, before.topic))
  changed.set(changedKey(TOPIC_KEY), [TOPIC_KEY, topic])
  const after = state.apply([[TOPIC_KEY, topic]])

  const delta: Delta = { changes: inKeyOrder(changed), receipts, replies }
  const blob = sealDelta(keys.state, { genesis, contract, batch: batch.batch }, delta)
  const commit: Commit = {
    contract,
    batch: batch.batch,
    from: first.sequence,
    to: last.sequence,
    previousRoot: before.root(),
    newRoot: after.root(),
    deltaCid: cidOf(blob),
    outgoing: [],
    receiptsRoot: receiptsRoot(receipts),
  }
  return { commit, after, delta, blob }
}

/** What `Commit.receiptsRoot` commits to. */
export function receiptsRoot(receipts: readonly Receipt[]): Uint8Array {
  return orderedTrieRoot(
    receipts.map((receipt) => Receipt.encode(receipt)),
    1,
  )
}

async function answer(batch: Batch, message: TopicMessage, writes: BufferedWrites): Promise<Answer> {
  const { sender, payload } = message
  const parsed = tryDecode(ContractMessage, payload)
  if (!parsed.ok || sender.type !== 'Account') return REFUSED
  switch (parsed.value.type) {
    case 'Init':
      return run(batch, message, writes, { kind: 'init', caller: sender.value, input: parsed.value.value.input })
    case 'Command': {
      const command = await openCommand(batch, parsed.value.value, sender)
      if (command === undefined) return REFUSED
      const { caller, input, replyTo } = command
      return { ...(await run(batch, message, writes, { kind: 'command', caller, input })), replyTo }
    }
    default:
      return parsed.value satisfies never
  }
}

async function run(
  { contract, batchSeed, keys, program, gasLimit, turns }: Batch,
  { sequence, block, timestamp }: TopicMessage,
  writes: BufferedWrites,
  call: Pick<Invocation, 'kind' | 'caller' | 'input'>,
): Promise<Answer> {
  const seed = executionSeed(keys, { contract, sequence, batchSeed })
  const invocation = { ...call, contract, block: { number: block, timeMs: timestamp }, seed, gasLimit }
  try {
    const outcome = await turns.take(`${toHex(contract)}/commands`, () => program.invoke(invocation, writes))
    switch (outcome.status) {
      case 'ok':
        return { outcome: 'Ok', output: outcome.output }
      case 'rejected':
        return { outcome: 'Rejected', output: outcome.output }
      case 'trap':
        return { outcome: 'Trapped', output: utf8Encode(outcome.reason) }
      default:
        return outcome satisfies never
    }
  } catch (error) {
    if (error instanceof StateLimitError) return STATE_LIMIT
    throw error
  }
}

function changedKey(key: Uint8Array): string {
  return String.fromCharCode(...key)
}

/** One character a byte, so text order is byte order. */
function inKeyOrder(changed: ReadonlyMap<string, Delta['changes'][number]>): Delta['changes'] {
  return [...changed].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, change]) => change)
}
