/** The application that a consensus engine drives: blocks built and executed by the runtime, kept by the chain. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { equalBytes } from '@pha/core/codec'
import { type FinalisedHeader, Header, headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { ApplyExtrinsicResult, InherentData, UncheckedExtrinsic } from '@pha/runtime/interface'
import { timestamp } from '@pha/runtime/pallets'
import {
  type Application,
  type BlockTime,
  type ChainInfo,
  type CheckTxResult,
  type Proposal,
  unseal,
} from '../consensus/index.ts'
import { DbError, diskError } from '../db/index.ts'
import type { BlockStep, NodeObserver } from '../metrics/node-observer.ts'
import type { BlockState } from './block-state.ts'
import type { Chain } from './chain.ts'
import { MAX_BLOCK_BYTES } from './limits.ts'
import { NodeError } from './node-error.ts'
import type { Pool, PoolEntry } from './pool.ts'
import type { UpgradeGuard } from './upgrade-guard.ts'

export interface ApplicationComponents {
  readonly chain: Chain
  readonly pool: Pool
  readonly observer: NodeObserver
  readonly upgrades: UpgradeGuard
  /** Told of bugs that the node survives. */
  readonly onFault: (where: string, cause: unknown) => void
}

/** Why a transaction is not in the block; `undefined` if it is. */
type Refusal = string | undefined

/** What a batch costs beside its transactions is little at this size; what is applied in vain when one is a fault, too. */
const APPLIED_TOGETHER = 64

const Extrinsics = t.vec(UncheckedExtrinsic)
const Outcomes = t.vec(ApplyExtrinsicResult)

/** A block under construction: all its extrinsics are applied, its hooks at the end are not. */
interface OpenBlock extends Proposal {
  readonly state: BlockState
  readonly body: readonly Uint8Array[]
}

export class NodeApplication implements Application {
  readonly #chain: Chain
  readonly #pool: Pool
  readonly #observer: NodeObserver
  readonly #upgrades: UpgradeGuard
  readonly #onFault: ApplicationComponents['onFault']
  /** What `prepareProposal` or `processProposal` executed, so that `finalizeBlock` need not do it again. */
  #open: OpenBlock | undefined
  #executed: { readonly header: Header; readonly block: OpenBlock } | undefined

  constructor({ chain, pool, upgrades, observer, onFault }: ApplicationComponents) {
    this.#chain = chain
    this.#pool = pool
    this.#upgrades = upgrades
    this.#observer = observer
    this.#onFault = onFault
  }

  info(): ChainInfo {
    const { hash, block } = this.#chain.head
    const now = timestamp.storage.now.decode(this.#chain.trieAt(hash).get(timestamp.storage.now.key()))
    return { height: block.header.number, hash, genesisHash: this.#chain.genesisHash, timeMs: Number(now) }
  }

  checkTx(tx: Uint8Array): Promise<CheckTxResult> {
    return this.#pool.submit(tx)
  }

  async prepareProposal(block: BlockTime): Promise<readonly Uint8Array[]> {
    const start = performance.now()
    const txs = await this.#prepare(block)
    this.#observer.blockStep('execute', (performance.now() - start) / 1_000)
    return txs
  }

  async #prepare(block: BlockTime): Promise<readonly Uint8Array[]> {
    // What comes while the block is made waits for the next one: else it would grow as long as somebody sends.
    let left = this.#pool.size
    this.#pool.beginBlock()
    const { state, inherents } = this.#begin(block)
    const txs: Uint8Array[] = []
    for (const entries of batches(this.#pool.ready(), MAX_BLOCK_BYTES)) {
      const refusals = this.#applyAll(
        state,
        entries.map(({ bytes }) => bytes),
        block,
      )
      refusals.forEach((refusal, i) => {
        const { hash, bytes } = entries[i] as PoolEntry
        if (refusal === undefined) {
          txs.push(bytes)
          this.#pool.noteInBlock(hash)
        } else if (refusal !== 'ExhaustsResources' && refusal !== 'Future') this.#pool.dropInvalid(hash, refusal)
      })
      left -= entries.length
      // A new runtime is the last of its block: what it was tried on is what it gets.
      if (refusals.at(-1) === 'ExhaustsResources' || state.newCode !== undefined || left <= 0) break
      // Clients, and the threads that work for them, must not stand still meanwhile.
      await nextTurn()
    }
    this.#open = { ...block, txs, state, body: [...inherents, ...txs] }
    return txs
  }

  processProposal(proposal: Proposal): 'accept' | 'reject' {
    if (this.#isOpen(proposal)) return 'accept'
    this.#open = this.#execute(proposal, 'proposed')
    return this.#open === undefined ? 'reject' : 'accept'
  }

  finalizeBlock(proposal: Proposal): Header {
    const block = this.#isOpen(proposal) ? this.#open : this.#execute(proposal, 'decided')
    if (block === undefined)
      throw new NodeError('node.bad-block', `block ${proposal.height} was decided but is invalid`)
    const header = this.#timed('finalise', () =>
      Header.decode(block.state.call('BlockBuilder_finalize_block', new Uint8Array())),
    )
    this.#open = undefined
    this.#executed = { header, block }
    return header
  }

  async commit(finalised: FinalisedHeader): Promise<void> {
    const executed = this.#executed
    if (executed === undefined || !isSealOf(finalised.header, executed.header)) {
      throw new NodeError('node.foreign-header', `header ${finalised.header.number} is not of the executed block`)
    }
    this.#executed = undefined
    const start = performance.now()
    await this.#chain.append(finalised, executed.block.body, executed.block.state)
    this.#observer.blockStep('commit', (performance.now() - start) / 1_000)
  }

  #timed<T>(step: BlockStep, work: () => T): T {
    const start = performance.now()
    const result = work()
    this.#observer.blockStep(step, (performance.now() - start) / 1_000)
    return result
  }

  /** A block with its inherents. */
  #begin({ height, timeMs }: BlockTime) {
    const { hash, block } = this.#chain.head
    if (height !== block.header.number + 1) throw new NodeError('node.bad-block', `${height} does not follow the head`)
    const state = this.#chain.stateAt(hash)
    const empty = new Uint8Array(32)
    const header: Header = {
      parentHash: hash,
      number: height,
      stateRoot: empty,
      extrinsicsRoot: empty,
      digest: { logs: [] },
    }
    state.call('Core_initialize_block', Header.encode(header))
    const data = InherentData.encode({ timestampMs: BigInt(timeMs) })
    const inherents = t.vec(UncheckedExtrinsic).decode(state.call('BlockBuilder_inherent_extrinsics', data))
    for (const inherent of inherents) {
      const refusal = refusalIn(state.call('BlockBuilder_apply_extrinsic', inherent))
      if (refusal !== undefined) throw new NodeError('node.bad-block', `inherent refused: ${refusal}`)
    }
    return { state, inherents }
  }

  /**
   * Executes a proposal as it is; `undefined` if any transaction has no place in it. What is decided is not rehearsed: others
   * found it good, and a slow machine must not leave the chain.
   */
  #execute(proposal: Proposal, stage: 'proposed' | 'decided'): OpenBlock | undefined {
    const size = proposal.txs.reduce((sum, tx) => sum + tx.length, 0)
    if (size > MAX_BLOCK_BYTES) return undefined
    const { state, inherents } = this.#begin(proposal)
    const refusals = this.#applyAll(state, proposal.txs, stage === 'proposed' ? proposal : undefined)
    if (refusals.length < proposal.txs.length || refusals.some((refusal) => refusal !== undefined)) return undefined
    return { ...proposal, state, body: [...inherents, ...proposal.txs] }
  }

  /**
   * Applies transactions in turn; refused ones leave no trace.
   * @param voted the block, if this node has a say
   * @returns why each is not in the block, if it is not; fewer than there are if one found no room or, where this node has
   * a say, brought a new runtime
   */
  #applyAll(state: BlockState, txs: readonly Uint8Array[], voted: BlockTime | undefined): readonly Refusal[] {
    const together = this.#applyTogether(state, txs)
    if (together !== undefined) return together
    const refusals: Refusal[] = []
    for (const tx of txs) {
      if (voted !== undefined && state.newCode !== undefined) break
      const refusal = this.#apply(state, tx, voted)
      refusals.push(refusal)
      if (refusal === 'ExhaustsResources') break
    }
    return refusals
  }

  /**
   * All in one call of the runtime, which costs less; `undefined`, without a trace, if each must be looked at by itself: one
   * of them brings a new runtime, or is a fault, or the runtime in force is of a time when it knew no such call.
   */
  #applyTogether(state: BlockState, txs: readonly Uint8Array[]): readonly Refusal[] | undefined {
    if (txs.length < 2 || state.newCode !== undefined) return undefined
    try {
      let isPlain = false
      const output = state.call('BlockBuilder_apply_extrinsics', Extrinsics.encode(txs), () => {
        isPlain = state.newCode === undefined
        return isPlain
      })
      return isPlain ? Outcomes.decode(output).map(refusalOf) : undefined
    } catch (cause) {
      expectDisk(cause)
      return undefined
    }
  }

  /**
   * Applies a transaction; a refused one leaves no trace.
   * @param voted the block, if this node has a say: then a runtime that does not pass its rehearsal refuses its bearer
   * @returns why it is not in the block. A fault of the runtime refuses too: one transaction must not stop the chain.
   * @throws DbError if the disk failed
   */
  #apply(state: BlockState, tx: Uint8Array, voted: BlockTime | undefined): Refusal {
    try {
      let isRefusedCode = false
      const isIncluded = (output: Uint8Array): boolean => {
        if (refusalIn(output) !== undefined) return false
        isRefusedCode = voted !== undefined && !this.#upgrades.allows(state, voted)
        return !isRefusedCode
      }
      const output = state.call('BlockBuilder_apply_extrinsic', tx, isIncluded)
      return isRefusedCode ? 'UpgradeRefused' : refusalIn(output)
    } catch (cause) {
      expectDisk(cause)
      this.#onFault('BlockBuilder_apply_extrinsic', cause)
      return 'Fault'
    }
  }

  #isOpen({ height, timeMs, txs }: Proposal): boolean {
    const open = this.#open
    if (open === undefined || open.height !== height || open.timeMs !== timeMs) return false
    if (open.txs === txs) return true
    return open.txs.length === txs.length && open.txs.every((tx, i) => equalBytes(tx, txs[i] ?? new Uint8Array()))
  }
}

/** A disk that fails is no transaction's doing: the block is not made, and nobody is refused for it. */
function expectDisk(cause: unknown): void {
  const error = diskError(cause)
  if (error instanceof DbError) throw error
}

/** Why an extrinsic has no place in the block. One whose call failed is in it, and pays. */
function refusalIn(output: Uint8Array): Refusal {
  return refusalOf(ApplyExtrinsicResult.decode(output))
}

function refusalOf(result: ApplyExtrinsicResult): Refusal {
  return result.ok ? undefined : result.error.value.type
}

/** What is ready, as much at a time as one call of the runtime applies, until `room` bytes are full. */
function* batches(ready: Iterable<PoolEntry>, room: number): Generator<readonly PoolEntry[], undefined> {
  let batch: PoolEntry[] = []
  let left = room
  for (const entry of ready) {
    if (entry.bytes.length > left) break
    left -= entry.bytes.length
    batch.push(entry)
    if (batch.length < APPLIED_TOGETHER) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
  return undefined
}

function isSealOf(sealed: Header, executed: Header): boolean {
  return equalBytes(headerHash(unseal(sealed)), headerHash(executed))
}
