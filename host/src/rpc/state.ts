/** `state_*`: storage, proofs and runtime calls at a block; the newest by default. */
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { limits } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { proveKeys, type Trie } from '@pha/core/trie'
import { CODE_KEY } from '@pha/runtime/frame'
import { optionalHex, runtimeVersionJson } from './json-shapes.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, RpcMethod } from './method.ts'
import { ResponseRoom } from './response-room.ts'
import { RpcError } from './rpc-error.ts'
import { runtimeCall } from './runtime-call.ts'
import { isSame } from './same-value.ts'

export const state_call: RpcMethod = (params, { chain }) =>
  toHex(runtimeCall(chain, params.text(0), params.bytes(1), params.optionalHash(2)))
export const state_callAt: RpcMethod = state_call

/** Metadata V14, which every client reads. */
export const state_getMetadata: RpcMethod = (params, { chain }) =>
  toHex(t.bytes.decode(chain.call('Metadata_metadata', new Uint8Array(), params.optionalHash(0))))

export const state_getRuntimeVersion: RpcMethod = (params, { chain }) =>
  runtimeVersionJson(chain, params.optionalHash(0))
export const chain_getRuntimeVersion: RpcMethod = state_getRuntimeVersion

export const state_getStorage: RpcMethod = (params, { chain }) =>
  optionalHex(chain.trieAt(params.optionalHash(1)).get(params.bytes(0)))
export const state_getStorageAt: RpcMethod = state_getStorage

export const state_getStorageHash: RpcMethod = (params, { chain }) => {
  const value = chain.trieAt(params.optionalHash(1)).get(params.bytes(0))
  return optionalHex(value && blake2b256(value))
}
export const state_getStorageHashAt: RpcMethod = state_getStorageHash

export const state_getStorageSize: RpcMethod = (params, { chain }) =>
  chain.trieAt(params.optionalHash(1)).get(params.bytes(0))?.length ?? null
export const state_getStorageSizeAt: RpcMethod = state_getStorageSize

export const state_getKeysPaged: RpcMethod = (params, call) => {
  const count = params.number(1)
  if (count > rpcLimits.page) throw new RpcError('rpc.bad-params', `at most ${rpcLimits.page} keys a page`)
  return page(call, params.bytes(0), count, params.optionalBytes(2), params.optionalHash(3)).map(([key]) => toHex(key))
}
export const state_getKeysPagedAt: RpcMethod = state_getKeysPaged

/** The first page of keys only; longer lists are read with `state_getKeysPaged`. */
export const state_getKeys: RpcMethod = (params, call) =>
  page(call, params.bytes(0), rpcLimits.page, undefined, params.optionalHash(1)).map(([key]) => toHex(key))

/** The first page of pairs only. */
export const state_getPairs: RpcMethod = (params, call) => {
  const room = new ResponseRoom()
  const pairs = page(call, params.bytes(0), rpcLimits.page, undefined, params.optionalHash(1))
  return pairs.map(([key, value]) => [toHex(key), room.optionalHex(value)])
}

export const state_queryStorageAt: RpcMethod = (params, { chain }) => {
  const keys = params.byteList(0, rpcLimits.storageKeys)
  const at = params.optionalHash(1) ?? chain.head.hash
  return [{ block: toHex(at), changes: values(chain.trieAt(at), keys) }]
}

/** The values of keys at a block, and what later blocks changed, up to another block. */
export const state_queryStorage: RpcMethod = (params, { chain }) => {
  const keys = params.byteList(0, rpcLimits.storageKeys)
  const first = chain.header(params.hash(1)).number
  const last = chain.header(params.optionalHash(2) ?? chain.head.hash).number
  if ((last - first + 1) * keys.length > rpcLimits.queriedValues) {
    throw new RpcError('rpc.bad-params', `at most ${rpcLimits.queriedValues} values, keys times blocks`)
  }
  const room = new ResponseRoom()
  const known = new Map<string, Uint8Array | undefined>()
  const changeSets: unknown[] = []
  for (let number = first; number <= last; number++) {
    const hash = chain.hashAt(number)
    const trie = chain.trieAt(hash)
    const changes = keys.flatMap((key) => {
      const name = toHex(key)
      const value = trie.get(key)
      if (known.has(name) && isSame(known.get(name), value)) return []
      known.set(name, value)
      return [[name, room.optionalHex(value)]]
    })
    if (changes.length > 0) changeSets.push({ block: toHex(hash), changes })
  }
  return changeSets
}

export const state_getReadProof: RpcMethod = (params, { chain }) => {
  const keys = params.byteList(0, limits.proofKeys)
  const at = params.optionalHash(1) ?? chain.head.hash
  return { at: toHex(at), proof: proveKeys(chain.trieAt(at), keys).map(toHex) }
}

/** Sends the values at once, then those that a block changed. */
export const state_subscribeStorage: RpcMethod = (params, { chain, subscriptions }) => {
  const keys = distinct(params.byteList(0, rpcLimits.storageKeys))
  values(chain.trieAt(), keys) // refuses what would not fit in the first notification
  return subscriptions().open('state_storage', (send) => {
    let before = chain.trieAt()
    send({ block: toHex(chain.head.hash), changes: changesTo(before, keys) })
    return chain.onFinalised(({ hash }) => {
      const now = chain.trieAt(hash)
      const changed = keys.filter((key) => !isSame(before.get(key), now.get(key)))
      before = now
      if (changed.length > 0) send({ block: toHex(hash), changes: changesTo(now, changed) })
    })
  })
}
export const state_unsubscribeStorage: RpcMethod = (params, { subscriptions }) => subscriptions().close(params.text(0))

/** Sends the version at once, and again whenever it changes. */
export const state_subscribeRuntimeVersion: RpcMethod = (_, { chain, subscriptions }) =>
  subscriptions().open('state_runtimeVersion', (send) => {
    let code: Uint8Array | undefined
    const sendIfNew = (): void => {
      const now = chain.trieAt().hashOf(CODE_KEY)
      if (isSame(now, code)) return
      code = now
      send(runtimeVersionJson(chain))
    }
    sendIfNew()
    return chain.onFinalised(sendIfNew)
  })
export const state_unsubscribeRuntimeVersion: RpcMethod = state_unsubscribeStorage
export const chain_subscribeRuntimeVersion: RpcMethod = state_subscribeRuntimeVersion
export const chain_unsubscribeRuntimeVersion: RpcMethod = state_unsubscribeStorage

/** @throws RpcError `rpc.response-too-large` */
function values(trie: Trie, keys: readonly Uint8Array[]) {
  const room = new ResponseRoom()
  return keys.map((key) => [toHex(key), room.optionalHex(trie.get(key))])
}

/** What a block made of keys: bounded by what a block can hold. */
function changesTo(trie: Trie, keys: readonly Uint8Array[]) {
  return keys.map((key) => [toHex(key), optionalHex(trie.get(key))])
}

function distinct(keys: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(keys.map((key) => [toHex(key), key])).values()]
}

function page({ chain }: RpcCall, prefix: Uint8Array, count: number, after?: Uint8Array, at?: Uint8Array) {
  const entries: (readonly [key: Uint8Array, value: Uint8Array])[] = []
  if (count === 0) return entries
  for (const entry of chain.trieAt(at).entries(prefix, after)) if (entries.push(entry) === count) break
  return entries
}
