/**
 * Follows one topic through an untrusted host. The head comes from proven state; the messages come from anywhere and
 * must lead exactly from one known head to it. Only links (32 bytes each) of what waits are kept, and the first few
 * messages, so a long backlog costs no memory and its messages are checked again when they are fetched again.
 */
import { checkChain, EMPTY_TOPIC, limits, nextHead, type TopicHead, type TopicMessage } from '@pha/core/protocol'
import type { Host } from '../channel/host.ts'
import { SyncError } from './sync-error.ts'

export interface TopicFollowerComponents {
  readonly host: Host
  /** Counts a lie. */
  readonly noticed: (error: SyncError) => SyncError
}

/** Messages kept after their links were checked: one batch, which is what is read next. */
const KEPT = limits.batch

export class TopicFollower {
  readonly #topic: Uint8Array
  readonly #host: Host
  readonly #noticed: (error: SyncError) => SyncError
  /** Everything up to here was read. */
  #read: TopicHead
  /** Heads after each message that was checked and not yet read. */
  #links: TopicHead[] = []
  /** The first unread messages. */
  #kept: TopicMessage[] = []

  /** @param from where to begin: the empty topic, or a head that was proven or sealed */
  constructor(topic: Uint8Array, { host, noticed }: TopicFollowerComponents, from: TopicHead = EMPTY_TOPIC) {
    this.#topic = topic
    this.#host = host
    this.#noticed = noticed
    this.#read = from
  }

  /** Head after the last message that was read. */
  get position(): TopicHead {
    return this.#read
  }

  /** Head after the last message whose link was checked. */
  get checked(): TopicHead {
    return this.#links.at(-1) ?? this.#read
  }

  /** Begins again elsewhere, as after a snapshot. */
  seek(from: TopicHead): void {
    if (from.sequence === this.#read.sequence) return
    this.#read = from
    this.#links = []
    this.#kept = []
  }

  /**
   * Fetches and checks everything up to a proven head.
   * @throws SyncError `sync.topic-gap`, `sync.topic-forged`, `sync.topic-shrunk`; then nothing was taken over
   */
  async checkTo(head: TopicHead): Promise<void> {
    const checked = this.checked
    if (head.sequence < checked.sequence) throw this.#noticed(new SyncError('sync.topic-shrunk'))
    const links: TopicHead[] = []
    const kept: TopicMessage[] = []
    let link = checked
    while (link.sequence < head.sequence) {
      for (const message of await this.#fetch(link.sequence + 1n, head.sequence)) {
        if (message.sequence !== link.sequence + 1n) throw this.#noticed(new SyncError('sync.topic-gap'))
        link = nextHead(link, message)
        links.push(link)
        if (this.#kept.length + kept.length < KEPT && this.#links.length === this.#kept.length) kept.push(message)
      }
    }
    const check = checkChain(link, [], head)
    if (!check.ok) throw this.#noticed(new SyncError('sync.topic-forged'))
    this.#links.push(...links)
    this.#kept.push(...kept)
  }

  /**
   * The messages from the position up to `sequence`, which must be checked already; moves the position behind them.
   * @throws SyncError `sync.topic-gap`, `sync.topic-forged`
   */
  async take(sequence: bigint): Promise<readonly TopicMessage[]> {
    const count = Number(sequence - this.#read.sequence)
    if (count <= 0) return []
    const end = this.#links[count - 1]
    if (end === undefined) throw new RangeError('message that was not checked')
    const messages = this.#kept.length >= count ? this.#kept.slice(0, count) : await this.#fetchAll(sequence)
    const check = checkChain(this.#read, messages, end)
    if (!check.ok)
      throw this.#noticed(new SyncError(check.reason === 'topic.gap' ? 'sync.topic-gap' : 'sync.topic-forged'))
    this.#read = end
    this.#links.splice(0, count)
    this.#kept.splice(0, count)
    return messages
  }

  async #fetchAll(to: bigint): Promise<TopicMessage[]> {
    const messages: TopicMessage[] = []
    let from = this.#read.sequence + 1n
    while (from <= to) {
      const page = await this.#fetch(from, to)
      messages.push(...page)
      from += BigInt(page.length)
    }
    return messages
  }

  async #fetch(from: bigint, to: bigint): Promise<readonly TopicMessage[]> {
    const left = to - from + 1n
    const limit = left < BigInt(limits.messagePage) ? Number(left) : limits.messagePage
    const page = await this.#host.messages({ topic: this.#topic, from, limit })
    if (page.length === 0 || page.length > limit) throw this.#noticed(new SyncError('sync.topic-gap'))
    return page
  }
}
