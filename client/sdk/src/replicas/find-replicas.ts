/** Which workers can answer for a contract, proven from state; and why others cannot. */
import { toHex } from '@pha/core/codec'
import { registry } from '@pha/runtime/pallets'
import { decodeItem } from '../actions/read-storage.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import type { Replica } from './replica-session.ts'
import { whyNotBelieved } from './why-not-believed.ts'

export interface FoundReplicas {
  /** In random order, so that clients spread over the replicas. */
  readonly believed: readonly Replica[]
  /** One for each of the others: `sdk.worker-unknown`, `sdk.worker-not-believed`. */
  readonly refusals: readonly PhaError[]
}

/**
 * Divides `identities` into those whose enclaves the chain believes now, at `worstLevel` or better, and the others. What
 * expired is not believed: what it runs was not shown for too long.
 */
export async function findReplicas(
  client: Client,
  identities: readonly Uint8Array[],
  worstLevel: number,
  signal: AbortSignal,
): Promise<FoundReplicas> {
  const distinct = [...new Map(identities.map((identity) => [toHex(identity), identity])).values()]
  const { workers } = registry.storage
  const keys = distinct.map((identity) => workers.key(identity))
  const { block, values } = await readKeys(client, keys, signal)
  const believed: Replica[] = []
  const refusals: PhaError[] = []
  distinct.forEach((identity, i) => {
    const worker = decodeItem(workers, values[i])
    const reason = whyNotBelieved(worker, { block: block.number, worstLevel })
    if (worker !== undefined && reason === undefined) {
      believed.push({ identity, agreement: worker.agreement, endpoint: worker.endpoint })
    } else {
      const code = worker === undefined ? 'sdk.worker-unknown' : 'sdk.worker-not-believed'
      const fix = 'Use another replica of the contract; this one has to register anew, or be replaced.'
      refusals.push(new PhaError(code, `worker ${toHex(identity)}: ${reason}`, { fix }))
    }
  })
  return { believed: shuffle(believed, client.random), refusals }
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
