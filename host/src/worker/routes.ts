/** What each path of the HTTP API answers. Everything in a request is a stranger's. */
import type { IncomingMessage } from 'node:http'
import { fromHex } from '@pha/core/codec'
import { ENCAPSULATION_LENGTH } from '@pha/core/crypto'
import { limits, SignedRelease } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import type { Logger } from 'pino'
import { type BlobStore, parseCidText, type SnapshotIndex, snapshotPointerJson } from '../blobs/index.ts'
import type { EnclaveKeeper } from './enclave-keeper.ts'
import { HttpError } from './http-error.ts'
import { workerLimits } from './limits.ts'
import type { Seen, SeenReport } from './seen.ts'

export interface HttpApiComponents {
  readonly enclave: Pick<EnclaveKeeper, 'request'>
  readonly blobs: BlobStore
  readonly snapshots: SnapshotIndex
  readonly seen: Seen
  /** What `GET /seen` shows; nothing where it is not offered. */
  readonly showSeen: (() => SeenReport) | undefined
  readonly status: () => Promise<unknown>
  readonly log: Logger
}

export type Answer =
  | { readonly type: 'nothing'; readonly body?: undefined }
  | { readonly type: 'bytes'; readonly body: Uint8Array }
  | { readonly type: 'json'; readonly body: Uint8Array }

type Route = (groups: readonly string[], request: IncomingMessage, components: HttpApiComponents) => Promise<Answer>

/** Longest decimal text of a u64. */
const U64 = '\\d{1,20}'
const ID = '(?:0x)?[0-9a-f]{64}'
const TOPMOST_U64 = 2n ** 64n - 1n

const ROUTES: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
  ['POST', /^\/session$/, openSession],
  ['POST', new RegExp(`^/session/(${ID})$`), sessionMessage],
  ['POST', /^\/key-release$/, keyRelease],
  ['GET', new RegExp(`^/reply/(${ID})/(${U64})$`), reply],
  ['GET', /^\/blob\/([a-z2-7]{1,100})$/, blob],
  ['GET', new RegExp(`^/snapshot/(${ID})$`), snapshot],
  ['GET', /^\/status$/, status],
  ['GET', /^\/seen$/, seen],
]

/**
 * Answers one request.
 * @throws HttpError, or WorkerError from the enclave
 */
export async function answerRoute(request: IncomingMessage, components: HttpApiComponents): Promise<Answer> {
  const { method = '', url = '' } = request
  if (method === 'OPTIONS') return { type: 'nothing' }
  if (url.length > workerLimits.path) throw new HttpError('http.bad-path', 'the path is too long')
  const [path = ''] = url.split('?', 1)
  const known = ROUTES.filter(([, pattern]) => pattern.test(path))
  if (known.length === 0) {
    throw new HttpError('http.bad-path', 'there is nothing here', 'see GET /status for what this is')
  }
  const match = known.find(([allowed]) => allowed === method)
  if (match === undefined) throw new HttpError('http.wrong-method', `${known.map(([allowed]) => allowed)} only`)
  const [, pattern, route] = match
  return route(pattern.exec(path)?.slice(1) ?? [], request, components)
}

async function openSession(_: readonly string[], request: IncomingMessage, { enclave }: HttpApiComponents) {
  const encapsulation = await readBody(request, ENCAPSULATION_LENGTH)
  if (encapsulation.length !== ENCAPSULATION_LENGTH) {
    throw new HttpError('http.wrong-length', `an encapsulation has ${ENCAPSULATION_LENGTH} bytes`)
  }
  return bytes(await enclave.request({ type: 'OpenSession', value: encapsulation }))
}

async function sessionMessage(
  [id = '']: readonly string[],
  request: IncomingMessage,
  { enclave, seen }: HttpApiComponents,
) {
  const message = await readBody(request, limits.sessionMessage)
  seen.record('to-enclave', 'session-message', message)
  const answer = await enclave.request({ type: 'SessionMessage', value: { session: idBytes(id), message } })
  seen.record('from-enclave', 'session-answer', answer)
  return bytes(answer)
}

/** From a gatekeeper, which learns from the status whether it has to release on chain. */
async function keyRelease(_: readonly string[], request: IncomingMessage, { enclave, seen }: HttpApiComponents) {
  const signed = tryDecode(SignedRelease, await readBody(request, limits.signedRelease))
  if (!signed.ok) throw new HttpError('http.bad-request', 'not a signed release')
  seen.record('to-enclave', 'release', signed.value.release.sealed)
  await enclave.request({ type: 'KeyReleased', value: signed.value })
  return bytes(new Uint8Array(0))
}

async function reply(
  [contract = '', digits = '']: readonly string[],
  _: IncomingMessage,
  { enclave, seen }: HttpApiComponents,
) {
  const sequence = BigInt(digits)
  if (sequence > TOPMOST_U64) throw new HttpError('http.bad-path', 'a sequence number has at most 64 bits')
  const answer = await enclave.request({ type: 'Reply', value: { contract: idBytes(contract), sequence } })
  if (answer === undefined) throw new HttpError('http.not-found', 'no reply yet', 'ask again when its batch is settled')
  seen.record('from-enclave', 'reply', answer)
  return bytes(answer)
}

async function blob([text = '']: readonly string[], _: IncomingMessage, { blobs }: HttpApiComponents) {
  const cid = parseCidText(text)
  if (cid === undefined) throw new HttpError('http.bad-path', 'not a CID of this network')
  const found = await blobs.get(cid)
  if (found === undefined)
    throw new HttpError('http.not-found', 'this host does not have the blob', 'ask another worker')
  return bytes(found)
}

async function snapshot([contract = '']: readonly string[], _: IncomingMessage, { snapshots }: HttpApiComponents) {
  const pointer = await snapshots.latest(idBytes(contract))
  if (pointer === undefined) throw new HttpError('http.not-found', 'this host has no snapshot of the contract')
  return json(snapshotPointerJson(pointer))
}

async function status(_: readonly string[], __: IncomingMessage, components: HttpApiComponents) {
  return json(JSON.stringify(await components.status()))
}

async function seen(_: readonly string[], __: IncomingMessage, { showSeen }: HttpApiComponents) {
  if (showSeen === undefined) throw new HttpError('http.not-found', 'not shown outside of development')
  return json(JSON.stringify(showSeen()))
}

function bytes(body: Uint8Array): Answer {
  return { type: 'bytes', body }
}

function json(text: string): Answer {
  return { type: 'json', body: Buffer.from(text) }
}

/** 32 bytes in a path; the route's pattern let only hexadecimal digits pass. */
function idBytes(digits: string): Uint8Array {
  return fromHex(digits.startsWith('0x') ? digits : `0x${digits}`)
}

async function readBody(request: IncomingMessage, most: number): Promise<Uint8Array> {
  const tooLarge = new HttpError('http.body-too-large', `at most ${most} bytes`)
  if (Number(request.headers['content-length']) > most) throw tooLarge
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > most) throw tooLarge
      chunks.push(chunk)
    }
  } catch (error) {
    if (error === tooLarge) throw error
    throw new HttpError('http.bad-request', 'the request was broken off')
  }
  return new Uint8Array(Buffer.concat(chunks, length))
}
