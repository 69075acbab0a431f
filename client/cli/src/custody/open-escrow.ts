/**
 * A custodian's recovery share, from the chain and one key: the dealings of its escrow are read by proof, opened, and checked
 * against what each dealer committed to and against the public share that the chain shows.
 */
import { openDealing } from '@pha/core/ceremony'
import { equalBytes, fromHex, toHex } from '@pha/core/codec'
import type { Secret } from '@pha/core/crypto'
import { checkChain, type Dealt, GatekeepersMessage, limits, TopicMessage, topics } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { interpolateShares, publicShareOf } from '@pha/core/threshold'
import { type Escrow, gatekeepers } from '@pha/runtime/pallets'
import { type Client, readStorage } from '@pha/sdk'
import { CliError } from '../cli-error.ts'

const TIMEOUT_MS = 60_000

export interface OpenedEscrow {
  readonly escrow: Escrow
  /** Where this custodian's share lies on the polynomial. */
  readonly index: number
  /** The share, if all that was dealt is good. */
  readonly share: Secret | undefined
  /** Dealers whose part is missing or wrong, ascending. */
  readonly complaints: readonly number[]
}

/** @throws CliError `cli.no-escrow`, `cli.not-custodian`, `cli.bad-messages` if the node's messages are not those of the chain */
export async function openEscrow(client: Client, account: Uint8Array, seed: Secret): Promise<OpenedEscrow> {
  const escrow = await readStorage(client, gatekeepers.storage.escrow, [])
  if (escrow === undefined)
    throw new CliError('cli.no-escrow', 'gatekeepers have dealt no recovery shares', 'wait for it')
  const { group, dealers } = escrow
  const receiver = group.members.find(({ identity }) => equalBytes(identity, account))
  if (receiver === undefined) {
    throw new CliError(
      'cli.not-custodian',
      'this account is no custodian of the escrow',
      'choose another account with --from',
    )
  }
  const { hash: genesis } = await client.chain.genesis(AbortSignal.timeout(TIMEOUT_MS))
  const ceremony = { id: group.ceremony, threshold: group.threshold, receivers: group.members }
  const dealings = await dealingsOf(client, escrow)
  const parts: { readonly index: number; readonly share: Secret }[] = []
  for (const dealer of dealers) {
    const dealt = dealings.find((one) => one.dealer === dealer.index)
    const opened = dealt && (await openDealing({ genesis, recipient: seed, ceremony, dealer, receiver }, dealt))
    if (opened?.ok) parts.push({ index: dealer.index, share: opened.share })
  }
  const { index, publicShare } = receiver
  const complaints = dealers
    .map((dealer) => dealer.index)
    .filter((dealer) => !parts.some((part) => part.index === dealer))
  const share = complaints.length === 0 ? interpolateShares(parts) : undefined
  for (const part of parts) part.share.wipe()
  // Each part fits what its dealer committed to, and the chain computed this of the same commitments.
  if (share !== undefined && !equalBytes(publicShareOf(share), publicShare)) {
    throw new CliError(
      'cli.bad-messages',
      'the share is not the one that the chain shows',
      'use the version that belongs to the chain',
    )
  }
  return { escrow, index, share, complaints: complaints.sort((left, right) => left - right) }
}

/** The dealings of an escrow: the messages between two proven heads of the topic are exactly these. */
async function dealingsOf(client: Client, { group, from, to }: Escrow): Promise<Dealt[]> {
  const messages: TopicMessage[] = []
  while (from.sequence + BigInt(messages.length) < to.sequence) {
    const next = from.sequence + BigInt(messages.length) + 1n
    const left = Math.min(Number(to.sequence - next) + 1, limits.messagePage)
    const params = [toHex(topics.gatekeepers), String(next), left]
    const page = await client.rpc.request('pha_messages', params, AbortSignal.timeout(TIMEOUT_MS))
    if (!Array.isArray(page) || page.length === 0) break
    messages.push(...page.slice(0, left).map((message) => TopicMessage.decode(fromHex(String(message)))))
  }
  const check = checkChain(from, messages, to)
  if (!check.ok) {
    throw new CliError(
      'cli.bad-messages',
      `the node's messages are not those of the chain: ${check.reason}`,
      'use another node',
    )
  }
  return messages.flatMap(({ payload }) => {
    const message = tryDecode(GatekeepersMessage, payload)
    if (!message.ok || message.value.type !== 'Dealt') return []
    return message.value.value.ceremony === group.ceremony ? [message.value.value] : []
  })
}
