/** Topics: ordered messages whose hash chain has its head in state (`messages` pallet). */
import { concatBytes, equalBytes, utf8Encode } from '../codec/index.ts'
import { blake2b256 } from '../crypto/hash.ts'
import { type Infer, t } from '../schema/index.ts'

/** Who put a message into a topic. The runtime decides this; nobody can claim it. */
export const Sender = t.enum('Sender', { System: null, Account: t.accountId, Worker: t.bytes32, Contract: t.bytes32 })
export type Sender = Infer<typeof Sender>

/** The newest message of a topic. Sequences start at 1; an empty topic has none and a zero head. */
export const TopicHead = t.struct('TopicHead', { sequence: t.u64, head: t.hash })
export type TopicHead = Infer<typeof TopicHead>

export const EMPTY_TOPIC: TopicHead = { sequence: 0n, head: new Uint8Array(32) }

/** A message as the archive keeps it; everything but `payload` is chosen by the runtime. `timestamp` in milliseconds. */
export const TopicMessage = t.struct('TopicMessage', {
  sequence: t.u64,
  block: t.u32,
  timestamp: t.u64,
  sender: Sender,
  payload: t.bytes,
})
export type TopicMessage = Infer<typeof TopicMessage>

/** `head' = H(head || sequence || block || timestamp || sender || H(payload))`. */
export function nextHead({ head }: TopicHead, message: TopicMessage): TopicHead {
  const link = concatBytes(
    head,
    t.u64.encode(message.sequence),
    t.u32.encode(message.block),
    t.u64.encode(message.timestamp),
    Sender.encode(message.sender),
    blake2b256(message.payload),
  )
  return { sequence: message.sequence, head: blake2b256(link) }
}

export type ChainCheck = { readonly ok: true } | { readonly ok: false; readonly reason: 'topic.gap' | 'topic.forged' }

/**
 * Whether `messages` lead exactly from one known head to another, in order and without a gap.
 * The messages come from an untrusted host; both heads come from proven state.
 */
export function checkChain(from: TopicHead, messages: readonly TopicMessage[], to: TopicHead): ChainCheck {
  let head = from
  for (const message of messages) {
    if (message.sequence !== head.sequence + 1n) return { ok: false, reason: 'topic.gap' }
    head = nextHead(head, message)
  }
  if (head.sequence !== to.sequence) return { ok: false, reason: 'topic.gap' }
  return equalBytes(head.head, to.head) ? { ok: true } : { ok: false, reason: 'topic.forged' }
}

export const topics = {
  contract: (id: Uint8Array): Uint8Array => concatBytes(utf8Encode('contract/'), id),
  worker: (identity: Uint8Array): Uint8Array => concatBytes(utf8Encode('worker/'), identity),
  gatekeepers: utf8Encode('gatekeepers'),
  system: utf8Encode('system'),
} as const

/** Where the node's archive keeps a message: `message/ || length of topic || topic || sequence as u64 BE`, so a topic lists in order. */
export function messageArchiveKey(topic: Uint8Array, sequence: bigint): Uint8Array {
  const tail = new Uint8Array(8)
  new DataView(tail.buffer).setBigUint64(0, sequence)
  return concatBytes(utf8Encode('message/'), Uint8Array.of(topic.length), topic, tail)
}

/** Where the node's archive keeps contract code. */
export function codeArchiveKey(codeHash: Uint8Array): Uint8Array {
  return concatBytes(utf8Encode('code/'), codeHash)
}
