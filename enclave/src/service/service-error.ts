/** Coded refusals of an enclave towards its host; the code is all that leaves. */

export type ServiceErrorCode =
  | 'enclave.not-started'
  | 'enclave.already-started'
  /** A gatekeeper serves no sessions and no replies. */
  | 'enclave.unsupported'
  /** The session is unknown, was closed, or its message could not be opened. */
  | 'session.closed'
  | 'session.malformed'
  /** The first message of a session was no valid permit. */
  | 'session.not-authorized'

export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: ServiceErrorCode

  constructor(code: ServiceErrorCode) {
    super(code)
    this.code = code
  }
}
