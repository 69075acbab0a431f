/** What strangers may send to a worker's host. */
import { request } from 'node:http'
import { connect } from 'node:net'
import { toHex } from '@pha/core/codec'
import type { Random } from '../../campaigns/scale/random.ts'

export interface HttpCase {
  readonly method: string
  readonly path: string
  readonly body?: Uint8Array | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly body: Buffer
}

const ROUTES = [
  'session',
  'session/ID',
  'key-release',
  'reply/ID/1',
  'blob/CID',
  'snapshot/ID',
  'status',
  'seen',
] as const

/** All routes with verbs, names and sizes that they do not take. */
export function httpCases(random: Random, count: number): readonly HttpCase[] {
  const id = (): string =>
    random.pick([
      () => toHex(random.bytes(32)),
      () => toHex(random.bytes(32)).slice(2),
      () => toHex(random.bytes(random.below(40))),
      () => '..%2f..%2f',
      () => '%00%ff%zz',
      () => 'a'.repeat(random.below(300)),
      () => `${random.below(2 ** 32)}`.repeat(4),
    ])()
  const path = (): string =>
    `/${random.pick(ROUTES)}`
      .replace('ID', id)
      .replace('CID', () => `b${'a'.repeat(random.below(80))}`)
      .replace(/1$/, () => random.pick(['-1', '1e3', '18446744073709551616', '0x1', '1', '']))
  const body = (): Uint8Array => random.bytes(random.pick([0, 1, 32, 1_119, 1_120, 1_121, 5_000, 90_001]))
  return Array.from({ length: count }, () => {
    const method = random.pick(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'])
    return { method, path: path(), body: method === 'GET' || method === 'HEAD' ? undefined : body() }
  })
}

/** One request as it is, without the mending that `fetch` does to paths. */
export function ask(port: number, { method, path, body }: HttpCase): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method, path, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }))
      response.on('error', reject)
    })
    // Who sends too much is cut off, sometimes after the answer.
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Writes bytes to a port, and gives what came back until the other side closed, or after a moment. */
export function sendRaw(port: number, bytes: Uint8Array | string): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const end = (): void => {
      socket.destroy()
      resolve(Buffer.concat(chunks))
    }
    socket.setTimeout(200, end)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', end)
    socket.on('close', end)
  })
}

/** Bytes that are no HTTP, or too much of it. */
export function rawCases(random: Random, count: number): readonly (Uint8Array | string)[] {
  return [
    ...Array.from({ length: count }, () => random.bytes(1 + random.below(300))),
    `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
    `GET /status HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
    `GET /status HTTP/1.1\r\n${'A: b\r\n'.repeat(5_000)}\r\n`,
    'POST /session HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n',
    'POST /session HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
    'POST /session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\nabcd',
    'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 99\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  ]
}

const UPGRADE =
  'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

/** A WebSocket's handshake, and then frames that break RFC 6455. */
export function brokenFrames(random: Random, count: number): readonly Buffer[] {
  const frames = [
    Buffer.from([0x81, 0x05, 1, 2, 3, 4, 5]), // not masked
    Buffer.from([0xf1, 0x80, 0, 0, 0, 0]), // reserved bits
    Buffer.from([0x83, 0x80, 0, 0, 0, 0]), // reserved opcode
    Buffer.from([0x81, 0xff, 0x7f, ...Array(7).fill(0xff), 0, 0, 0, 0]), // 2^63 bytes
    Buffer.from([0x80, 0x80, 0, 0, 0, 0]), // continues nothing
    Buffer.from([0x89, 0xfe, 1, 0, 0, 0, 0, 0]), // a ping that is too long
    Buffer.from([0x88, 0x81, 0, 0, 0, 0, 1]), // a close of one byte
    Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), // no UTF-8
    ...Array.from({ length: count }, () => Buffer.from(random.bytes(1 + random.below(200)))),
  ]
  return frames.map((frame) => Buffer.concat([Buffer.from(UPGRADE), frame]))
}
