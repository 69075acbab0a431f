/**
 * One `chainHead_v1_follow`: the blocks that its client keeps pinned, and its operations on them (JSON-RPC interface
 * specification, chainHead). Every block here is final, so each is new, best and finalised in one go.
 */
import { equalBytes, type Hex, toHex } from '@pha/core/codec'
import type { Trie } from '@pha/core/trie'
import { CODE_KEY } from '@pha/runtime/frame'
import { KEPT_STATES } from '../db/index.ts'
import type { Chain, FinalisedBlock } from '../node/chain.ts'
import { clientError } from './client-error.ts'
import { runtimeSpecJson } from './json-shapes.ts'
import { rpcLimits } from './limits.ts'
import { RpcError } from './rpc-error.ts'
import { type ItemQuery, type StorageItem, sizeOf, storageItems } from './storage-items.ts'

type Event = { readonly event: string; readonly [field: string]: unknown }

interface Operation {
  /** Items that it counts for. */
  readonly weight: number
  /** What is left of a storage operation that waits to be continued. */
  rest?: Generator<StorageItem, void, undefined>
}

interface FollowInit {
  readonly chain: Chain
  readonly withRuntime: boolean
  /** Runs something once the client has the answer to its request: it must know an operation before it hears of it. */
  readonly afterAnswer: (run: () => void) => void
  /** Told of faults of our own. */
  readonly onFault: (where: string, cause: unknown) => void
}

export class Follow {
  readonly withRuntime: boolean
  readonly #chain: Chain
  readonly #afterAnswer: FollowInit['afterAnswer']
  readonly #onFault: FollowInit['onFault']
  /** Numbers of pinned blocks by hash, the oldest first. */
  readonly #pinned = new Map<Hex, number>()
  readonly #operations = new Map<string, Operation>()
  #send: (event: Event) => void = () => {}
  #end = (): void => {}
  #code: Uint8Array | undefined
  #lastOperation = 0

  constructor({ chain, withRuntime, afterAnswer, onFault }: FollowInit) {
    this.#chain = chain
    this.withRuntime = withRuntime
    this.#afterAnswer = afterAnswer
    this.#onFault = onFault
  }

  /**
   * Sends `initialized`, and from then on each new block.
   * @param end called when the follow ends by itself, after the `stop` event
   * @returns what ends it
   */
  start(send: (event: Event) => void, end: () => void): () => void {
    this.#send = send
    const { hash } = this.#chain.head
    this.#code = this.#codeAt(hash)
    const blocks = this.#recentBlocks()
    for (const [hash, number] of blocks) this.#pinned.set(hash, number)
    const finalizedBlockHashes = blocks.map(([hash]) => hash)
    const runtime = this.withRuntime ? { finalizedBlockRuntime: runtimeSpecJson(this.#chain, hash) } : {}
    send({ event: 'initialized', finalizedBlockHashes, ...runtime })
    this.#end = end
    const stopListening = this.#chain.onFinalised((block) => {
      if (this.#isAnyPinLost(block)) this.stop()
      else this.#report(block)
    })
    return () => {
      stopListening()
      this.#pinned.clear()
      this.#operations.clear()
      this.#send = () => {}
      this.#end = () => {}
    }
  }

  /** Ends the follow from this side: its client has to begin anew. */
  stop(): void {
    const [send, end] = [this.#send, this.#end]
    // Sending may itself find that too much waits, and come back here.
    this.#send = () => {}
    send({ event: 'stop' })
    end()
  }

  /** @throws RpcError `rpc.block-not-pinned` */
  requirePinned(hash: Uint8Array): void {
    if (!this.#pinned.has(toHex(hash))) throw notPinned(hash)
  }

  /** @throws RpcError `rpc.block-not-pinned` or `rpc.duplicate-hashes`, and then nothing is unpinned */
  unpin(hashes: readonly Uint8Array[]): void {
    const names = new Set(hashes.map(toHex))
    if (names.size < hashes.length) throw new RpcError('rpc.duplicate-hashes', 'A hash occurs twice')
    for (const hash of hashes) this.requirePinned(hash)
    for (const name of names) this.#pinned.delete(name)
  }

  /** Starts an operation whose whole result is one event; a refusal of the runtime is its error. */
  operation(run: () => Event) {
    return this.#begin(1, (operationId) => {
      this.#operations.delete(operationId)
      this.#send({ ...this.#resultOf(run), operationId })
    })
  }

  /** Starts to read items; what does not fit beside the operations in progress is discarded, from the back. */
  storage(trie: Trie, queries: readonly ItemQuery[]) {
    const accepted = queries.slice(0, Math.max(0, rpcLimits.operations - this.#weight()))
    if (accepted.length === 0 && queries.length > 0) return { result: 'limitReached' }
    const items = storageItems(trie, accepted)
    const started = this.#begin(accepted.length, (operationId) => this.#sendPage(operationId, items))
    return { ...started, discardedItems: queries.length - accepted.length }
  }

  /** @throws RpcError `rpc.not-waiting` */
  continue(operationId: string): void {
    const operation = this.#operations.get(operationId)
    if (operation === undefined) return
    const { rest } = operation
    if (rest === undefined) throw new RpcError('rpc.not-waiting', 'The operation does not wait to be continued')
    delete operation.rest
    this.#afterAnswer(() => this.#sendPage(operationId, rest))
  }

  stopOperation(operationId: string): void {
    this.#operations.delete(operationId)
  }

  #begin(weight: number, run: (operationId: string) => void) {
    if (this.#weight() + weight > rpcLimits.operations) return { result: 'limitReached' }
    const operationId = String(++this.#lastOperation)
    this.#operations.set(operationId, { weight })
    this.#afterAnswer(() => {
      if (this.#operations.has(operationId)) run(operationId)
    })
    return { result: 'started', operationId }
  }

  #sendPage(operationId: string, rest: Generator<StorageItem, void, undefined>): void {
    const operation = this.#operations.get(operationId)
    if (operation === undefined) return
    const items: StorageItem[] = []
    let characters = 0
    let isWaiting = false
    // By hand: `for of` would end the generator on the way out.
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      items.push(next.value)
      characters += sizeOf(next.value)
      isWaiting = items.length >= rpcLimits.pageItems || characters >= rpcLimits.pageCharacters
      if (isWaiting) break
    }
    if (items.length > 0) this.#send({ event: 'operationStorageItems', operationId, items })
    if (isWaiting) operation.rest = rest
    else this.#operations.delete(operationId)
    this.#send({ event: isWaiting ? 'operationWaitingForContinue' : 'operationStorageDone', operationId })
  }

  #resultOf(run: () => Event): Event {
    try {
      return run()
    } catch (cause) {
      const { code, message } = clientError(cause)
      if (code === 'rpc.internal') this.#onFault('chainHead operation', cause)
      return { event: 'operationError', error: message }
    }
  }

  #weight(): number {
    let weight = 0
    for (const operation of this.#operations.values()) weight += operation.weight
    return weight
  }

  #report({ hash, block }: FinalisedBlock): void {
    const blockHash = toHex(hash)
    this.#pinned.set(blockHash, block.header.number)
    const code = this.#codeAt(hash)
    const isNew = !isSame(code, this.#code)
    this.#code = code
    const runtime = this.withRuntime ? { newRuntime: isNew ? runtimeSpecJson(this.#chain, hash) : null } : {}
    this.#send({ event: 'newBlock', blockHash, parentBlockHash: toHex(block.header.parentHash), ...runtime })
    this.#send({ event: 'bestBlockChanged', bestBlockHash: blockHash })
    this.#send({ event: 'finalized', finalizedBlockHashes: [blockHash], prunedBlockHashes: [] })
  }

  /** The newest blocks, the oldest first; none before the newest upgrade, over which PAPI 2.2.2 asks without end. */
  #recentBlocks(): (readonly [hash: Hex, number: number])[] {
    const { hash, block } = this.#chain.head
    const blocks: (readonly [hash: Hex, number: number])[] = [[toHex(hash), block.header.number]]
    for (let number = block.header.number - 1; number >= 0 && blocks.length < rpcLimits.initialBlocks; number--) {
      const older = this.#chain.hashAt(number)
      if (!isSame(this.#codeAt(older), this.#code)) break
      blocks.unshift([toHex(older), number])
    }
    return blocks
  }

  /** Pinned states cannot be kept longer than others: whoever holds on to a block that long has to begin anew. */
  #isAnyPinLost({ block }: FinalisedBlock): boolean {
    const [oldest] = this.#pinned.values()
    return oldest !== undefined && oldest <= block.header.number - KEPT_STATES
  }

  /** Its hash, which the trie holds: the code itself would be read from the disk. */
  #codeAt(hash: Uint8Array): Uint8Array | undefined {
    return this.#chain.trieAt(hash).hashOf(CODE_KEY)
  }
}

export function notPinned(hash: Uint8Array): RpcError {
  return new RpcError('rpc.block-not-pinned', `Block ${toHex(hash)} is not pinned`)
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && equalBytes(a, b))
}
