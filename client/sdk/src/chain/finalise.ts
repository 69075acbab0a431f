/**
 * Brings a signed extrinsic into a finalised block, through lost connections and restarts of the node: the same bytes
 * are submitted again until they are found in a block or can no longer get into one. Where they are is proven.
 */
import { equalBytes, toHex } from '@pha/core/codec'
import { system } from '@pha/runtime/pallets'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import { readHash, readNumber, readRecord } from '../rpc/answers.ts'
import { RpcError } from '../rpc/json-rpc.ts'
import { type ChainEvent, outcomeOf } from './events.ts'
import type { SignedExtrinsic } from './extrinsic.ts'
import type { ProvenBlock } from './follower.ts'
import { readKeys } from './read-proven.ts'

export interface Submission {
  readonly extrinsic: SignedExtrinsic
  readonly account: Uint8Array
  readonly nonce: number
  /** First block in which a mortal extrinsic is no longer valid. */
  readonly expiresAt?: number
}

export interface FinalisedExtrinsic {
  readonly hash: Uint8Array
  readonly block: ProvenBlock
  /** Position in the block. */
  readonly index: number
  /** What it made happen, proven. */
  readonly events: readonly ChainEvent[]
}

/** A pool may drop what waits; submitting again costs one message. */
const SUBMIT_AGAIN_MS = 5_000

/** Substrate's error code of `author_submitExtrinsic` for what can never be valid, and for a stale nonce. */
const POOL_INVALID = 1010

/** The same for what the node has found invalid before: also what waited there while the chain was upgraded. */
const POOL_BANNED = 1012

/**
 * @throws PhaError `sdk.dispatch-failed`, `sdk.extrinsic-refused`, `sdk.nonce-used`, `sdk.extrinsic-expired`,
 *   `sdk.unknown-events`
 */
export async function finalise(
  client: Client,
  submission: Submission,
  signal: AbortSignal,
): Promise<FinalisedExtrinsic> {
  const { rpc, chain } = client
  let seen = (await chain.head(signal)).number
  let submittedAt = Number.NEGATIVE_INFINITY
  let connection = 0
  for (;;) {
    if (rpc.connections !== connection || Date.now() - submittedAt >= SUBMIT_AGAIN_MS) {
      await submit(client, submission, signal)
      submittedAt = Date.now()
      connection = rpc.connections
    }
    const head = await chain.news(seen, signal)
    seen = head.number
    const found = await locate(client, submission, signal)
    if (found !== undefined) return found
    await requirePossible(client, submission, head, signal)
  }
}

async function submit(client: Client, { extrinsic }: Submission, signal: AbortSignal): Promise<void> {
  try {
    await client.rpc.request('author_submitExtrinsic', [toHex(extrinsic.bytes)], signal)
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    // Full, busy, or waiting already: the next attempt or the next block tells more. A stale nonce may be this very
    // extrinsic's, in a block that was made while the connection was lost.
    if (!isRefusal(error)) return
    throw new PhaError('sdk.extrinsic-refused', `the node refused the extrinsic: ${error.message}`, {
      fix: 'Check the balance of the account and the arguments of the call.',
      cause: error,
    })
  }
}

function isRefusal({ rpcCode, message }: RpcError): boolean {
  if (rpcCode === POOL_BANNED) return /never be valid/i.test(message) // and not that this connection is silenced
  return rpcCode === POOL_INVALID && !/stale/i.test(message)
}

/** Where the extrinsic is, by a hint of the node that is checked against the header's roots. */
async function locate(
  client: Client,
  { extrinsic }: Submission,
  signal: AbortSignal,
): Promise<FinalisedExtrinsic | undefined> {
  const answer = await client.rpc.request('pha_extrinsic', [toHex(extrinsic.hash)], signal)
  if (answer === null || answer === undefined) return undefined
  const place = readRecord(answer, 'place of an extrinsic')
  const blockHash = readHash(place['blockHash'], 'place of an extrinsic')
  const index = readNumber(place['index'], 'place of an extrinsic')
  const { block, body, events, runtime } = await client.blocks.contents(blockHash, signal)
  const bytes = body[index]
  const outcome = outcomeOf(events, index, runtime)
  if (bytes === undefined || !equalBytes(bytes, extrinsic.bytes) || outcome === undefined) {
    throw new PhaError('sdk.bad-proof', `the node named a block that does not hold the extrinsic`, {
      fix: 'Use another node: this one lies or its data is damaged.',
    })
  }
  if (outcome === 'unknown') {
    throw new PhaError(
      'sdk.unknown-events',
      `the extrinsic is number ${index} of block ${block.number}; what became of it stands behind events of a newer runtime`,
      { fix: 'Look at the block with another client, or update the SDK. Do not send the call again before.' },
    )
  }
  if (outcome.ok) return { hash: extrinsic.hash, block, index, events: outcome.events }
  const { pallet, error, docs } = outcome.failure
  const name = pallet === undefined ? error : `${pallet}.${error}`
  throw new PhaError('sdk.dispatch-failed', `${name}${docs === undefined ? '' : `: ${docs}`}`, {
    dispatchError: outcome.failure,
  })
}

/** `head` is older than the last look for the extrinsic, so what it shows to be used up was used by another one. */
async function requirePossible(
  client: Client,
  { account, nonce, expiresAt }: Submission,
  head: ProvenBlock,
  signal: AbortSignal,
): Promise<void> {
  const { values } = await readKeys(client, [system.storage.account.key(account)], signal, head)
  if (system.storage.account.decode(values[0]).nonce > nonce) {
    throw new PhaError('sdk.nonce-used', `nonce ${nonce} was used, and the node shows no block with this extrinsic`, {
      fix: 'Another program signs with this account, or the node hides the block: check before sending again.',
    })
  }
  if (expiresAt !== undefined && head.number >= expiresAt) {
    throw new PhaError('sdk.extrinsic-expired', `block ${head.number} is past the extrinsic's last`, {
      fix: 'Send it again; a longer period gives it more time.',
    })
  }
}
