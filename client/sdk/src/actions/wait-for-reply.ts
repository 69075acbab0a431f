import { WORST_LEVEL } from '@pha/core/attestation'
import { equalBytes, toHex } from '@pha/core/codec'
import { type AgreementKey, ENVELOPE_OVERHEAD, open, paddedLength } from '@pha/core/crypto'
import { verifyReply } from '@pha/core/light-client'
import { contexts, limits, REPLY_PADDING, Reply, replyAad } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { contracts, type FinalCommit } from '@pha/runtime/pallets'
import { type CallOptions, deadline, FINALITY_TIMEOUT_MS, sleep } from '../call-options.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import { askHost } from '../replicas/ask-host.ts'
import { findReplicas } from '../replicas/find-replicas.ts'
import type { Replica } from '../replicas/replica-session.ts'
import { type ContractInfo, getContract } from './get-contract.ts'
import { readStorage } from './read-storage.ts'

export interface WaitForReplyParams {
  readonly contract: Uint8Array
  readonly sequence: bigint
  /** Of the sent command: replies to another one are refused. */
  readonly commandHash?: Uint8Array
  /** Whose seal to open; the client's own if absent. */
  readonly replyKey?: AgreementKey
}

export interface SettledReply {
  readonly reply: Reply
  /** The vote of the replicas that the reply is part of, proven. */
  readonly commit: FinalCommit
  /** Block at which that was proven. */
  readonly block: number
}

/** A replica that has just voted keeps the reply already; one that catches up needs a moment. */
const ASK_AGAIN_MS = 250

/** The largest reply: its output, a proof of a list of `limits.batch` receipts, and the seal. */
const REPLY_LIMIT = paddedLength(limits.output + 16_384) + ENVELOPE_OVERHEAD

/**
 * Waits until a message is settled by the vote of its contract's replicas, and fetches the reply from any of them.
 *
 * Everything is checked: the reply opens with the key it was asked to be sealed to, its receipt lies under the commit
 * that the chain proves, its output under the receipt. A replica that lies or is down costs a round trip.
 *
 * @throws PhaError `sdk.timeout` (`causes` says why the replicas' last answers were refused), `sdk.contract-unknown`
 * @example
 * const { reply, commit } = await waitForReply(client, await sendCommand(client, { contract, input, signer }))
 */
export async function waitForReply(
  client: Client,
  { contract, sequence, commandHash, replyKey = client.replyKey }: WaitForReplyParams,
  options: CallOptions = {},
): Promise<SettledReply> {
  const signal = deadline(options, FINALITY_TIMEOUT_MS)
  const { hash: genesis } = await client.chain.genesis(signal)
  const question = { genesis, contract, sequence, replyKey, ...(commandHash !== undefined && { commandHash }) }
  let refusals: unknown[] = []
  try {
    for (;;) {
      const info = await settled(client, contract, sequence, signal)
      const round: unknown[] = []
      // What they say is proven: whoever is registered may tell it.
      for (const replica of (await findReplicas(client, info.replicas, WORST_LEVEL, signal)).believed) {
        try {
          const answer = await askOne(client, replica, question, signal)
          if (answer !== undefined) return answer
        } catch (error) {
          if (!(error instanceof PhaError) || error.code !== 'sdk.replica-failed') throw error
          round.push(error)
        }
      }
      refusals = round
      await sleep(ASK_AGAIN_MS, signal, `the reply to message ${sequence}`)
    }
  } catch (error) {
    if (!(error instanceof PhaError) || error.code !== 'sdk.timeout') throw error
    throw new PhaError('sdk.timeout', `no reply to message ${sequence} of ${toHex(contract)} in time`, {
      fix: 'Ask again with waitForReply: the message is ordered and is not lost.',
      cause: error,
      causes: refusals,
    })
  }
}

/** The contract as soon as `sequence` is among its settled messages. */
async function settled(
  client: Client,
  contract: Uint8Array,
  sequence: bigint,
  signal: AbortSignal,
): Promise<ContractInfo> {
  for (;;) {
    const info = await getContract(client, contract, { signal })
    if (info.progress !== undefined && info.progress.committed >= sequence) return info
    await client.chain.headAfter(info.block.number, signal)
  }
}

interface Question extends WaitForReplyParams {
  readonly genesis: Uint8Array
  readonly replyKey: AgreementKey
}

async function askOne(
  client: Client,
  { endpoint }: Replica,
  { genesis, contract, sequence, commandHash, replyKey }: Question,
  signal: AbortSignal,
): Promise<SettledReply | undefined> {
  const path = `reply/${toHex(contract)}/${sequence}`
  const sealed = await askHost(client, { endpoint, path, limit: REPLY_LIMIT }, signal)
  if (sealed === undefined) return undefined
  const aad = replyAad(genesis, contract, sequence)
  const opened = await open({ seed: replyKey.seed, context: contexts.reply, aad, sealed, paddingFloor: REPLY_PADDING })
  if (opened === undefined) throw refused(endpoint, 'does not open with the reply key')
  const reply = tryDecode(Reply, opened)
  if (!reply.ok) throw refused(endpoint, reply.reason)
  const { receipt, batch } = reply.value
  if (receipt.sequence !== sequence) throw refused(endpoint, 'is to another message')
  if (commandHash !== undefined && !equalBytes(receipt.command, commandHash)) {
    throw refused(endpoint, 'is to another command')
  }
  const { block, commit } = await readCommit(client, contract, batch, signal)
  if (commit === undefined) throw refused(endpoint, 'names a batch that is not settled')
  const check = verifyReply(commit.commit, reply.value)
  if (!check.ok) throw refused(endpoint, check.reason)
  return { reply: reply.value, commit, block }
}

async function readCommit(client: Client, contract: Uint8Array, batch: number, signal: AbortSignal) {
  const at = await client.chain.head(signal)
  const commit = await readStorage(client, contracts.storage.commits, [contract, batch], { signal, at })
  return { block: at.number, commit }
}

function refused(endpoint: string, what: string): PhaError {
  return new PhaError('sdk.replica-failed', `reply of the worker at ${endpoint} ${what}`)
}
