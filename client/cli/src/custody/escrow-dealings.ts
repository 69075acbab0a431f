/** The dealings of an escrow, from whatever node: the messages between two proven heads of the topic are exactly these. */
import { CodecError, fromHex, toHex } from '@pha/core/codec'
import { checkChain, type Dealt, GatekeepersMessage, limits, TopicMessage, topics } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import type { Escrow } from '@pha/runtime/pallets'
import type { Client } from '@pha/sdk'
import { CliError } from '../cli-error.ts'

/** For a page of messages, each of up to 29 KB. */
const PAGE_TIMEOUT_MS = 60_000

interface Asked {
  readonly rpc: Pick<Client['rpc'], 'request'>
}

/**
 * @throws CliError `cli.bad-messages` if what the node gives is not what the chain has
 * @example
 * const dealings = await escrowDealings(client, escrow)
 */
export async function escrowDealings(client: Asked, { group, from, to }: Escrow): Promise<Dealt[]> {
  const messages: TopicMessage[] = []
  while (from.sequence + BigInt(messages.length) < to.sequence) {
    const next = from.sequence + BigInt(messages.length) + 1n
    const left = Math.min(Number(to.sequence - next) + 1, limits.messagePage)
    const params = [toHex(topics.gatekeepers), String(next), left]
    const page = await client.rpc.request('pha_messages', params, AbortSignal.timeout(PAGE_TIMEOUT_MS))
    if (!Array.isArray(page) || page.length === 0) break
    for (const encoded of page.slice(0, left)) messages.push(messageFrom(encoded))
  }
  const check = checkChain(from, messages, to)
  if (!check.ok) throw badMessages(check.reason)
  return messages.flatMap(({ payload }) => {
    const message = tryDecode(GatekeepersMessage, payload)
    if (!message.ok || message.value.type !== 'Dealt') return []
    return message.value.value.ceremony === group.ceremony ? [message.value.value] : []
  })
}

function messageFrom(encoded: unknown): TopicMessage {
  try {
    return TopicMessage.decode(fromHex(String(encoded)))
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    throw badMessages(error.code)
  }
}

function badMessages(reason: string): CliError {
  return new CliError(
    'cli.bad-messages',
    `the node's messages are not those of the chain: ${reason}`,
    'use another node',
  )
}
