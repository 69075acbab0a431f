/** What the chain tells this worker: which contracts it is assigned to, who holds shares, and releases that did not come directly. */
import { limits, type SignedRelease, topics, WorkerMessage } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { gatekeepers, messages } from '@pha/runtime/pallets'
import type { EnclaveParts } from '../service/enclave-service.ts'
import { at, type ProvenView } from '../sync/proven-view.ts'
import { TopicFollower } from '../sync/topic-follower.ts'
import { ReleaseError, type ReleaseReceiver } from './receive-release.ts'

export interface WorkerTopicComponents {
  readonly releases: ReleaseReceiver
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
    const groups = [group, formerGroup].filter((each) => each !== undefined)
    this.#components.releases.update(groups, view.block.number)
    if (head === undefined || head.sequence === this.#topic.position.sequence) return
    await this.#topic.checkTo(head)
    while (this.#topic.position.sequence < head.sequence) {
      const end = this.#topic.position.sequence + BigInt(limits.batch)
      for (const { payload } of await this.#topic.take(end < head.sequence ? end : head.sequence)) {
        const message = tryDecode(WorkerMessage, payload)
        if (!message.ok) this.#parts.log.warn('unknown message to this worker', { code: message.reason })
        else if (message.value.type === 'Assigned') this.#components.assigned(message.value.value.contract)
        else this.#receive(message.value.value)
      }
    }
  }

  #receive(signed: SignedRelease): void {
    try {
      this.#components.releases.receive(signed)
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error
      // Of before the start, or a repeated one: each was logged that says something about its gatekeeper.
      this.#parts.log.debug('a release on chain is of no use', { code: error.code })
    }
  }
}
