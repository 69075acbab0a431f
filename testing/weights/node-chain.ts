/**
 * The node's chain on a real disk, begun from a prepared state: blocks go through the runtime in its realm, the trie, the
 * journal and LMDB, as those of a node do. Only signatures are not checked: the weight of a bare extrinsic pays for them.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Header, headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { type Change, emptyTrie } from '@pha/core/trie'
import { type ChainDatabase, openChainDatabase } from '@pha/host/db'
import { type Chain, openChain } from '@pha/host/node'
import { ApplyExtrinsicResult, InherentData, UncheckedExtrinsic } from '@pha/runtime/chain'
import { system, timestamp } from '@pha/runtime/pallets'
import { outcomeOf, type TestChain } from '@pha/runtime/testkit'

/** So few states are kept that each block prunes another one, as in a chain that has run for a while. */
const KEPT_STATES = 2

const proof = { type: 'Solo', value: { signature: new Uint8Array(64) } } as const

export class NodeChain {
  readonly #directory: string
  #database: ChainDatabase
  #chain: Chain

  constructor(directory: string, database: ChainDatabase) {
    this.#directory = directory
    this.#database = database
    this.#chain = chainOf(database)
  }

  /** Ends the chain and opens it again from the disk: nothing that was read before is in memory, but for the kernel's. */
  async reopen(): Promise<void> {
    await this.#database[Symbol.asyncDispose]()
    this.#database = openChainDatabase(this.#directory, KEPT_STATES)
    this.#chain = chainOf(this.#database)
  }

  /** A state as the runtime's host gives it out. */
  state(): ReturnType<Chain['stateAt']> {
    return this.#chain.stateAt()
  }

  /**
   * Makes the next block, of these extrinsics and with these changes besides; resolves when the tables have it.
   * @throws Error if an extrinsic fails
   */
  async block(extrinsics: readonly Uint8Array[], changes: readonly Change[] = []): Promise<void> {
    const { hash, block } = this.#chain.head
    const state = this.state()
    const next: Header = { ...block.header, parentHash: hash, number: block.header.number + 1, digest: { logs: [] } }
    state.call('Core_initialize_block', Header.encode(next))
    const timestampMs = timestamp.storage.now.decode(state.get(timestamp.storage.now.key())) + 3_000n
    const inherents = state.call('BlockBuilder_inherent_extrinsics', InherentData.encode({ timestampMs }))
    const body = [...t.vec(UncheckedExtrinsic).decode(inherents), ...extrinsics]
    for (const extrinsic of body) {
      const outcome = outcomeOf(ApplyExtrinsicResult.decode(state.call('BlockBuilder_apply_extrinsic', extrinsic)))
      if (outcome !== 'ok') throw new Error(`an extrinsic fails: ${outcome}`)
    }
    for (const change of changes) state.set(...change)
    const header = Header.decode(state.call('BlockBuilder_finalize_block', new Uint8Array()))
    await this.#chain.append({ header, proof }, body, state)
    await this.#database.flush()
  }

  /** Closes the chain and removes its directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]()
    await rm(this.#directory, { recursive: true })
  }
}

/**
 * A chain whose block 0 has the state of another one in memory, whose `:code` must be a runtime.
 * @example
 * await using chain = await nodeChain(prepared.chain)
 * await chain.block([extrinsic])
 */
export async function nodeChain({ host, header }: TestChain): Promise<NodeChain> {
  const directory = await mkdtemp(join(tmpdir(), 'pha-weights-'))
  const database = openChainDatabase(directory, KEPT_STATES)
  const beginning = host.fork()
  const { number } = system.storage
  beginning.set(number.key(), number.type.encode(0))
  const changes = [...beginning.trie.entries()]
  // A trie of its own: the database keeps it, and other scenarios stand on the prepared one.
  const trie = emptyTrie(1).applyChanges(changes)
  const genesis: Header = { ...header, parentHash: new Uint8Array(32), number: 0, stateRoot: trie.root() }
  const block = { header: genesis, body: [], proof }
  await database.writeGenesis({ hash: headerHash(genesis), block, extrinsics: [], changes, trie, archive: [] }, [])
  return new NodeChain(directory, database)
}

function chainOf(database: ChainDatabase): Chain {
  return openChain({
    database,
    verify: () => true,
    onFault: (where, cause) => {
      throw new Error(`${where} failed`, { cause })
    },
  })
}
