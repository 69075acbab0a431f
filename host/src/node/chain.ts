/** The node's finalised chain: blocks on disk, recent states in memory, and who wants to hear of new blocks. */
import { equalBytes, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { type FinalisedHeader, type Header, headerHash } from '@pha/core/protocol'
import type { Change, Trie } from '@pha/core/trie'
import { CODE_KEY } from '@pha/runtime/frame'
import type { RuntimeVersion } from '@pha/runtime/pallets'
import { type ChainDatabase, headBlock, type StoredBlock } from '../db/index.ts'
import { type LoadedRuntime, loadRuntime } from '../runtime/load-runtime.ts'
import type { Verify } from '../signatures/index.ts'
import { BlockState } from './block-state.ts'
import { NodeError } from './node-error.ts'

/** Runtimes in memory: those of a chain's last upgrades; an older one is loaded again for whoever asks about its blocks. */
const LOADED_RUNTIMES = 4

export interface FinalisedBlock {
  readonly hash: Uint8Array
  readonly block: StoredBlock
}

/** What came with a block and is not kept with it. */
export interface BlockEffects {
  /** Of the state, each key once. */
  readonly changes: readonly Change[]
  /** Hashes of the body. */
  readonly extrinsics: readonly Uint8Array[]
}

export interface ChainComponents {
  readonly database: ChainDatabase
  readonly verify: Verify
  /** Told of faults of listeners, which must not stop the chain. */
  readonly onFault: (where: string, cause: unknown) => void
}

/**
 * Opens the chain of a database that has its genesis block.
 * @throws DbError if the database contradicts itself
 */
export function openChain(components: ChainComponents): Chain {
  const { database } = components
  database.headState()
  return new Chain(components, headBlock(database))
}

/** All blocks here are finalised, so a hash names one state for good. */
export class Chain {
  readonly database: ChainDatabase
  readonly genesisHash: Uint8Array
  /** By the hash of `:code`, which the trie holds: blocks before and after an upgrade are asked by turns. */
  readonly #runtimes = new Map<string, LoadedRuntime>()
  readonly #verify: Verify
  readonly #onFault: ChainComponents['onFault']
  readonly #listeners = new Set<(block: FinalisedBlock, effects: BlockEffects) => void>()
  readonly #upgradeListeners = new Set<(version: RuntimeVersion) => void>()
  #head: FinalisedBlock

  constructor(components: ChainComponents, head: FinalisedBlock) {
    const { database, verify, onFault } = components
    this.#onFault = onFault
    this.database = database
    this.#verify = verify
    this.#head = head
    this.genesisHash = this.hashAt(0)
  }

  get head(): FinalisedBlock {
    return this.#head
  }

  /** @throws NodeError `node.block-unknown` */
  block(hash: Uint8Array): StoredBlock {
    const block = this.database.block(hash)
    if (block === undefined) throw new NodeError('node.block-unknown', toHex(hash))
    return block
  }

  /**
   * Without the body, which `block` has to decode; the head's is in memory.
   * @throws NodeError `node.block-unknown`
   */
  header(hash: Uint8Array): Header {
    const header = this.findHeader(hash)
    if (header === undefined) throw new NodeError('node.block-unknown', toHex(hash))
    return header
  }

  /** As `header`; `undefined` if the chain has no such block. */
  findHeader(hash: Uint8Array): Header | undefined {
    return equalBytes(hash, this.#head.hash) ? this.#head.block.header : this.database.header(hash)
  }

  /** @throws NodeError `node.block-unknown` */
  hashAt(number: number): Uint8Array {
    const hash = this.database.hashAt(number)
    if (hash === undefined) throw new NodeError('node.block-unknown', `number ${number}`)
    return hash
  }

  /**
   * The state after a block; the head's by default.
   * @throws NodeError `node.block-unknown`, or `node.state-pruned` if it is older than the kept states
   */
  trieAt(hash: Uint8Array = this.#head.hash): Trie {
    const header = this.header(hash)
    const trie = this.database.state(header)
    if (trie === undefined) {
      throw new NodeError(
        'node.state-pruned',
        `state of block ${header.number} is no longer kept`,
        `ask at block ${this.database.oldestState()} or later, or ask an archive`,
      )
    }
    return trie
  }

  /**
   * A state to run the runtime on; what it changes is seen by nobody else. Throws as `trieAt`.
   * @param verify answers the runtime's questions about signatures; the chain's own by default
   */
  stateAt(hash: Uint8Array = this.#head.hash, verify: Verify = this.#verify): BlockState {
    const trie = this.trieAt(hash)
    return new BlockState(trie, this.#runtimeOf(trie), verify)
  }

  /**
   * The runtime whose code a block's state holds: it answers questions about that block and executes the next one.
   * @throws as `trieAt`
   */
  runtimeAt(hash: Uint8Array = this.#head.hash): LoadedRuntime {
    return this.#runtimeOf(this.trieAt(hash))
  }

  /**
   * Asks the runtime at a block, as `state_call` does.
   * @throws RuntimeError from the runtime; NodeError as `trieAt`
   */
  call(method: string, input: Uint8Array, at: Uint8Array = this.#head.hash): Uint8Array {
    return this.stateAt(at).call(method, input)
  }

  /** Makes an executed block the head. Resolves when it is on disk, after its listeners were told. */
  async append({ header, proof }: FinalisedHeader, body: readonly Uint8Array[], state: BlockState): Promise<void> {
    const next: FinalisedBlock = { hash: headerHash(header), block: { header, body, proof } }
    const extrinsics = body.map((bytes, index) => [blake2b256(bytes), index] as const)
    const changes = state.difference()
    const { trie, archived: archive } = state
    await this.database.writeBlock({ ...next, extrinsics, changes, trie, archive })
    this.#head = next
    const effects: BlockEffects = { changes, extrinsics: extrinsics.map(([hash]) => hash) }
    for (const listener of [...this.#listeners]) {
      this.#tell('listener of finalised blocks', () => listener(next, effects))
    }
    if (state.newCode === undefined) return
    const { version } = this.runtimeAt()
    for (const listener of [...this.#upgradeListeners]) this.#tell('listener of upgrades', () => listener(version))
  }

  /**
   * Calls `listener` when a block replaced the runtime, after those of `onFinalised`: what was signed for the version before
   * is no longer valid. Returns what ends that.
   */
  onUpgraded(listener: (version: RuntimeVersion) => void): () => void {
    this.#upgradeListeners.add(listener)
    return () => this.#upgradeListeners.delete(listener)
  }

  /** Calls `listener` with each new block, in order; returns what ends that. */
  onFinalised(listener: (block: FinalisedBlock, effects: BlockEffects) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(where: string, listener: () => void): void {
    try {
      listener()
    } catch (cause) {
      this.#onFault(where, cause)
    }
  }

  #runtimeOf(trie: Trie): LoadedRuntime {
    const hash = trie.hashOf(CODE_KEY)
    const code = hash && toHex(hash)
    const known = code && this.#runtimes.get(code)
    if (known) return known
    const bytes = trie.get(CODE_KEY)
    if (code === undefined || bytes === undefined) {
      throw new NodeError('node.no-runtime', 'the state has no :code', 'make the chain anew')
    }
    const runtime = loadRuntime(bytes)
    const [oldest] = this.#runtimes.keys()
    if (oldest !== undefined && this.#runtimes.size >= LOADED_RUNTIMES) this.#runtimes.delete(oldest)
    this.#runtimes.set(code, runtime)
    return runtime
  }
}
