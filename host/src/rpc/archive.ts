/** `archive_v1_*`: reads any block whose state is kept, without pinning it (JSON-RPC interface specification). */
import { toHex } from '@pha/core/codec'
import { Header } from '@pha/core/protocol'
import { clientError } from './client-error.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, RpcMethod } from './method.ts'
import { RpcError } from './rpc-error.ts'
import { runtimeCall } from './runtime-call.ts'
import { diffQueries, storageDiff } from './storage-diff.ts'
import { itemQueries, storageItems } from './storage-items.ts'
import { streamEvents } from './stream-events.ts'

export const archive_v1_genesisHash: RpcMethod = (_, { chain }) => toHex(chain.genesisHash)
export const archive_v1_finalizedHeight: RpcMethod = (_, { chain }) => chain.head.block.header.number

/** A list, which has one hash at most: there are no forks. */
export const archive_v1_hashByHeight: RpcMethod = (params, { chain }) => {
  const hash = chain.database.hashAt(params.number(0))
  return hash === undefined ? [] : [toHex(hash)]
}

/** SCALE, as hex. */
export const archive_v1_header: RpcMethod = (params, { chain }) => {
  const header = chain.findHeader(params.hash(0))
  return header === undefined ? null : toHex(Header.encode(header))
}

export const archive_v1_body: RpcMethod = (params, { chain }) =>
  chain.database.block(params.hash(0))?.body.map(toHex) ?? null

export const archive_v1_call: RpcMethod = (params, { chain }) => {
  const [hash, method, input] = [params.hash(0), params.text(1), params.bytes(2)]
  if (chain.findHeader(hash) === undefined) return null
  try {
    return { success: true, value: toHex(runtimeCall(chain, method, input, hash)) }
  } catch (cause) {
    const { code, message } = clientError(cause)
    if (code === 'rpc.internal') throw cause
    return { success: false, error: message }
  }
}

export const archive_v1_storage: RpcMethod = (params, call) => {
  const hash = params.hash(0)
  const queries = itemQueries(params, 1)
  return read(call, 'archive_v1_storage', function* () {
    for (const item of storageItems(call.chain.trieAt(hash), queries)) yield { event: 'storage', ...item }
  })
}

export const archive_v1_stopStorage: RpcMethod = (params, { subscriptions }) => {
  subscriptions().close(params.text(0))
  return null
}

/** What changed between a block and an earlier one, its parent by default. */
export const archive_v1_storageDiff: RpcMethod = (params, call) => {
  const { chain } = call
  const hash = params.hash(0)
  const queries = diffQueries(params, 1)
  const previous = params.optionalHash(2)
  return read(call, 'archive_v1_storageDiff', function* () {
    const { parentHash, number } = chain.header(hash)
    const before = previous ?? parentHash
    // The state before genesis is empty, but nobody asks for what genesis changed.
    if (chain.header(before).number > number) throw new RpcError('rpc.bad-params', 'not an ancestor')
    for (const difference of storageDiff(chain.trieAt(before), chain.trieAt(hash), queries))
      yield difference && { event: 'storageDiff', ...difference }
  })
}
export const archive_v1_storageDiff_stopStorageDiff: RpcMethod = archive_v1_stopStorage
export const archive_v1_stopStorageDiff: RpcMethod = archive_v1_stopStorage

/** Streams events and ends with `...Done`, or with `...Error` where the block or its state is missing. */
function read(call: RpcCall, method: string, events: () => Iterable<object | undefined>): string {
  const connection = call.subscriptions()
  const notification = `${method}Event`
  if (connection.count(notification) >= rpcLimits.archiveReads) {
    throw new RpcError('rpc.too-many-subscriptions', `At most ${rpcLimits.archiveReads} reads at once`, 'wait for one')
  }
  const name = method.replace('archive_v1_', '')
  const id = connection.open(notification, (send) => {
    const stopped = new AbortController()
    streamEvents(events(), { send, drained: () => connection.drained(), signal: stopped.signal })
      .then(
        () => send({ event: `${name}Done` }),
        (cause: unknown) => {
          const { code, message } = clientError(cause)
          if (code === 'rpc.internal') call.onFault(method, cause)
          send({ event: `${name}Error`, error: message })
        },
      )
      .finally(() => connection.close(id))
    return () => stopped.abort()
  })
  return id
}
