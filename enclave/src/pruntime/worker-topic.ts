/** What the chain tells this worker: which contracts it is assigned to, and parts of their keys. */
import { toHex } from '@pha/core/codec'
import { limits, type PartialKey, type SignedRelease, topics, WorkerMessage } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { type Group, gatekeepers, messages } from '@pha/runtime/pallets'
import type { EnclaveParts } from '../service/enclave-service.ts'
import { at, type ProvenView } from '../sync/proven-view.ts'
import { TopicFollower } from '../sync/topic-follower.ts'
import type { KeyCollector } from './key-collector.ts'
import type { Keyring } from './keyring.ts'
import { receivePartial } from './receive-partial.ts'

export interface WorkerTopicComponents {
  readonly keyring: Keyring
  readonly collector: KeyCollector
  /** Told of every assignment; may be told again, and of assignments that ended since. */
  readonly assigned: (contract: Uint8Array) => void
}

/** Read from its beginning after every start: it is short, and everything in it is safe to repeat. */
export class WorkerTopic {
  readonly #parts: EnclaveParts
  readonly #components: WorkerTopicComponents
  readonly #topic: TopicFollower
  readonly #name: Uint8Array

  constructor(parts: EnclaveParts, components: WorkerTopicComponents) {
    const { host, chain, identity } = parts
    this.#parts = parts
    this.#components = components
    this.#name = topics.worker(identity.signing.publicKey)
    this.#topic = new TopicFollower(this.#name, { host, noticed: chain.noticed.bind(chain) })
  }

  async update(view: ProvenView): Promise<void> {
    const [head, group, formerGroup] = await view.read(
      at(messages.storage.topicHead, this.#name),
      at(gatekeepers.storage.group),
      at(gatekeepers.storage.formerGroup),
    )
    if (head === undefined || head.sequence === this.#topic.position.sequence) return
    const groups = [group, formerGroup].filter((each) => each !== undefined)
    await this.#topic.checkTo(head)
    while (this.#topic.position.sequence < head.sequence) {
      const end = this.#topic.position.sequence + BigInt(limits.batch)
      for (const { payload } of await this.#topic.take(end < head.sequence ? end : head.sequence)) {
        const message = tryDecode(WorkerMessage, payload)
        if (!message.ok) this.#parts.log.warn('unknown message to this worker', { code: message.reason })
        else if (message.value.type === 'Assigned') this.#components.assigned(message.value.value.contract)
        else await this.#receive(message.value.value, groups, view.block.number)
      }
    }
  }

  /** Shows the chain what a gatekeeper committed to: its word against its own public share. */
  #prove(signed: SignedRelease, partial: PartialKey, block: number): void {
    const { host, submissions } = this.#parts
    const call = gatekeepers.calls.proveWrongPartial.encode({ signed, partial })
    submissions.once(`wrong-partial/${toHex(signed.release.commitment)}`, block, () => host.submit(call))
  }

  async #receive(signed: SignedRelease, groups: readonly Group[], block: number): Promise<void> {
    const { genesis, identity, log } = this.#parts
    const { release } = signed
    const { keyring, collector } = this.#components
    const { contract, root, epoch, index, sharing } = release
    const group = groups.find((each) => each.root === root)
    const recipient = keyring.awaited(contract, epoch)
    if (group === undefined || recipient === undefined || !collector.wants(release)) return
    const fields = { contract: toHex(contract), root, sharing, epoch, index }
    const received = await receivePartial({ genesis, worker: identity.signing.publicKey, recipient, group }, release)
    if (!received.ok) {
      if (received.reason === 'key.bad-proof') this.#prove(signed, received.partial, block)
      return log.warn('part of a key refused', { ...fields, code: received.reason })
    }
    const collected = collector.add(release, received.partial, group)
    switch (collected.type) {
      case 'complete':
        keyring.add(contract, epoch, collected.key)
        collected.key.wipe()
        return log.info('contract key received', fields)
      case 'failed':
        return log.warn('key could not be combined', { ...fields, code: collected.reason })
      case 'waiting':
        return
      default:
        return collected satisfies never
    }
  }
}
