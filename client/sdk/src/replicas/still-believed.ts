/** Whether the worker of an open session is still what it was when the session was opened. */
import { equalBytes } from '@pha/core/codec'
import { getContract } from '../actions/get-contract.ts'
import type { Client } from '../client.ts'
import { findReplicas } from './find-replicas.ts'
import type { ReplicaSession } from './replica-session.ts'

/** A worker that lost its standing is asked for two blocks of 3 s more, at most; a proof costs less than a millisecond. */
const PROVEN_FOR_MS = 6_000

/**
 * Asks the chain again, if the last proof is old: the worker has to be active, at the level of the contract, one of its
 * replicas, and have the key that the session was opened to.
 */
export async function stillBelieved(
  client: Client,
  contract: Uint8Array,
  session: ReplicaSession,
  signal: AbortSignal,
): Promise<boolean> {
  const now = Date.now()
  if (now - session.provenAt < PROVEN_FOR_MS) return true
  const { identity, agreement } = session.replica
  const { replicas, policy } = await getContract(client, contract, { signal })
  if (!replicas.some((replica) => equalBytes(replica, identity))) return false
  const { believed } = await findReplicas(client, [identity], policy.worstLevel, signal)
  if (!believed.some((replica) => equalBytes(replica.agreement, agreement))) return false
  session.provenAt = now
  return true
}
