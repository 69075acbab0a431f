/** One question to an agent of this machine: HTTP over a Unix socket, JSON in both directions, everything bounded. */
import { type IncomingMessage, request } from 'node:http'
import { utf8Decode } from '@pha/core/codec'
import { codeOf } from '../log.ts'
import { teeLimits } from './limits.ts'
import { TeeError } from './tee-error.ts'

export interface Agent {
  readonly socketPath: string
  readonly timeoutMs?: number
}

export type JsonObject = { readonly [name: string]: unknown }

/**
 * @throws TeeError `tee.timeout`, `tee.refused`, `tee.oversize`, `tee.malformed`, `tee.failed`
 * @example
 * const { quote } = await askAgent({ socketPath: '/var/run/dstack.sock' }, '/GetQuote', { report_data })
 */
export async function askAgent(agent: Agent, path: string, question: JsonObject): Promise<JsonObject> {
  const { socketPath, timeoutMs = teeLimits.agentMs } = agent
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await send(socketPath, path, JSON.stringify(question), signal)
    const body = await bodyOf(answer)
    // An error's text is for a person who debugs the agent; the code is enough here, and it may quote anything.
    if (answer.statusCode !== 200) throw new TeeError('tee.refused', `${path} answered ${answer.statusCode}`)
    return objectOf(body, path)
  } catch (cause) {
    if (signal.aborted) throw new TeeError('tee.timeout', `${path} took longer than ${timeoutMs} ms`, { cause })
    if (cause instanceof TeeError) throw cause
    throw new TeeError('tee.failed', `${path}: ${codeOf(cause)}`, { cause })
  }
}

function send(socketPath: string, path: string, body: string, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  // No agent of Node's: a kept socket would outlive the agent's restart.
  request({ socketPath, path, method: 'POST', agent: false, headers, signal })
    .on('response', resolve)
    .on('error', reject)
    .end(body)
  return promise
}

/** A connection that ends before the announced length rejects. */
async function bodyOf(answer: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > teeLimits.agentAnswer) throw new TeeError('tee.oversize', `more than ${teeLimits.agentAnswer} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function objectOf(body: Uint8Array, path: string): JsonObject {
  try {
    const value: unknown = JSON.parse(utf8Decode(body))
    if (typeof value === 'object' && value !== null) return value as JsonObject
  } catch {
    // the same answer as for another kind of value
  }
  throw new TeeError('tee.malformed', `${path} answered no JSON object`)
}
