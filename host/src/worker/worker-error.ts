/** Why a worker's host cannot start or answer. Codes are stable: clients, operators and supervisors match on them. */
import { CodedError } from '@pha/core/codec'

export type WorkerErrorCode =
  /** The command line or configuration cannot be used. */
  | 'worker.bad-config'
  /** The port is taken, or not this user's to take. */
  | 'worker.cannot-listen'
  /** The node could not be reached in time. */
  | 'worker.node-unavailable'
  /** The node answered with an error. */
  | 'worker.node-refused'
  /** The node's answer has another form than the protocol's. */
  | 'worker.node-malformed'
  /** The node follows another chain than at the start. */
  | 'worker.other-chain'
  /** The enclave is not running or has not started yet. */
  | 'worker.enclave-unavailable'
  /** The enclave did not answer in time. */
  | 'worker.enclave-timeout'
  /** More requests to the enclave at once than it takes. */
  | 'worker.enclave-busy'
  /** The enclave refused; `refusal` is its code. */
  | 'worker.enclave-refused'
  /** The bundle runs another program than the role says. */
  | 'worker.wrong-kind'
  /** The enclave asked the operator to sign something that is none of its calls. */
  | 'worker.call-not-allowed'
  /** The chain has no address of the worker, or none that may be asked. */
  | 'worker.no-endpoint'
  /** The worker's host did not take the release: it is away, slow, or its enclave has no use for it. */
  | 'worker.not-delivered'
  /** Too many calls wait for a block. */
  | 'worker.operator-busy'
  /** The host is stopping. */
  | 'worker.stopped'

export interface WorkerErrorDetails {
  readonly detail?: string
  /** What the person who asked can do, where that is known. */
  readonly fix?: string
  /** The other side's own code. */
  readonly refusal?: string
  readonly cause?: unknown
}

export class WorkerError extends CodedError<WorkerErrorCode> {
  override readonly name = 'WorkerError'
  readonly refusal: string | undefined

  constructor(code: WorkerErrorCode, { detail, fix, refusal, cause }: WorkerErrorDetails = {}) {
    super(code, [refusal, detail].filter((part) => part !== undefined).join(': ') || undefined, { fix, cause })
    this.refusal = refusal
  }
}

/** A stable code for logs: messages may quote what strangers sent. */
export function codeOf(error: unknown): string {
  if (error instanceof WorkerError) return error.refusal ?? error.code
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'unknown'
}
