/**
 * Reads the topic `gatekeepers`. Dealings are worked on in order, before anything that needs them; requests for keys take
 * blocks to answer, so nothing waits for them, and the place that is sealed stays before the oldest that is unanswered: what
 * a process leaves when it ends is read again.
 */
import { limits, type TopicHead, type TopicMessage, topics } from '@pha/core/protocol'
import { enclaveLimits } from '../limits.ts'
import type { EnclaveParts } from '../service/enclave-service.ts'
import { TopicFollower } from '../sync/topic-follower.ts'

/** Some messages in a row. */
interface Batch {
  readonly before: TopicHead
  unanswered: number
}

export class GatekeepersTopic {
  readonly #memory: EnclaveParts['memory']
  readonly #topic: TopicFollower
  /** Oldest first; those before the first unanswered request are gone. */
  readonly #batches: Batch[] = []

  constructor({ host, memory, chain }: EnclaveParts) {
    this.#memory = memory
    const noticed = chain.noticed.bind(chain)
    this.#topic = new TopicFollower(topics.gatekeepers, { host, noticed }, memory.content.gatekeeperTopic)
  }

  /**
   * Reads up to a proven head, or as far as the bound on unanswered requests allows.
   * @param handle resolves when the next message may follow; what it returns settles when its message needs no reading again
   */
  async readTo(
    head: TopicHead,
    handle: (message: TopicMessage) => Promise<{ readonly answered: Promise<void> } | undefined>,
  ): Promise<void> {
    await this.#topic.checkTo(head)
    while (this.#topic.position.sequence < head.sequence) {
      if (this.#batches.length >= enclaveLimits.unansweredBatches) break
      const before = this.#topic.position
      const end = before.sequence + BigInt(limits.batch)
      // One more while it is read, so that it is not taken for done.
      const batch: Batch = { before, unanswered: 1 }
      const messages = await this.#topic.take(end < head.sequence ? end : head.sequence)
      this.#batches.push(batch)
      try {
        for (const message of messages) {
          const handled = await handle(message)
          if (handled === undefined) continue
          batch.unanswered++
          void handled.answered.finally(() => {
            batch.unanswered--
            this.#seal()
          })
        }
      } catch (error) {
        // As when the disk is full: all of them are read again, those that were worked on too.
        this.#batches.pop()
        this.#topic.seek(before)
        throw error
      }
      batch.unanswered--
    }
    this.#seal()
  }

  #seal(): void {
    while (this.#batches[0]?.unanswered === 0) this.#batches.shift()
    const place = this.#batches[0]?.before ?? this.#topic.position
    if (place.sequence !== this.#memory.content.gatekeeperTopic.sequence)
      this.#memory.change({ gatekeeperTopic: place })
  }
}
