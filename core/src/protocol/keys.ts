/** Requests for contract keys and their release by gatekeepers. */
import { type Infer, t } from '../schema/index.ts'
import { bind } from './bind.ts'
import { Dealt } from './ceremony.ts'
import { contexts } from './contexts.ts'
import { agreementKey } from './registration.ts'

/**
 * A worker asks for the key of a contract that it is assigned to; signed by its identity. `recipient` is made for this key
 * and erased once the key is here: releases stay on chain for ever, and whoever takes over a worker later opens none.
 */
export const KeyRequest = t.struct('KeyRequest', {
  worker: t.bytes32,
  contract: t.bytes32,
  epoch: t.u32,
  recipient: agreementKey,
})
export type KeyRequest = Infer<typeof KeyRequest>

/** Which key of whom: what a request and its releases have in common. */
export type KeyName = Pick<KeyRequest, 'worker' | 'contract' | 'epoch'>

/** A gatekeeper's answer; `sealed` holds a `PartialKey` for the `recipient` of the request. Signed by the gatekeeper. */
export const KeyRelease = t.struct('KeyRelease', {
  worker: t.bytes32,
  contract: t.bytes32,
  epoch: t.u32,
  index: t.u16,
  sealed: t.boundedBytes(4096),
})
export type KeyRelease = Infer<typeof KeyRelease>

/** One gatekeeper's evaluation of the threshold PRF with its DLEQ proof (RFC 9497 section 2.2). */
export const PartialKey = t.struct('PartialKey', { index: t.u16, evaluated: t.bytes32, proof: t.fixedBytes(64) })
export type PartialKey = Infer<typeof PartialKey>

/** What the PRF is evaluated on for contract key k(c, e). */
export function contractKeyInput(genesis: Uint8Array, contract: Uint8Array, epoch: number): Uint8Array {
  return bind(contexts.contractKey, genesis, contract, t.u32.encode(epoch))
}

/** Additional data of the envelope around a `PartialKey`. */
export function partialKeyAad(genesis: Uint8Array, { worker, contract, epoch }: KeyName): Uint8Array {
  return bind(contexts.partialKey, genesis, contract, t.u32.encode(epoch), worker)
}

/** Messages of the topic `gatekeepers`. */
export const GatekeepersMessage = t.enum('GatekeepersMessage', {
  KeyRequested: KeyRequest,
  /** A dealer dealt in the ceremony that is open; sent by the runtime in the dealer's name, once its checks have passed. */
  Dealt,
})

/** Messages of the topics `worker/<identity>`. */
export const WorkerMessage = t.enum('WorkerMessage', {
  KeyReleased: KeyRelease,
  /**
   * The worker became a replica of a contract. The contracts pallet pushes this (sender System) to each replica at
   * `deploy`, and to the replacement whenever it replaces one: a worker cannot list a map of the state by proof.
   */
  Assigned: { contract: t.bytes32 },
})
