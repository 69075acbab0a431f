/** What others could see of a confidential contract: asked from the node and from a worker's host themselves. */
import { equalBytes, fromHex, toHex } from '@pha/core/codec'
import { ContractMessage, limits, TopicMessage, topics } from '@pha/core/protocol'
import type { Client } from '@pha/sdk'

/** A message of the contract as everybody can read it on chain. */
export interface OnChain {
  readonly sequence: bigint
  readonly block: number
  readonly sender: Uint8Array
  /** Ciphertext: the command is inside. */
  readonly sealed: Uint8Array
}

/** What a worker's host counted of all that passed through it, and the first bytes of each command. */
export interface OnHost {
  readonly totals: readonly string[]
  readonly commands: ReadonlySet<string>
}

/** All sealed commands of a contract, in their order. */
export async function chainSaw(client: Client, contract: Uint8Array): Promise<readonly OnChain[]> {
  const topic = toHex(topics.contract(contract))
  const seen: OnChain[] = []
  for (let from = 1n; ; ) {
    const request = [topic, from.toString(), limits.messagePage]
    const page = (await client.rpc.request('pha_messages', request, AbortSignal.timeout(10_000))) as readonly string[]
    const messages = page.map((encoded) => TopicMessage.decode(fromHex(encoded)))
    const last = messages.at(-1)
    if (last === undefined) return seen
    seen.push(...messages.flatMap(asCommand))
    from = last.sequence + 1n
  }
}

export async function hostSaw(workerUrl: string): Promise<OnHost> {
  const response = await fetch(`${workerUrl}/seen`)
  if (!response.ok) return { totals: ['(this host does not show it)'], commands: new Set() }
  const { totals, latest } = (await response.json()) as {
    totals: { [name: string]: { count: number; bytes: number } }
    latest: { kind: string; size: number; preview: string }[]
  }
  return {
    totals: Object.entries(totals).map(([name, { count, bytes }]) => `${name}: ${count} payloads, ${bytes} bytes`),
    commands: new Set(latest.filter(({ kind }) => kind === 'command').map(({ preview }) => preview)),
  }
}

/** One command as the chain and a host saw it, on one line. */
export function sealedText({ sequence, block, sealed }: OnChain, { commands }: OnHost): string {
  const beginning = toHex(sealed.subarray(0, PREVIEW_BYTES))
  const host = commands.has(beginning) ? 'a host saw the same bytes' : 'this host did not carry it'
  return `the chain saw message ${sequence} in block ${block}: ${sealed.length} bytes, ${beginning}...; ${host}`
}

export function ofSender(seen: readonly OnChain[], account: Uint8Array): readonly OnChain[] {
  return seen.filter(({ sender }) => equalBytes(sender, account))
}

/** As long as the previews that hosts keep. */
const PREVIEW_BYTES = 16

function asCommand({ sequence, block, sender, payload }: TopicMessage): OnChain[] {
  const message = ContractMessage.decode(payload)
  if (message.type !== 'Command' || sender.type !== 'Account') return []
  return [{ sequence, block, sender: sender.value, sealed: message.value.sealed }]
}
