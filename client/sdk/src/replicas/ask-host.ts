/** HTTP to a worker's host: untrusted, bounded in size and time. What it carries is sealed or content-addressed. */
import { interrupted } from '../call-options.ts'
import type { Client } from '../client.ts'
import { PhaError, type PhaErrorDetail } from '../errors.ts'
import { isTransient, replicaFailed } from './session-transport.ts'

export interface HostRequest {
  /** Of the worker, from its registration. */
  readonly endpoint: string
  /** Below the endpoint, without a leading slash. */
  readonly path: string
  /** POSTed; without a body the request is a GET. */
  readonly body?: Uint8Array
  /** Largest answer in bytes. */
  readonly limit: number
}

/** A host that could not be reached, or that refused. */
export class HostRefusal extends PhaError {
  /** What it refused with; absent if nothing was understood. */
  readonly hostCode: string | undefined

  constructor(endpoint: string, what: string, { hostCode, ...detail }: PhaErrorDetail & { hostCode?: string }) {
    super('sdk.replica-failed', `worker at ${endpoint}: ${what}`, detail)
    this.hostCode = hostCode
  }
}

/** A host that is up answers in milliseconds; another replica is a better use of longer waits. */
const HOST_TIMEOUT_MS = 10_000

/** What a proxy says in front of a host that is down. */
const PROXY_WITHOUT_HOST: readonly number[] = [502, 503, 504]

/** Room for an error's JSON. */
const ERROR_LIMIT = 4_096

/**
 * @returns the bytes, or `undefined` for 404
 * @throws PhaError `sdk.replica-failed`
 */
export async function askHost(
  client: Pick<Client, 'fetch'>,
  { endpoint, path, body, limit }: HostRequest,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const url = addressOf(endpoint, path)
  const ending = AbortSignal.any([signal, AbortSignal.timeout(HOST_TIMEOUT_MS)])
  try {
    const response = await client.fetch(url, {
      ...(body !== undefined && {
        method: 'POST',
        body: new Uint8Array(body),
        headers: { 'content-type': 'application/octet-stream' },
      }),
      redirect: 'error', // an endpoint is what the chain says, not where a host sends us
      signal: ending,
    })
    if (response.status === 404) {
      await response.body?.cancel()
      return undefined
    }
    if (!response.ok) throw await refusal(endpoint, response)
    return await readAtMost(response, limit)
  } catch (cause) {
    if (signal.aborted) throw interrupted(signal, 'asking a worker')
    throw cause instanceof PhaError ? cause : new HostRefusal(endpoint, 'not reachable', { cause, isTransient: true })
  }
}

function addressOf(endpoint: string, path: string): URL {
  const base = endpoint.endsWith('/') ? endpoint : `${endpoint}/`
  const url = URL.canParse(base) ? new URL(path, base) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw replicaFailed(endpoint, 'not an HTTP address')
  return url
}

async function readAtMost(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    length += part.value.length
    if (length > limit) {
      await reader?.cancel()
      throw new PhaError('sdk.replica-failed', `a worker's host sent more than ${limit} bytes`)
    }
    chunks.push(part.value)
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

async function refusal(endpoint: string, response: Response): Promise<HostRefusal> {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(await readAtMost(response, ERROR_LIMIT)))
    const { code, message } = body as { readonly code?: unknown; readonly message?: unknown }
    const detail = { hostCode: String(code), isTransient: isTransient(code) }
    return new HostRefusal(endpoint, `${String(code)}: ${String(message)}`, detail)
  } catch {
    const detail = { hostCode: '', isTransient: PROXY_WITHOUT_HOST.includes(response.status) }
    return new HostRefusal(endpoint, `status ${response.status}`, detail)
  }
}
