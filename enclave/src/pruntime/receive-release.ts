/**
 * What becomes of a gatekeeper's release, whichever way it came: straight from the gatekeeper's host, or over the chain. It is
 * believed for what it is: signed by a member of the group in office, for a key that was asked for, with a proof inside.
 */
import { CodedError, equalBytes, toHex } from '@pha/core/codec'
import { verifySignatureHere } from '@pha/core/crypto'
import {
  type PartialKey,
  recipientHash,
  releaseBytes,
  releaseReportBytes,
  type SignedRelease,
} from '@pha/core/protocol'
import { type Group, gatekeepers } from '@pha/runtime/pallets'
import type { EnclaveParts } from '../service/enclave-service.ts'
import type { KeyCollector } from './key-collector.ts'
import type { Keyring } from './keyring.ts'
import { type ReceivedPartial, receivePartial } from './receive-partial.ts'

export type ReleaseErrorCode =
  /** Of a key that this worker did not ask for since its start, or of which it has all parts. */
  | 'key.not-awaited'
  | 'key.other-worker'
  /** Answers a request of before this worker's start. */
  | 'key.other-recipient'
  /** Made with other shares than those in office. */
  | 'key.other-sharing'
  | 'key.not-a-member'
  /** The member of the group whose index it has did not sign it. */
  | 'key.bad-signature'
  /** This gatekeeper has sent others before it that were of no use. */
  | 'key.too-many'
  | Extract<ReceivedPartial, { ok: false }>['reason']

/** Blocks after which a gatekeeper that goes on is reported again: the chain counts each replica once. */
const REPORT_QUIET = 40

/** Why a release was not taken; tells its sender nothing that the chain does not. */
export class ReleaseError extends CodedError<ReleaseErrorCode> {
  override readonly name = 'ReleaseError'
}

export interface ReleaseReceiverComponents {
  readonly keyring: Keyring
  readonly collector: KeyCollector
  /** Told when a key of this contract is here, and sealed on disk. */
  readonly keyArrived: (contract: Uint8Array) => void
}

export class ReleaseReceiver {
  readonly #parts: EnclaveParts
  readonly #components: ReleaseReceiverComponents
  #groups: readonly Group[] = []
  #block = 0

  constructor(parts: EnclaveParts, components: ReleaseReceiverComponents) {
    this.#parts = parts
    this.#components = components
  }

  /** Whose releases count from now on: the groups in office at the newest proven block. */
  update(groups: readonly Group[], block: number): void {
    this.#groups = groups
    this.#block = block
  }

  /**
   * Takes a release; what came of it is on disk when this returns.
   *
   * PERF: 10 ms for one that counts, in which nothing else runs; a forged one takes the check of a signature.
   * @throws ReleaseError if it is of no use; StoreError
   * @example
   * releases.receive(signed)
   */
  receive(signed: SignedRelease): void {
    const { genesis, identity, log } = this.#parts
    const { collector } = this.#components
    const { release, signature } = signed
    const { worker, contract, root, epoch, index, sharing } = release
    if (!equalBytes(worker, identity.signing.publicKey)) throw new ReleaseError('key.other-worker')
    const recipient = collector.recipient(release)
    if (recipient === undefined) throw new ReleaseError('key.not-awaited')
    if (!equalBytes(release.recipient, recipientHash(genesis, recipient.publicKey))) {
      throw new ReleaseError('key.other-recipient')
    }
    const group = this.#groups.find((each) => each.root === root)
    if (group?.sharing !== sharing) throw new ReleaseError('key.other-sharing')
    const member = group.members.find((each) => each.index === index)
    if (member === undefined) throw new ReleaseError('key.not-a-member')
    // Before anything is opened: who reaches our host must not make us work, or speak for a gatekeeper.
    const said = { type: 'Ed25519', value: signature } as const
    if (!verifySignatureHere(said, releaseBytes(genesis, release), member.identity)) {
      throw new ReleaseError('key.bad-signature')
    }
    const worth = collector.admit(release)
    if (worth === 'given-already') return
    if (worth === 'too-many') throw new ReleaseError('key.too-many')
    const received = receivePartial({ genesis, recipient, publicShare: member.publicShare }, release)
    if (received.ok) return this.#take(signed, received.partial, group)
    if (received.reason === 'key.bad-proof') this.#prove(signed, received.partial)
    else this.#report(signed, member)
    log.warn('part of a key refused', { contract: toHex(contract), root, sharing, epoch, index, code: received.reason })
    throw new ReleaseError(received.reason)
  }

  #take({ release }: SignedRelease, partial: PartialKey, group: Group): void {
    const { log } = this.#parts
    const { keyring, collector, keyArrived } = this.#components
    const { contract, root, epoch, index, sharing } = release
    const fields = { contract: toHex(contract), root, sharing, epoch, index }
    const collected = collector.add(release, partial, group)
    switch (collected.type) {
      case 'complete':
        keyring.add(contract, epoch, collected.key)
        collected.key.wipe()
        log.info('contract key received', fields)
        return keyArrived(contract)
      case 'failed':
        return log.warn('key could not be combined', { ...fields, code: collected.reason })
      case 'waiting':
        return
      default:
        return collected satisfies never
    }
  }

  /** Shows the chain what a gatekeeper committed to: its word against its own public share. */
  #prove(signed: SignedRelease, partial: PartialKey): void {
    const { host, submissions } = this.#parts
    const call = gatekeepers.calls.proveWrongPartial.encode({ signed, partial })
    submissions.once(`wrong-partial/${toHex(signed.release.commitment)}`, this.#block, () => host.submit(call))
  }

  /** Tells the chain what nobody else can check. If most replicas do, the gatekeeper leaves its office. */
  #report(signed: SignedRelease, { identity: gatekeeper }: Group['members'][number]): void {
    const { genesis, host, identity, submissions } = this.#parts
    const { release } = signed
    const signature = identity.signing.sign(releaseReportBytes(genesis, release))
    const call = gatekeepers.calls.reportRelease.encode({ signed, signature })
    const what = `${toHex(release.contract)}/report/${toHex(gatekeeper)}`
    submissions.once(what, this.#block, () => host.submit(call), REPORT_QUIET)
  }
}
