/** Gets from other workers' hosts what this one does not have. Peers may lie: only the right hash counts. */
import { equalBytes } from '@pha/core/codec'
import { cidOf, limits } from '@pha/core/protocol'
import { cidText } from './cid-text.ts'
import { endpointUrl, fetchBounded } from './fetch-bounded.ts'

/** Per peer: a blob of the largest size at 16 Mbit/s. */
const BLOB_TIMEOUT_MS = 30_000
/** Peers asked in one go; assignment gives a contract at most `limits.replicas`, the rest is not worth the wait. */
export const MOST_PEERS = 64

export interface PeerOptions {
  readonly signal?: AbortSignal
  /** Time that one peer has; 30 s by default. */
  readonly timeoutMs?: number
}

/**
 * Asks the peers one after another for a blob.
 *
 * @param endpoints base addresses such as `http://127.0.0.1:8001`, believed to be nothing but addresses
 * @returns the blob with exactly this CID, or `undefined` if no peer has it
 * @example
 * const delta = await fetchFromPeers(commit.deltaCid, endpoints)
 */
export async function fetchFromPeers(
  cid: Uint8Array,
  endpoints: readonly string[],
  { signal, timeoutMs = BLOB_TIMEOUT_MS }: PeerOptions = {},
): Promise<Uint8Array | undefined> {
  const text = cidText(cid)
  if (text === undefined) return undefined
  for (const endpoint of endpoints.slice(0, MOST_PEERS)) {
    if (signal?.aborted) return undefined
    const url = endpointUrl(endpoint, `blob/${text}`)
    const blob = url && (await fetchBounded(url, { bytes: limits.blob, timeoutMs, signal }))
    if (blob !== undefined && equalBytes(cidOf(blob), cid)) return blob
  }
  return undefined
}
