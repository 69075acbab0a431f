/** Requests for contract keys and their release by gatekeepers. */
import { blake2b256 } from '../crypto/hash.ts'
import { type Infer, t } from '../schema/index.ts'
import { bind } from './bind.ts'
import { Dealt } from './ceremony.ts'
import { contexts } from './contexts.ts'
import { agreementKey } from './registration.ts'

/**
 * A worker asks for the key of a contract that it is assigned to, made with this root; signed by its identity. `recipient` is
 * made for this key and erased no later than it: releases may be on chain for ever, and whoever takes over a worker later
 * opens none.
 */
export const KeyRequest = t.struct('KeyRequest', {
  worker: t.bytes32,
  contract: t.bytes32,
  root: t.u32,
  epoch: t.u32,
  recipient: agreementKey,
})
export type KeyRequest = Infer<typeof KeyRequest>

/** Which key of whom: what a request and its releases have in common. */
export type KeyName = Pick<KeyRequest, 'worker' | 'contract' | 'root' | 'epoch'>

/** A gatekeeper's answer; `sealed` holds a `PartialKey` for the `recipient` of the request. Signed by the gatekeeper. */
export const KeyRelease = t.struct('KeyRelease', {
  worker: t.bytes32,
  contract: t.bytes32,
  root: t.u32,
  epoch: t.u32,
  /** Of the share that it was made with, and whose public share proves it. */
  sharing: t.u32,
  index: t.u16,
  /** `recipientHash` of what it is sealed to: which request it answers. A worker that asks anew has no use for another's. */
  recipient: t.bytes32,
  /** `partialCommitment` of what is sealed: who opens something else, or something wrong, can show it. */
  commitment: t.bytes32,
  sealed: t.boundedBytes(4096),
})
export type KeyRelease = Infer<typeof KeyRelease>

/** A release with the gatekeeper's signature over it, under `contexts.keyRelease`. */
export const SignedRelease = t.struct('SignedRelease', { release: KeyRelease, signature: t.fixedBytes(64) })
export type SignedRelease = Infer<typeof SignedRelease>

/** One gatekeeper's evaluation of the threshold PRF with its DLEQ proof (RFC 9497 section 2.2). */
export const PartialKey = t.struct('PartialKey', {
  index: t.u16,
  evaluated: t.bytes32,
  proof: t.fixedBytes(64),
  /** Random, so that the commitment says nothing about the element. */
  salt: t.bytes32,
})
export type PartialKey = Infer<typeof PartialKey>

/** What the PRF is evaluated on for contract key k(c, e) of a root. */
export function contractKeyInput(genesis: Uint8Array, contract: Uint8Array, root: number, epoch: number): Uint8Array {
  return bind(contexts.contractKey, genesis, contract, t.u32.encode(root), t.u32.encode(epoch))
}

/** Names the `recipient` of a request in its releases. */
export function recipientHash(genesis: Uint8Array, recipient: Uint8Array): Uint8Array {
  return blake2b256(bind(contexts.releaseRecipient, genesis, recipient))
}

/** What a gatekeeper commits to before the worker opens it. */
export function partialCommitment(genesis: Uint8Array, partial: PartialKey): Uint8Array {
  return blake2b256(bind(contexts.partialCommitment, genesis, PartialKey.encode(partial)))
}

/** What a gatekeeper signs. */
export function releaseBytes(genesis: Uint8Array, release: KeyRelease): Uint8Array {
  return bind(contexts.keyRelease, genesis, KeyRelease.encode(release))
}

/** What a worker signs that cannot open a release, or finds in it what was not committed to. */
export function releaseReportBytes(genesis: Uint8Array, release: KeyRelease): Uint8Array {
  return bind(contexts.releaseReport, genesis, KeyRelease.encode(release))
}

/** Additional data of the envelope around a `PartialKey`. */
export function partialKeyAad(genesis: Uint8Array, { worker, contract, root, epoch }: KeyName): Uint8Array {
  return bind(contexts.partialKey, genesis, contract, t.u32.encode(root), t.u32.encode(epoch), worker)
}

/** Messages of the topic `gatekeepers`. */
export const GatekeepersMessage = t.enum('GatekeepersMessage', {
  KeyRequested: KeyRequest,
  /** A dealer dealt in the ceremony that is open; sent by the runtime in the dealer's name, once its checks have passed. */
  Dealt,
})

/** Messages of the topics `worker/<identity>`. */
export const WorkerMessage = t.enum('WorkerMessage', {
  KeyReleased: SignedRelease,
  /**
   * The worker became a replica of a contract. The contracts pallet pushes this (sender System) to each replica at
   * `deploy`, and to the replacement whenever it replaces one: a worker cannot list a map of the state by proof.
   */
  Assigned: { contract: t.bytes32 },
})
