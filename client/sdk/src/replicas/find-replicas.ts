/** Which workers can answer for a contract, proven from state. */
import { toHex } from '@pha/core/codec'
import { registry } from '@pha/runtime/pallets'
import { decodeItem } from '../actions/read-storage.ts'
import type { ProvenBlock } from '../chain/follower.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import type { Replica } from './replica-session.ts'

/**
 * The registered and active among `identities`, in random order, so that clients spread over the replicas.
 * Expired ones are left out: what they run was not shown for too long.
 */
export async function findReplicas(
  client: Client,
  identities: readonly Uint8Array[],
  signal: AbortSignal,
  at?: ProvenBlock,
): Promise<readonly Replica[]> {
  const distinct = [...new Map(identities.map((identity) => [toHex(identity), identity])).values()]
  const { workers } = registry.storage
  const keys = distinct.map((identity) => workers.key(identity))
  const { block, values } = await readKeys(client, keys, signal, at)
  const found = distinct.flatMap((identity, i) => {
    const worker = decodeItem(workers, values[i])
    if (worker === undefined || worker.status.type !== 'Active' || worker.expiresAt <= block.number) return []
    return [{ identity, agreement: worker.agreement, endpoint: worker.endpoint }]
  })
  return shuffle(found, client.random)
}

/** Fisher and Yates; the bias of a byte modulo a small count is of no matter here. */
function shuffle<T>(items: readonly T[], random: (length: number) => Uint8Array): T[] {
  const shuffled = [...items]
  const draws = random(shuffled.length)
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = (draws[i] as number) % (i + 1)
    ;[shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T]
  }
  return shuffled
}
