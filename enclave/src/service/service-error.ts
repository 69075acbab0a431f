/** Coded refusals of an enclave towards its host; the code is all that leaves. */
import { CodedError } from '@pha/core/codec'

export type ServiceErrorCode =
  | 'enclave.not-started'
  | 'enclave.already-started'
  /** A gatekeeper's TEE has no sealing key (docs/adr/0019-sealing-keys.md). */
  | 'enclave.cannot-seal'
  /** The simulated TEE on a chain that does not admit it. */
  | 'enclave.simulated'
  /** A gatekeeper serves no sessions and no replies. */
  | 'enclave.unsupported'
  /** The session is unknown, was closed, or its message could not be opened. */
  | 'session.closed'
  | 'session.malformed'
  /** The first message of a session was no valid permit. */
  | 'session.not-authorized'
  /** The chain does not believe this worker now, so nobody should tell it anything. */
  | 'session.worker-not-active'

export class ServiceError extends CodedError<ServiceErrorCode> {
  override readonly name = 'ServiceError'

  constructor(code: ServiceErrorCode) {
    super(code)
  }
}
