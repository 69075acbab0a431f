import { deepEqual, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { type Dealt, EMPTY_TOPIC, GatekeepersMessage, nextHead, type TopicHead, TopicMessage } from '@pha/core/protocol'
import type { Escrow } from '@pha/runtime/pallets'
import { escrowDealings } from './escrow-dealings.ts'

const bytes = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte)
const dealt = (ceremony: number, dealer: number): Dealt => ({
  ceremony,
  dealer,
  dealing: { commitments: [bytes(32, dealer)], proof: bytes(64, 1), sealed: [bytes(1_392, 2)] },
})

/** A topic with what is of no escrow before, among and behind its dealings. */
const said = [dealt(3, 1), dealt(4, 1), dealt(3, 2), dealt(4, 2), dealt(5, 1)]
const heads: TopicHead[] = [EMPTY_TOPIC]
const archive = said.map((value, i): TopicMessage => {
  const sender = { type: 'Worker', value: bytes(32, value.dealer) } as const
  const payload = GatekeepersMessage.encode({ type: 'Dealt', value })
  const message = { sequence: BigInt(i + 1), block: i, timestamp: 0n, sender, payload }
  heads.push(nextHead(heads[i] as TopicHead, message))
  return message
})
const escrow = { group: { ceremony: 4 }, from: heads[1], to: heads[4] } as Escrow

type Page = (from: number, count: number) => unknown
const honest = (from: number, count: number): string[] =>
  archive.slice(from - 1, from - 1 + count).map((message) => toHex(TopicMessage.encode(message)))

/** A node that answers with these pages. */
function dealings(page: Page): Promise<Dealt[]> {
  const request = async (_method: string, [, from, count]: readonly unknown[]): Promise<unknown> =>
    page(Number(from), Number(count))
  return escrowDealings({ rpc: { request } }, escrow)
}

describe('the dealings of an escrow', () => {
  it('are those of its ceremony between two proven heads, on pages of any length', async () => {
    const expected = [dealt(4, 1), dealt(4, 2)]
    deepEqual(await dealings(honest), expected)
    deepEqual(await dealings((from) => honest(from, 1)), expected)
    deepEqual(await dealings((from, count) => honest(from, count + 1)), expected)
  })

  it('are refused if a node leaves out, exchanges or makes up any of them', async () => {
    const forged = TopicMessage.encode({ ...(archive[1] as TopicMessage), timestamp: 1n })
    const lies: [Page, string][] = [
      [() => [], 'topic.gap'],
      [() => 'none', 'topic.gap'],
      [(from) => honest(from + 1, 1), 'topic.gap'],
      [(from, count) => honest(from, count).reverse(), 'topic.gap'],
      [(from, count) => [toHex(forged), ...honest(from + 1, count - 1)], 'topic.forged'],
      [() => ['0x00'], 'codec.unexpected-end'],
      [() => ['nothing'], 'codec.bad-text'],
      [() => [null], 'codec.bad-text'],
    ]
    for (const [lie, reason] of lies) {
      const message = `the node's messages are not those of the chain: ${reason}`
      await rejects(dealings(lie), { code: 'cli.bad-messages', message })
    }
  })
})
