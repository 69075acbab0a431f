/** Why a node cannot start or answer. Codes are stable. */
import { CodedError } from '@pha/core/codec'

export type NodeErrorCode =
  /** No block with this hash or number. */
  | 'node.block-unknown'
  /** The state of this block is no longer kept. */
  | 'node.state-pruned'
  /** The chain specification is not what the node reads. */
  | 'node.bad-chain-spec'
  /** The key is not the one that the chain's state names. */
  | 'node.not-the-authority'
  /** The command line or configuration cannot be used. */
  | 'node.bad-config'
  /** A block breaks a rule that building or deciding it should have kept. */
  | 'node.bad-block'
  /** The engine hands over a header that is not the executed block's: a bug of the engine. */
  | 'node.foreign-header'
  /** A state has no runtime: its base path is of an older format. */
  | 'node.no-runtime'
  /** A file of blocks is not one, ends too early, or belongs to another chain. */
  | 'node.bad-block-file'
  /** Another process uses the base path. */
  | 'node.base-path-in-use'

export class NodeError extends CodedError<NodeErrorCode> {
  override readonly name = 'NodeError'

  constructor(code: NodeErrorCode, detail: string, fix?: string) {
    super(code, detail, { fix })
  }
}
