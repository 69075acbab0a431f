/**
 * A small real chain for tests: a state trie with the pallets' keys, headers that its authority signs, topics as hash
 * chains, code and blobs. Its `host` serves honest answers; tests wrap it to lie. There is no pallet logic here.
 */
import { equalBytes, toHex, utf8Encode } from '@pha/core/codec'
import { blake2b256, keypairFromSeed, Secret, sha256 } from '@pha/core/crypto'
import { AUTHORITY_KEY, finalityBytes } from '@pha/core/light-client'
import {
  EMPTY_TOPIC,
  type EnclaveRequest,
  type FinalisedHeader,
  type Header,
  headerHash,
  nextHead,
  type SnapshotPointer,
  type TopicHead,
  type TopicMessage,
} from '@pha/core/protocol'
import type { Type } from '@pha/core/schema'
import { emptyTrie, proveKeys, type Trie } from '@pha/core/trie'
import { messages, timestamp } from '@pha/runtime/pallets'
import type { Host } from '../channel/host.ts'

interface Item<Keys extends readonly unknown[], V> {
  readonly type: Type<V>
  key(...keys: Keys): Uint8Array
}

const ZERO = new Uint8Array(32)

/** 32 bytes that a name stands for. */
export function bytesOf(name: string): Uint8Array {
  return sha256(utf8Encode(name))
}

export class TestChain {
  readonly genesisHeader: Header
  readonly genesisProof: readonly Uint8Array[]
  readonly #authority
  readonly #states = new Map<string, Trie>()
  readonly #topics = new Map<string, TopicMessage[]>()
  readonly #codes = new Map<string, Uint8Array>()
  readonly #blobs = new Map<string, Uint8Array>()
  readonly #snapshots = new Map<string, SnapshotPointer>()
  #trie: Trie
  #newest: Header

  /** Chains of different names have different authorities and genesis hashes. */
  constructor(name = 'test') {
    this.#authority = keypairFromSeed('ed25519', Secret.from(bytesOf(`authority of ${name}`)))
    this.#trie = emptyTrie(1).insert(AUTHORITY_KEY, this.#authority.publicKey)
    this.genesisHeader = this.#headerOf(0, ZERO)
    this.genesisProof = proveKeys(this.#trie, [AUTHORITY_KEY])
    this.#newest = this.genesisHeader
    this.#states.set(toHex(this.genesis), this.#trie)
  }

  get genesis(): Uint8Array {
    return headerHash(this.genesisHeader)
  }

  get newestHash(): Uint8Array {
    return headerHash(this.#newest)
  }

  /** Number that the next block will have. */
  get nextNumber(): number {
    return this.#newest.number + 1
  }

  set<Keys extends readonly unknown[], V>(item: Item<Keys, V>, keys: Keys, value: V): void {
    this.#trie = this.#trie.insert(item.key(...keys), item.type.encode(value))
  }

  get<Keys extends readonly unknown[], V>(item: Item<Keys, V>, ...keys: Keys): V | undefined {
    const stored = this.#trie.get(item.key(...keys))
    return stored && item.type.decode(stored)
  }

  remove<Keys extends readonly unknown[]>(item: { key(...keys: Keys): Uint8Array }, ...keys: Keys): void {
    this.#trie = this.#trie.remove(item.key(...keys))
  }

  head(topic: Uint8Array): TopicHead {
    return this.get(messages.storage.topicHead, topic) ?? EMPTY_TOPIC
  }

  push(topic: Uint8Array, sender: TopicMessage['sender'], payload: Uint8Array): TopicMessage {
    const head = this.head(topic)
    const block = this.nextNumber
    const message = { sequence: head.sequence + 1n, block, timestamp: BigInt(block) * 3_000n, sender, payload }
    this.set(messages.storage.topicHead, [topic], nextHead(head, message))
    this.#topics.set(toHex(topic), [...(this.#topics.get(toHex(topic)) ?? []), message])
    return message
  }

  putCode(code: Uint8Array): Uint8Array {
    const hash = blake2b256(code)
    this.#codes.set(toHex(hash), code)
    return hash
  }

  blobs(): ReadonlyMap<string, Uint8Array> {
    return this.#blobs
  }

  loseBlobs(): void {
    this.#blobs.clear()
    this.#snapshots.clear()
  }

  /** Ends the block: from now on its state is final. */
  seal(): FinalisedHeader {
    this.set(timestamp.storage.now, [], BigInt(this.nextNumber) * 3_000n)
    this.#newest = this.#headerOf(this.nextNumber, headerHash(this.#newest))
    this.#states.set(toHex(headerHash(this.#newest)), this.#trie)
    return this.finalise(this.#newest)
  }

  /** Signs any header as final, as an authority that lies would. */
  finalise(header: Header): FinalisedHeader {
    const signature = this.#authority.sign(finalityBytes(this.genesis, header.number, headerHash(header)))
    return { header, proof: { type: 'Solo', value: { signature } } }
  }

  /** An honest host; what is submitted goes to `submit`, what is delivered to `deliver`. */
  host(
    submit: (call: Uint8Array) => void,
    register: (request: RegisterRequest) => void,
    deliver: Host['deliver'] = () => Promise.reject(new Error('no such worker')),
  ): Host {
    return {
      readProof: async ({ block, keys }) => proveKeys(this.#stateAt(block), keys),
      messages: async ({ topic, from, limit }) => {
        const all = this.#topics.get(toHex(topic)) ?? []
        return all.filter(({ sequence }) => sequence >= from).slice(0, limit)
      },
      code: async (hash) => this.#codes.get(toHex(hash)),
      getBlob: async (cid) => this.#blobs.get(toHex(cid)),
      putBlob: async ({ cid, bytes }) => void this.#blobs.set(toHex(cid), bytes),
      submit: async (call) => submit(call),
      register: async (request) => register(request),
      latestSnapshot: async ({ contract, since }) => {
        const kept = this.#snapshots.get(toHex(contract))
        return kept !== undefined && kept.batch >= since ? kept : undefined
      },
      keepSnapshot: async ({ contract, batch, cid }) => void this.#snapshots.set(toHex(contract), { batch, cid }),
      deliver,
    }
  }

  #stateAt(block: Uint8Array): Trie {
    const state = this.#states.get(toHex(block))
    if (state === undefined) throw new Error('no such block')
    return state
  }

  #headerOf(number: number, parentHash: Uint8Array): Header {
    const header = { parentHash, number, stateRoot: this.#trie.root(), extrinsicsRoot: ZERO, digest: { logs: [] } }
    return equalBytes(parentHash, ZERO) ? header : { ...header, extrinsicsRoot: bytesOf(`block ${number}`) }
  }
}

export type RegisterRequest = Extract<EnclaveRequest, { type: 'Register' }>['value']
