import { type CallOptions, deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import type { Client } from '../client.ts'
import { lastLink } from '../permits/held-permit.ts'
import { findReplicas } from '../replicas/find-replicas.ts'
import { authorize, connectReplica, type Replica, type ReplicaSession, usePermit } from '../replicas/replica-session.ts'
import type { Asker } from '../signer.ts'
import { getContract } from './get-contract.ts'

export type OpenSessionParams = Asker & {
  /** Identity of the worker. */
  readonly worker: Uint8Array
  /** The contract that the session is for. */
  readonly contract: Uint8Array
}

/** An hour of 3 s blocks, five minutes of the fastest ones: longer than a session is kept. */
const PERMIT_BLOCKS = 1_200

/**
 * Opens a sealed session with one worker, whose key is proven from state. Most callers want `query`, which picks a
 * replica, keeps sessions and replaces lost ones.
 *
 * @throws PhaError `sdk.worker-unknown`, `sdk.worker-not-believed` if the chain does not believe it at the level of the contract,
 *   `sdk.contract-unknown`, `sdk.replica-failed`
 * @example
 * const session = await openSession(client, { worker, contract, signer: ann })
 * const answer = await session.ask({ type: 'Query', value: { input } }, AbortSignal.timeout(5_000))
 */
export async function openSession(
  client: Client,
  { worker, contract, ...asker }: OpenSessionParams,
  options: CallOptions = {},
): Promise<ReplicaSession> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  const { policy } = await getContract(client, contract, { signal })
  const { believed, refusals } = await findReplicas(client, [worker], policy.worstLevel, signal)
  const [replica] = believed
  if (replica === undefined) throw refusals[0]
  return openAuthorised(client, replica, contract, asker, signal)
}

/** A session with a replica that was proven just now. */
export async function openAuthorised(
  client: Client,
  replica: Replica,
  contract: Uint8Array,
  { signer, permit }: Asker,
  signal: AbortSignal,
): Promise<ReplicaSession> {
  const [{ hash: genesis }, head] = await Promise.all([client.chain.genesis(signal), client.chain.head(signal)])
  const session = await connectReplica(client, genesis, replica, signal)
  const expiresAtBlock = head.number + PERMIT_BLOCKS
  if (permit !== undefined) await usePermit(session, { genesis, contract, permit }, signal)
  else await authorize(session, { genesis, contract, signer, expiresAtBlock }, signal)
  return session
}

/** What tells askers apart: sessions are kept by it. */
export function nameOf({ signer, permit }: Asker): Uint8Array {
  return permit === undefined ? signer.accountId : lastLink(permit.chain).id
}
