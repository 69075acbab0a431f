/** What the chain tells this worker: which contracts it is assigned to, and parts of their keys. */
import { toHex } from '@pha/core/codec'
import { contractKeyInput, type KeyRelease, limits, type PartialKey, topics, WorkerMessage } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { combinePartials } from '@pha/core/threshold'
import { type Group, gatekeepers, messages } from '@pha/runtime/pallets'
import type { EnclaveParts } from '../service/enclave-service.ts'
import { at, type ProvenView } from '../sync/proven-view.ts'
import { TopicFollower } from '../sync/topic-follower.ts'
import type { Keyring } from './keyring.ts'
import { receivePartial } from './receive-partial.ts'

export interface WorkerTopicComponents {
  readonly keyring: Keyring
  /** Told of every assignment; may be told again, and of assignments that ended since. */
  readonly assigned: (contract: Uint8Array) => void
}

/** Read from its beginning after every start: it is short, and everything in it is safe to repeat. */
export class WorkerTopic {
  readonly #parts: EnclaveParts
  readonly #components: WorkerTopicComponents
  readonly #topic: TopicFollower
  readonly #name: Uint8Array
  /** Verified parts of keys that are not complete yet, by contract and epoch. */
  readonly #partials = new Map<string, Map<number, PartialKey>>()

  constructor(parts: EnclaveParts, components: WorkerTopicComponents) {
    const { host, chain, identity } = parts
    this.#parts = parts
    this.#components = components
    this.#name = topics.worker(identity.signing.publicKey)
    this.#topic = new TopicFollower(this.#name, { host, noticed: chain.noticed.bind(chain) })
  }

  async update(view: ProvenView): Promise<void> {
    const [head, group] = await view.read(at(messages.storage.topicHead, this.#name), at(gatekeepers.storage.group))
    if (head === undefined || head.sequence === this.#topic.position.sequence) return
    await this.#topic.checkTo(head)
    while (this.#topic.position.sequence < head.sequence) {
      const end = this.#topic.position.sequence + BigInt(limits.batch)
      for (const { payload } of await this.#topic.take(end < head.sequence ? end : head.sequence)) {
        const message = tryDecode(WorkerMessage, payload)
        if (!message.ok) this.#parts.log.warn('unknown message to this worker', { code: message.reason })
        else if (message.value.type === 'Assigned') this.#components.assigned(message.value.value.contract)
        else if (group !== undefined) await this.#receive(message.value.value, group)
      }
    }
  }

  async #receive(release: KeyRelease, group: Group): Promise<void> {
    const { genesis, identity, log } = this.#parts
    const { contract, epoch, index } = release
    const { keyring } = this.#components
    // Nobody waits for it: it is here, or a request before the last start asked for it.
    const recipient = keyring.awaited(contract, epoch)
    if (recipient === undefined) return
    const fields = { contract: toHex(contract), epoch, index }
    const received = await receivePartial({ genesis, worker: identity.signing.publicKey, recipient, group }, release)
    if (!received.ok) return log.warn('part of a key refused', { ...fields, code: received.reason })

    const name = `${toHex(contract)}/${epoch}`
    const partials = this.#partials.get(name) ?? new Map<number, PartialKey>()
    this.#partials.set(name, partials.set(index, received.partial))
    if (partials.size < group.threshold) return
    const combined = combinePartials(
      contractKeyInput(genesis, contract, epoch),
      [...partials.values()],
      group.threshold,
    )
    if (!combined.ok) return log.warn('key could not be combined', { ...fields, code: combined.reason })
    keyring.add(contract, epoch, combined.output)
    combined.output.wipe()
    this.#partials.delete(name)
    log.info('contract key received', fields)
  }
}
