/** `pha_*`: what our own clients and worker hosts read: finality, topics, code. */
import { addAbortListener } from 'node:events'
import { toHex } from '@pha/core/codec'
import { codeArchiveKey, FinalisedHeader, Header, limits, messageArchiveKey } from '@pha/core/protocol'
import type { StoredBlock } from '../db/index.ts'
import { optionalHex } from './json-shapes.ts'
import { type RpcCall, type RpcMethod, waiting } from './method.ts'
import { RpcError } from './rpc-error.ts'
import { submit } from './submit.ts'

/** Bytes of messages in one answer: some 60 of the largest commands; the reader asks on from the last one. */
const MESSAGE_PAGE_BYTES = 4_194_304

export const pha_version: RpcMethod = (_, { version }) => version

/** The genesis header, and the proof of the authority in its state. */
export const pha_genesis: RpcMethod = (_, { chain }) => ({
  header: toHex(Header.encode(chain.header(chain.genesisHash))),
  proof: chain.database.genesisProof().map(toHex),
})

/** SCALE `FinalisedHeader` of a block; of the newest without a hash. */
export const pha_finalisedHeader: RpcMethod = (params, { chain }) =>
  finalisedHeader(params.has(0) ? chain.block(params.hash(0)) : chain.head.block)

/** SCALE `TopicMessage`s from a sequence number on, in order; fewer than asked for where the topic or the page ends. */
export const pha_messages: RpcMethod = (params, { chain }) => {
  const topic = params.bytes(0)
  const from = params.decimal(1)
  const limit = params.number(2)
  if (topic.length > limits.topic) throw new RpcError('rpc.bad-params', `a topic has at most ${limits.topic} bytes`)
  const messages: string[] = []
  let room = MESSAGE_PAGE_BYTES
  for (let sequence = from; messages.length < Math.min(limit, limits.messagePage); sequence++) {
    const message = chain.database.archived(messageArchiveKey(topic, sequence))
    if (message === undefined || message.length > room) break
    room -= message.length
    messages.push(toHex(message))
  }
  return messages
}

export const pha_code: RpcMethod = (params, { chain }) =>
  optionalHex(chain.database.archived(codeArchiveKey(params.hash(0))))

/** Where a finalised extrinsic is; `null` if it is not in a block. */
export const pha_extrinsic: RpcMethod = (params, call) => placeOf(params.hash(0), call)

/**
 * Submits an extrinsic and answers when it is final, with its place: one request instead of many that ask.
 * @throws RpcError as `author_submitExtrinsic`, `rpc.tx-dropped` if it will not be in a block, or `rpc.too-many-waiting`
 */
export const pha_submitAndWait: RpcMethod = waiting(async (params, call) => {
  const hash = await submit(params.bytes(0), call)
  const outcome = Promise.withResolvers<void>()
  const stop = call.pool.watch(hash, (status) => {
    if (status.type === 'ready' || status.type === 'future') return
    if (status.type === 'finalised') outcome.resolve()
    else outcome.reject(new RpcError('rpc.tx-dropped', `The extrinsic is ${status.type}`, 'submit it again'))
  })
  using _ = addAbortListener(call.closed, () => outcome.resolve())
  // Without a watch it is final already, or has too many watchers.
  if (stop !== undefined) await outcome.promise.finally(stop)
  const place = placeOf(hash, call)
  if (place === null) throw new RpcError('rpc.tx-dropped', 'Too many wait for this extrinsic', 'ask pha_extrinsic')
  return place
})

/** Sends the newest `FinalisedHeader` at once, and each new one. */
export const pha_subscribeFinalised: RpcMethod = (_, { chain, subscriptions }) =>
  subscriptions().open('pha_finalised', (send) => {
    send(finalisedHeader(chain.head.block))
    return chain.onFinalised(({ block }) => send(finalisedHeader(block)))
  })
export const pha_unsubscribeFinalised: RpcMethod = (params, { subscriptions }) => subscriptions().close(params.text(0))

function finalisedHeader({ header, proof }: StoredBlock): string {
  return toHex(FinalisedHeader.encode({ header, proof }))
}

function placeOf(extrinsic: Uint8Array, { chain }: RpcCall) {
  const place = chain.database.extrinsic(extrinsic)
  if (place === undefined) return null
  const { number } = chain.header(place.blockHash)
  return { blockHash: toHex(place.blockHash), blockNumber: number, index: place.index }
}
