/** Remembers what a node acknowledged to a client: each finalised extrinsic, and where it said that it is. */

import { blake2b256 } from '@pha/core/crypto'
import { type Client, fromHex, type Hex, toHex } from '@pha/sdk'

export interface Place {
  readonly blockHash: Hex
  readonly index: number
}

export interface AcknowledgedClient {
  /** Works as the client given. */
  readonly client: Client
  /** By hash of the extrinsic. */
  readonly acknowledged: ReadonlyMap<string, Place>
}

/**
 * @example
 * const { client, acknowledged } = recordAcknowledged(createClient({ url }))
 */
export function recordAcknowledged(inner: Client): AcknowledgedClient {
  const acknowledged = new Map<string, Place>()
  const rpc: Client['rpc'] = {
    get connections() {
      return inner.rpc.connections
    },
    async request(method, params, signal) {
      const answer = await inner.rpc.request(method, params, signal)
      const place = method === 'pha_extrinsic' ? (answer as Place | null) : null
      if (place !== null && !acknowledged.has(String(params[0]))) acknowledged.set(String(params[0]), place)
      return answer
    },
    subscribe: (...subscription) => inner.rpc.subscribe(...subscription),
    close: () => inner.rpc.close(),
  }
  return { client: { ...inner, rpc }, acknowledged }
}

/** Looks every acknowledged extrinsic up again. @returns the hashes of those that are not where they were */
export async function lostExtrinsics(
  { rpc }: Client,
  acknowledged: AcknowledgedClient['acknowledged'],
): Promise<string[]> {
  const lost: string[] = []
  for (const [hash, { blockHash, index }] of acknowledged) {
    const signal = AbortSignal.timeout(30_000)
    const [now, found] = await Promise.all([
      rpc.request('pha_extrinsic', [hash], signal) as Promise<Place | null>,
      rpc.request('chain_getBlock', [blockHash], signal) as Promise<FoundBlock | null>,
    ])
    const extrinsic = found?.block.extrinsics[index]
    const isThere = extrinsic !== undefined && toHex(blake2b256(fromHex(extrinsic))) === hash
    if (!isThere || now?.blockHash !== blockHash || now.index !== index) lost.push(hash)
  }
  return lost
}

interface FoundBlock {
  readonly block: { readonly extrinsics: readonly Hex[] }
}
