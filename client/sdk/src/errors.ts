/** The one error of the SDK: what went wrong, why, and what to do about it. Codes are stable. */
import { CodedError } from '@pha/core/codec'

export type PhaErrorCode =
  /** Not the address of a node. */
  | 'sdk.bad-url'
  /** No connection to the node came up in time. */
  | 'sdk.unreachable'
  /** Something took longer than the caller allowed. What was submitted may still happen. */
  | 'sdk.timeout'
  /** The client was closed. */
  | 'sdk.closed'
  /** The node answered a request with an error. */
  | 'sdk.rpc-failed'
  /** The node's answer has another shape than the protocol says. */
  | 'sdk.bad-answer'
  /** A header or proof does not verify: the node lies, or its data is damaged. */
  | 'sdk.bad-proof'
  /** The node serves another chain than the one pinned. */
  | 'sdk.wrong-chain'
  /** The chain's runtime has another form of what is asked for or sent than this SDK was made for. */
  | 'sdk.wrong-version'
  /** The extrinsic is in a finalised block of a newer runtime, whose events this SDK cannot read: it may have failed. */
  | 'sdk.unknown-events'
  /** The node will not take the extrinsic. */
  | 'sdk.extrinsic-refused'
  /** The nonce of the extrinsic was used, and the node does not show the extrinsic in a block. */
  | 'sdk.nonce-used'
  /** The extrinsic was mortal and its time is over. */
  | 'sdk.extrinsic-expired'
  /** The extrinsic is in a finalised block and its call failed; `dispatchError` says why. */
  | 'sdk.dispatch-failed'
  | 'sdk.contract-unknown'
  | 'sdk.worker-unknown'
  /** The chain does not believe the worker now, or less than the contract asks for; the message says why. */
  | 'sdk.worker-not-believed'
  /** The replicas could not open or read the command. */
  | 'sdk.command-refused'
  /** The contract broke a limit or threw. */
  | 'sdk.contract-trapped'
  /** No replica gave an answer that verifies; `causes` has one error for each. */
  | 'sdk.no-replica-answered'
  /** A pRuntime refused a query; the message has its code. */
  | 'sdk.query-refused'
  /** A worker's host could not be reached or answered nonsense. */
  | 'sdk.replica-failed'
  /** A permit that no worker accepts, or that allows more than its holder may give; the message says why. */
  | 'sdk.permit-refused'
  /** A command needs an account that signs it; a permit only reads. */
  | 'sdk.signer-missing'
  /** A replica answered from a state that is too old. */
  | 'sdk.stale-answer'

/** What a call failed with, by the names of the chain's declarations. */
export interface DispatchFailure {
  readonly pallet?: string
  readonly error: string
  readonly docs?: string
}

export interface PhaErrorDetail {
  /** What the reader can do about it. */
  readonly fix?: string
  readonly cause?: unknown
  readonly causes?: readonly unknown[]
  readonly dispatchError?: DispatchFailure
  /** Whether the same may go well a moment later; `false` if absent. */
  readonly isTransient?: boolean
}

/**
 * @example
 * try {
 *   await transfer(client, { to, amount, signer })
 * } catch (error) {
 *   if (error instanceof PhaError && error.code === 'sdk.unreachable') console.error(error.fix)
 * }
 */
export class PhaError extends CodedError<PhaErrorCode> {
  protected static override readonly codeInMessage = false
  override readonly name = 'PhaError'
  readonly causes: readonly unknown[]
  readonly dispatchError: DispatchFailure | undefined
  /** Whether the same may go well a moment later, as when a host is restarted. Known of replicas' failures only. */
  readonly isTransient: boolean

  constructor(code: PhaErrorCode, message: string, detail: PhaErrorDetail = {}) {
    const { fix, cause, causes = [], dispatchError, isTransient = false } = detail
    super(code, message, { fix, cause })
    this.causes = causes
    this.dispatchError = dispatchError
    this.isTransient = isTransient
  }
}
