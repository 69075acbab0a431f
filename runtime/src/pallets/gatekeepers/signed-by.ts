/** Who may say something in the name of an enclave: the enclave itself, brought by its operator. */
import { equalBytes } from '@pha/core/codec'
import type { Worker } from '../registry/schema.ts'
import type { GatekeepersContext } from './context.ts'

/** What an enclave's identity signed. */
export interface Signed {
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

export type SignedBy = ReturnType<typeof signatureChecks>

export function signatureChecks({ errors, deps, env }: GatekeepersContext) {
  /** A signature by the enclave's identity; only its operator may bring it, so a copy costs gatekeepers no work. */
  function requireSigned(who: Uint8Array, identity: Uint8Array, enclave: Worker, { message, signature }: Signed): void {
    if (!equalBytes(enclave.operator, who)) throw errors.NotOperator()
    if (!env.verify('Ed25519', signature, message, identity)) throw errors.BadSignature()
  }

  return {
    requireSigned,

    /** As above, by a gatekeeper that is believed now. */
    requireGatekeeper(who: Uint8Array, identity: Uint8Array, signed: Signed): void {
      const enclave = deps.registry.activeWorker(identity, 'Gatekeeper')
      if (enclave === undefined) throw errors.NotGatekeeper()
      requireSigned(who, identity, enclave, signed)
    },
  }
}
