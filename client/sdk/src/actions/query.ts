import { ContractRejection } from '@pha/contract'
import { type CallOptions, deadline, READ_TIMEOUT_MS, sleep } from '../call-options.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import { findReplicas } from '../replicas/find-replicas.ts'
import type { ReplicaSession } from '../replicas/replica-session.ts'
import { isTransient } from '../replicas/session-transport.ts'
import { stillBelieved } from '../replicas/still-believed.ts'
import type { Asker } from '../signer.ts'
import { getContract } from './get-contract.ts'
import { nameOf, openAuthorised } from './open-session.ts'
import { readRejection } from './run-job.ts'

export type QueryParams = Asker & {
  readonly contract: Uint8Array
  /** What the contract reads: `encodeCall(method, fields, args)` of `@pha/contract`. */
  readonly input: Uint8Array
  /** The answer must be read from this block's state or a later one, as after a command of one's own. */
  readonly minimumBlock?: number
}

export interface QueryAnswer {
  readonly output: Uint8Array
  /** Finalised block and contract state root that the answer was read from. */
  readonly block: number
  readonly stateRoot: Uint8Array
  /** Identity of the worker that answered. */
  readonly worker: Uint8Array
}

/**
 * A host can keep its enclave in the past by withholding headers, never show it a wrong present. 40 blocks are 10 s of
 * the fastest chain.
 */
const MAX_BLOCKS_BEHIND = 40

/** A replica follows the chain within a fraction of a second. */
const ASK_AGAIN_MS = 100

/** A second: after that another replica is more likely to be up to date. */
const ATTEMPTS = 10

/** A worker that is restarted is back within seconds; so long no replica may answer, if that may pass. */
const BACK_WITHIN_MS = 10_000

/** Between two rounds of asking all replicas. */
const NEXT_ROUND_MS = 250

/**
 * Asks a contract over a sealed session; never on chain. Lost sessions are opened again, with another replica if need be.
 * If none answers, as while their hosts are restarted, they are asked again for some seconds.
 *
 * @throws ContractRejection with the contract's own code; PhaError `sdk.no-replica-answered` (see `causes`),
 *   `sdk.contract-unknown`, `sdk.timeout`
 * @example
 * const { output } = await query(client, { contract, input, signer: ann })
 */
export async function query(
  client: Client,
  { contract, input, minimumBlock = 0, ...asker }: QueryParams,
  options: CallOptions = {},
): Promise<QueryAnswer> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  const newestKnown = (await client.chain.head(signal)).number
  const least = Math.max(minimumBlock, newestKnown - MAX_BLOCKS_BEHIND)
  const ask = (session: ReplicaSession) => askUntilRecent(session, input, least, signal)

  const name = nameOf(asker)
  const kept = client.sessions.find(contract, name)
  if (kept !== undefined) {
    try {
      if (await stillBelieved(client, contract, kept, signal)) return await ask(kept)
      client.sessions.drop(contract, name, kept)
    } catch (error) {
      if (error instanceof ContractRejection) throw error
      client.sessions.drop(contract, name, kept)
      if (!(error instanceof PhaError) || signal.aborted) throw error
    }
  }

  const until = performance.now() + BACK_WITHIN_MS
  for (;;) {
    const { replicas, policy } = await getContract(client, contract, { signal })
    const { believed, refusals } = await findReplicas(client, replicas, policy.worstLevel, signal)
    const causes = [...refusals]
    for (const replica of believed) {
      try {
        const session = await openAuthorised(client, replica, contract, asker, signal)
        const answer = await ask(session)
        client.sessions.keep(contract, name, session)
        return answer
      } catch (error) {
        if (!(error instanceof PhaError) || signal.aborted) throw error
        causes.push(error)
      }
    }
    const isOver = performance.now() + NEXT_ROUND_MS > until
    if (isOver || !causes.some(({ isTransient }) => isTransient)) throw nobodyAnswered(causes)
    await sleep(NEXT_ROUND_MS, signal, 'the answer of a replica')
  }
}

function nobodyAnswered(causes: readonly PhaError[]): PhaError {
  return new PhaError('sdk.no-replica-answered', `none of ${causes.length} replicas gave an answer`, {
    fix: 'Check that the workers run; `causes` says why each one did not answer, or was not asked.',
    causes,
  })
}

/** A rejection of the contract's own passes through as it is: no other replica would say something else. */
async function askUntilRecent(
  session: ReplicaSession,
  input: Uint8Array,
  leastBlock: number,
  signal: AbortSignal,
): Promise<QueryAnswer> {
  for (let attempt = 1; ; attempt++) {
    const response = await session.ask({ type: 'Query', value: { input } }, signal)
    switch (response.type) {
      case 'Answer': {
        const { output, block, stateRoot } = response.value
        if (block >= leastBlock) return { output, block, stateRoot, worker: session.replica.identity }
        if (attempt === ATTEMPTS) throw stale(session, block, leastBlock)
        break
      }
      case 'Rejected':
        throw readRejection(response.value.output)
      case 'Refused':
        session.close()
        throw refused(session, response.value.code)
      case 'Authorized':
        session.close()
        throw new PhaError('sdk.replica-failed', `${session.replica.endpoint}: answered something else`)
      default:
        return response satisfies never
    }
    await sleep(ASK_AGAIN_MS, signal, 'a recent answer')
  }
}

function refused({ replica }: ReplicaSession, code: string): PhaError {
  return new PhaError('sdk.query-refused', `${replica.endpoint}: ${code}`, { isTransient: isTransient(code) })
}

function stale({ replica }: ReplicaSession, block: number, leastBlock: number): PhaError {
  const message = `${replica.endpoint} answers from block ${block}, before ${leastBlock}`
  return new PhaError('sdk.stale-answer', message, { isTransient: true })
}
