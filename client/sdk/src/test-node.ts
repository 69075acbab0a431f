/**
 * A small node for tests: a real chain (state trie, signed headers, checked extrinsics) behind a real WebSocket. It knows
 * the few calls that the tests make. `lie` lets it say anything else, which clients must notice.
 */
import type { AddressInfo } from 'node:net'
import { concatBytes, fromHex, Reader, readCompact, toHex } from '@pha/core/codec'
import { blake2b256, keypairFromSeed, Secret, verifySignature } from '@pha/core/crypto'
import { AUTHORITY_KEY, finalityBytes } from '@pha/core/light-client'
import { ContractMessage, FinalisedHeader, Header, headerHash, MultiSignature } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { type Change, emptyTrie, orderedTrieRoot, proveKeys, type Trie } from '@pha/core/trie'
import { contracts, EventRecords, MultiAddress, RUNTIME_VERSION, RuntimeCall, system } from '@pha/runtime/pallets'
import { type WebSocket, WebSocketServer } from 'ws'

type Events = Infer<typeof EventRecords>
type Event = Events[number]['event']

interface Block {
  readonly finalised: FinalisedHeader
  readonly hash: Uint8Array
  readonly body: readonly Uint8Array[]
  readonly state: Trie
}

interface Waiting {
  readonly bytes: Uint8Array
  readonly account: Uint8Array
  readonly nonce: number
  readonly call: Uint8Array
}

/** Messages that a contract received, as its replicas would follow them. */
export interface OrderedMessage {
  readonly contract: Uint8Array
  readonly sequence: bigint
  readonly sender: Uint8Array
  readonly payload: Uint8Array
}

const BANNED = 'Transaction is temporarily banned: it can never be valid'

export class TestNode implements AsyncDisposable {
  readonly authority = keypairFromSeed('ed25519', Secret.from(new Uint8Array(32).fill(9)))
  readonly genesis: Block
  readonly messages: OrderedMessage[] = []
  /** Called after each block. */
  onBlock: () => void = () => {}
  /** Changes answers on their way out: what a lying node does. */
  lie: (method: string, result: unknown) => unknown = (_, result) => result
  /** Takes extrinsics and makes no blocks of them. */
  idle = false
  /** What it checks signatures with, and says of its runtime. */
  version: { specVersion: number; transactionVersion: number } = RUNTIME_VERSION
  /** What its runtime answers to calls. */
  runtime: ((method: string, input: Uint8Array) => Uint8Array) | undefined
  /** V14, in hexadecimal text. */
  metadata = '0x'
  readonly #blocks = new Map<string, Block>()
  readonly #places = new Map<string, { blockHash: string; blockNumber: number; index: number }>()
  #pool = new Map<string, Waiting>()
  readonly #banned = new Set<string>()
  #head: Block
  /** Keeps its port while the node is stopped: no other process may take it. */
  #server: WebSocketServer | undefined
  #isUp = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(entries: Iterable<Change> = []) {
    const state = emptyTrie(1).applyChanges([[AUTHORITY_KEY, this.authority.publicKey], ...entries])
    const header: Header = {
      parentHash: new Uint8Array(32),
      number: 0,
      stateRoot: state.root(),
      extrinsicsRoot: orderedTrieRoot([], 0),
      digest: { logs: [] },
    }
    const hash = headerHash(header)
    this.genesis = { finalised: this.#finalise(header, hash), hash, body: [], state }
    this.#head = this.genesis
    this.#blocks.set(toHex(hash), this.genesis)
  }

  get head(): Block {
    return this.#head
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server?.address() as AddressInfo | undefined)?.port}`
  }

  /** Starts to listen; again on the same port after `stop`. */
  async start(): Promise<this> {
    this.#isUp = true
    if (this.#server !== undefined) return this
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, verifyClient: () => this.#isUp })
    server.on('connection', (socket) => this.#serve(socket))
    await new Promise((resolve) => server.once('listening', resolve))
    this.#server = server
    return this
  }

  /** Ends as a killed process does; what waits in the pool is lost, blocks are kept. */
  stop(): void {
    this.#isUp = false
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#pool = new Map()
    for (const socket of this.#server?.clients ?? []) socket.terminate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    const server = this.#server
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())))
  }

  /** Goes on with another runtime. What waits was signed for the one before: it is dropped, and refused from then on. */
  upgrade(version: TestNode['version']): void {
    this.version = version
    for (const hash of this.#pool.keys()) this.#banned.add(hash)
    this.#pool.clear()
  }

  /** Makes a block of what is ready, and of changes that other pallets would make. */
  makeBlock(changes: readonly Change[] = []): Block {
    let { state } = this.#head
    const number = this.#head.finalised.header.number + 1
    const records: Events[number][] = []
    const body: Uint8Array[] = []
    for (const waiting of [...this.#pool.values()].sort((one, other) => one.nonce - other.nonce)) {
      const account = accountIn(state, waiting.account)
      if (waiting.nonce !== account.nonce) continue
      this.#pool.delete(toHex(blake2b256(waiting.bytes)))
      state = withAccount(state, waiting.account, { ...account, nonce: account.nonce + 1 })
      const applied = this.#apply(state, waiting)
      state = applied.state
      for (const event of applied.events) {
        records.push({ phase: { type: 'ApplyExtrinsic', value: body.length }, event, topics: [] })
      }
      body.push(waiting.bytes)
    }
    state = state.applyChanges([[system.storage.events.key(), EventRecords.encode(records)], ...changes])
    const header: Header = {
      parentHash: this.#head.hash,
      number,
      stateRoot: state.root(),
      extrinsicsRoot: orderedTrieRoot(body, 0),
      digest: { logs: [] },
    }
    const hash = headerHash(header)
    const block = { finalised: this.#finalise(header, hash), hash, body, state }
    this.#head = block
    this.#blocks.set(toHex(hash), block)
    body.forEach((bytes, index) => {
      this.#places.set(toHex(blake2b256(bytes)), { blockHash: toHex(hash), blockNumber: number, index })
    })
    this.#announce(block.finalised)
    this.onBlock()
    return block
  }

  #finalise(header: Header, hash: Uint8Array): FinalisedHeader {
    const genesis = header.number === 0 ? hash : this.genesis.hash
    const signature = this.authority.sign(finalityBytes(genesis, header.number, hash))
    return { header, proof: { type: 'Solo', value: { signature } } }
  }

  #announce(finalised: FinalisedHeader): void {
    const result = this.lie('pha_finalised', toHex(FinalisedHeader.encode(finalised)))
    const text = JSON.stringify({ jsonrpc: '2.0', method: 'pha_finalised', params: { subscription: 's', result } })
    for (const socket of this.#server?.clients ?? []) socket.send(text)
  }

  #serve(socket: WebSocket): void {
    socket.on('message', (data) => {
      const { id, method, params } = JSON.parse(String(data)) as { id: number; method: string; params: string[] }
      try {
        const result = this.lie(method, this.#answer(method, params))
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }))
        if (method === 'pha_subscribeFinalised') this.#announce(this.#head.finalised)
      } catch (error) {
        const { code = -32603, message } = error as { code?: number; message: string }
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }))
      }
    })
  }

  #answer(method: string, params: readonly unknown[]): unknown {
    switch (method) {
      case 'pha_genesis': {
        const { finalised, state } = this.genesis
        return { header: toHex(Header.encode(finalised.header)), proof: proveKeys(state, [AUTHORITY_KEY]).map(toHex) }
      }
      case 'pha_finalisedHeader':
        return toHex(FinalisedHeader.encode(this.#block(params[0]).finalised))
      case 'pha_subscribeFinalised':
        return 's'
      case 'pha_extrinsic':
        return this.#places.get(String(params[0])) ?? null
      case 'chain_getBlock':
        return { block: { header: {}, extrinsics: this.#block(params[0]).body.map(toHex) } }
      case 'state_getReadProof': {
        const keys = (params[0] as string[]).map(fromHex)
        return { at: params[1], proof: proveKeys(this.#block(params[1]).state, keys).map(toHex) }
      }
      case 'state_getKeysPaged': {
        const [prefix, count, after, at] = params as [string, number, string | null, string]
        const start = after === null ? undefined : fromHex(after)
        const entries = [...this.#block(at).state.entries(fromHex(prefix), start)]
        return entries.slice(0, count).map(([key]) => toHex(key))
      }
      case 'state_call':
        if (this.runtime === undefined) throw new Error('no runtime')
        return toHex(this.runtime(String(params[0]), fromHex(String(params[1]))))
      case 'author_submitExtrinsic':
        return this.#submit(fromHex(String(params[0])))
      case 'state_getRuntimeVersion':
        return this.version
      case 'state_getMetadata':
        return this.metadata
      case 'system_version':
        return 'test'
      default:
        throw Object.assign(new Error(`no method ${method}`), { code: -32601 })
    }
  }

  #block(hash: unknown): Block {
    const block = hash === undefined ? this.#head : this.#blocks.get(String(hash))
    if (block === undefined) throw Object.assign(new Error('unknown block'), { code: 4003 })
    return block
  }

  #submit(bytes: Uint8Array): string {
    const hash = toHex(blake2b256(bytes))
    if (this.#banned.has(hash)) throw Object.assign(new Error(BANNED), { code: 1012 })
    const waiting = this.#read(bytes)
    if (waiting.nonce < accountIn(this.#head.state, waiting.account).nonce) throw invalid('Stale')
    this.#pool.set(hash, waiting)
    if (!this.idle) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.makeBlock()
      }, 20)
    }
    return hash
  }

  /** Signed, version 4, with the nine extensions; the signature is checked. */
  #read(bytes: Uint8Array): Waiting {
    const reader = new Reader(bytes)
    if (readCompact(reader) !== BigInt(reader.remaining) || reader.u8() !== 0x84) throw invalid('Call')
    const address = MultiAddress.read(reader)
    const signature = MultiSignature.read(reader)
    const extraFrom = reader.offset
    const mortal = reader.u8() !== 0
    if (mortal) reader.u8()
    const nonce = Number(readCompact(reader))
    readCompact(reader) // tip
    reader.u8() // mode of CheckMetadataHash
    const extra = bytes.subarray(extraFrom, reader.offset)
    const call = reader.raw(reader.remaining)
    const { specVersion, transactionVersion } = this.version
    const versions = [t.u32.encode(specVersion), t.u32.encode(transactionVersion)]
    const births = mortal ? [...this.#blocks.values()].map(({ hash }) => hash) : [this.genesis.hash]
    const account = address.type === 'Id' ? address.value : new Uint8Array(32)
    const signed = births.some((birth) => {
      const payload = concatBytes(call, extra, ...versions, this.genesis.hash, birth, Uint8Array.of(0))
      return verifySignature(signature, payload.length > 256 ? blake2b256(payload) : payload, account)
    })
    if (!signed) throw invalid('BadProof')
    return { bytes, account, nonce, call }
  }

  #apply(state: Trie, { account, call }: Waiting): { state: Trie; events: Event[] } {
    const { type, value } = RuntimeCall.decode(call)
    if (type === 'Balances' && value.type === 'transferKeepAlive') {
      const { dest, value: amount } = value.value
      const from = accountIn(state, account)
      if (dest.type !== 'Id' || from.data.free < amount) {
        return { state, events: [failed({ type: 'Token', value: { type: 'FundsUnavailable' } })] }
      }
      const paid = withAccount(state, account, { ...from, data: { ...from.data, free: from.data.free - amount } })
      const to = accountIn(paid, dest.value)
      const next = withAccount(paid, dest.value, { ...to, data: { ...to.data, free: to.data.free + amount } })
      const transfer = { from: account, to: dest.value, amount }
      return { state: next, events: [{ type: 'Balances', value: { type: 'Transfer', value: transfer } }, SUCCESS] }
    }
    if (type === 'Contracts' && value.type === 'send') {
      const { contract, epoch, sealed } = value.value
      const key = contracts.storage.commandKeys.decode(state.get(contracts.storage.commandKeys.key(contract)))
      if (key?.epoch !== epoch) return { state, events: [contractsError('WrongEpoch')] }
      const sequence = BigInt(this.messages.filter((one) => toHex(one.contract) === toHex(contract)).length + 1)
      const payload = ContractMessage.encode({ type: 'Command', value: { epoch, sealed } })
      this.messages.push({ contract, sequence, sender: account, payload })
      const sent = { contract, sender: account, sequence }
      return { state, events: [{ type: 'Contracts', value: { type: 'CommandSent', value: sent } }, SUCCESS] }
    }
    if (type === 'Contracts' && value.type === 'uploadCode') {
      const { codes } = contracts.storage
      const codeHash = blake2b256(value.value.code)
      if (state.get(codes.key(codeHash)) !== undefined) return { state, events: [contractsError('CodeExists')] }
      const code = { uploader: account, size: value.value.code.length, publicSince: 0 }
      return { state: state.insert(codes.key(codeHash), codes.type.encode(code)), events: [SUCCESS] }
    }
    if (type === 'Contracts' && value.type === 'deploy') {
      const { codeHash } = value.value
      const deployed = { contract: blake2b256(call), deployer: account, codeHash, replicas: [] }
      return { state, events: [{ type: 'Contracts', value: { type: 'Deployed', value: deployed } }, SUCCESS] }
    }
    return { state, events: [SUCCESS] }
  }
}

function contractsError(name: keyof typeof contracts.errors): Event {
  const error = Uint8Array.of(contracts.errors[name].index, 0, 0, 0)
  return failed({ type: 'Module', value: { index: contracts.index, error } })
}

/** A state entry that gives an account tokens. */
export function endow(account: Uint8Array, free: bigint): Change {
  const { storage } = system
  const empty = storage.account.decode(undefined)
  return [storage.account.key(account), storage.account.type.encode({ ...empty, data: { ...empty.data, free } })]
}

type AccountInfo = ReturnType<typeof system.storage.account.decode>
type DispatchFailed = Extract<Extract<Event, { type: 'System' }>['value'], { type: 'ExtrinsicFailed' }>['value']

const dispatchInfo = {
  weight: { refTime: 1n, proofSize: 0n },
  class: { type: 'Normal' },
  paysFee: { type: 'Yes' },
} as const
const SUCCESS: Event = { type: 'System', value: { type: 'ExtrinsicSuccess', value: { dispatchInfo } } }

function failed(dispatchError: DispatchFailed['dispatchError']): Event {
  return { type: 'System', value: { type: 'ExtrinsicFailed', value: { dispatchError, dispatchInfo } } }
}

function accountIn(state: Trie, account: Uint8Array): AccountInfo {
  return system.storage.account.decode(state.get(system.storage.account.key(account)))
}

function withAccount(state: Trie, account: Uint8Array, info: AccountInfo): Trie {
  return state.insert(system.storage.account.key(account), system.storage.account.type.encode(info))
}

function invalid(reason: string): Error {
  return Object.assign(new Error(`Invalid Transaction: ${reason}`), { code: 1010 })
}
