/**
 * What a consensus engine sees of the chain: the shape of ABCI 2.0 (docs.cometbft.com/v0.38/spec/abci), so that the
 * embedded `solo` engine and CometBFT drive the same code. An engine orders opaque transactions; it knows no runtime.
 *
 * `txs` are what people submitted. Inherents (the block's time) are not among them: the application makes them from the
 * engine's own fields.
 */
import type { FinalisedHeader, Header } from '@pha/core/protocol'

export interface ChainInfo {
  /** Number of the newest committed block. */
  readonly height: number
  readonly hash: Uint8Array
  readonly genesisHash: Uint8Array
  /** Milliseconds since 1970 of that block; 0 for genesis. */
  readonly timeMs: number
}

export interface BlockTime {
  readonly height: number
  /** Milliseconds since 1970, chosen by the engine; always later than the parent's. */
  readonly timeMs: number
}

export interface Proposal extends BlockTime {
  readonly txs: readonly Uint8Array[]
}

export type CheckTxResult =
  | { readonly ok: true; readonly hash: Uint8Array }
  | { readonly ok: false; readonly reason: CheckTxRefusal; readonly detail: string }

export type CheckTxRefusal =
  /** Malformed, badly signed, outdated or unpayable at the newest state. */
  | 'tx.invalid'
  /** The runtime cannot say whether it is valid. */
  | 'tx.unknown-validity'
  /** It is in a finalised block already. */
  | 'tx.already-imported'
  /** One with the same sender and nonce waits; this one's tip is not a tenth higher, or that one is in a block that is being made. */
  | 'tx.nonce-taken'
  | 'tx.too-large'
  | 'tx.sender-limit'
  | 'tx.pool-full'
  /** More transactions wait to be validated than the node takes on. */
  | 'tx.busy'
  /** It was refused a while ago as what can never be valid. */
  | 'tx.banned'
  /** Its source has sent too much that was refused. */
  | 'tx.source-silenced'

export interface Application {
  info(): ChainInfo
  /** Whether a transaction may wait for a block. */
  checkTx(tx: Uint8Array): Promise<CheckTxResult>
  /** Chooses transactions for the next block; what turns out invalid is dropped from the pool. */
  prepareProposal(block: BlockTime): Promise<readonly Uint8Array[]>
  /** Whether a proposal, possibly of a byzantine proposer, can become the next block. */
  processProposal(proposal: Proposal): 'accept' | 'reject'
  /**
   * Executes the next block without keeping it.
   * @returns the header without the engine's seal
   */
  finalizeBlock(proposal: Proposal): Header
  /**
   * Keeps the block of the last `finalizeBlock`, under the sealed header. Resolves when it is on disk; only after that
   * is anyone told.
   */
  commit(finalised: FinalisedHeader): Promise<void>
}

/** What an engine that makes blocks on demand must know of waiting transactions. */
export interface Mempool {
  hasReady(): boolean
  /** Resolves once nothing is on its way in, as what arrives together can be in a block together; or when `signal` aborts. */
  settled(signal?: AbortSignal): Promise<void>
  /** Calls `listener` when a transaction became ready; returns what ends that. */
  onReady(listener: () => void): () => void
}
