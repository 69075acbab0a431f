/** Asks another host over HTTP: its answer is never longer, never later than said. */

export interface FetchLimits {
  readonly bytes: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * The body of `GET url`, or of `POST url` if there is something to send; `undefined` if the host does not have or take it, is
 * too slow, says too much, or cannot be reached.
 *
 * Redirects are not followed: an endpoint on chain must not lead this host to places inside its own network.
 *
 * @example
 * const body = await fetchBounded('http://worker.example:8001/blob/bafkrei...', { bytes: 4096, timeoutMs: 2_000 })
 */
export async function fetchBounded(
  url: URL,
  { bytes, timeoutMs, signal }: FetchLimits,
  sent?: Uint8Array,
): Promise<Uint8Array | undefined> {
  const signals = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]
  try {
    const posted = sent && { method: 'POST', body: Uint8Array.from(sent) }
    const response = await fetch(url, { ...posted, redirect: 'error', signal: AbortSignal.any(signals) })
    if (response.status !== 200 || response.body === null || Number(response.headers.get('content-length')) > bytes) {
      await response.body?.cancel()
      return undefined
    }
    const chunks: Uint8Array[] = []
    let length = 0
    // Leaving the loop early cancels the body and closes the connection.
    for await (const chunk of response.body) {
      length += chunk.length
      if (length > bytes) return undefined
      chunks.push(chunk)
    }
    return new Uint8Array(Buffer.concat(chunks, length))
  } catch {
    // A peer that cannot be reached or breaks off is as good as none; the caller asks the next.
    return undefined
  }
}

/** `path` below a worker's endpoint, or `undefined` if the endpoint is not one that may be asked. */
export function endpointUrl(endpoint: string, path: string): URL | undefined {
  const base = URL.parse(endpoint)
  if (base === null || !['http:', 'https:'].includes(base.protocol)) return undefined
  if (base.username !== '' || base.password !== '' || base.search !== '' || base.hash !== '') return undefined
  return new URL(`${base.href.replace(/\/+$/, '')}/${path}`)
}
