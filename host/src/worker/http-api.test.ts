import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { utf8Encode } from '@pha/core/codec'
import { cidOf, encodeFrame, Frame, HostRequest, HostResponse, limits, SignedRelease } from '@pha/core/protocol'
import fc from 'fast-check'
import { pino } from 'pino'
import { cidText, openBlobStore, openSnapshotIndex } from '../blobs/index.ts'
import { EnclaveChannel } from './enclave-channel.ts'
import { type HttpApi, listenHttp } from './http-api.ts'
import { workerLimits } from './limits.ts'
import type { HttpApiComponents } from './routes.ts'
import { Seen } from './seen.ts'

const contract = 'ab'.repeat(32)
const blob = utf8Encode('ciphertext')

describe('the HTTP API of a worker', () => {
  let folder: string
  let api: HttpApi
  let base: string
  let nowMs = 0
  const seen = new Seen(Date.now)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pha-http-'))
    const blobs = await openBlobStore(join(folder, 'blobs'))
    await blobs.put(cidOf(blob), blob)
    const snapshots = await openSnapshotIndex(join(folder, 'snapshots'))
    await snapshots.keep(new Uint8Array(32).fill(0xab), { batch: 3, cid: cidOf(blob) })
    const components: HttpApiComponents = {
      enclave: answeringEnclave(),
      blobs,
      snapshots,
      seen,
      showSeen: () => seen.report(),
      status: async () => ({ role: 'worker' }),
      log: pino({ level: 'silent' }),
    }
    api = await listenHttp({ host: '127.0.0.1', port: 0, now: () => nowMs }, () => components)
    base = `http://127.0.0.1:${api.port}`
  })
  after(async () => {
    await api[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  it('carries sessions, releases, replies, blobs and snapshots', async () => {
    equal(release(1).length, limits.signedRelease)
    const opened = await fetch(`${base}/session`, { method: 'POST', body: new Uint8Array(1120) })
    deepEqual(new Uint8Array(await opened.arrayBuffer()), new Uint8Array(32).fill(1))
    const answer = await fetch(`${base}/session/${contract}`, { method: 'POST', body: 'question' })
    equal(await answer.text(), 'question')
    const taken = await fetch(`${base}/key-release`, { method: 'POST', body: release(1) })
    deepEqual([taken.status, await taken.text()], [200, ''])
    equal(await (await fetch(`${base}/reply/${contract}/7`)).text(), 'reply 7')
    deepEqual(new Uint8Array(await (await fetch(`${base}/blob/${cidText(cidOf(blob))}`)).arrayBuffer()), blob)
    deepEqual(await (await fetch(`${base}/snapshot/${contract}`)).json(), { batch: 3, cid: cidText(cidOf(blob)) })
    deepEqual(await (await fetch(`${base}/status`)).json(), { role: 'worker' })
  })

  it('lets web pages of any origin use it', async () => {
    for (const [method, path] of [
      ['OPTIONS', '/session'],
      ['GET', '/status'],
      ['GET', '/nowhere'],
    ] as const) {
      const response = await fetch(base + path, { method })
      equal(response.headers.get('access-control-allow-origin'), '*')
      await response.arrayBuffer()
    }
  })

  it('shows what the host saw as sizes and first bytes, labelled as a look for developers', async () => {
    const { label, totals, latest } = await (await fetch(`${base}/seen`)).json()
    match(label, /^DEVELOPMENT/)
    ok(totals['to-enclave session-message'].count >= 1)
    deepEqual(
      latest.find(({ kind }: { kind: string }) => kind === 'session-message').preview,
      `0x${Buffer.from('question').toString('hex')}`,
    )
  })

  it('answers what is not there, or not so, with a coded error', async () => {
    const answers: readonly (readonly [number, string, string, string, Uint8Array?])[] = [
      [404, 'http.bad-path', 'GET', '/'],
      [404, 'http.bad-path', 'GET', `/${'x'.repeat(1_000)}`],
      [404, 'http.bad-path', 'GET', '/blob/../../../../etc/passwd'],
      [404, 'http.bad-path', 'GET', '/blob/..%2f..%2fetc%2fpasswd'],
      [404, 'http.bad-path', 'GET', `/blob/${'a'.repeat(59)}`],
      [404, 'http.not-found', 'GET', `/blob/${cidText(cidOf(utf8Encode('unknown')))}`],
      [404, 'http.not-found', 'GET', `/snapshot/${'cd'.repeat(32)}`],
      [404, 'http.not-found', 'GET', `/reply/${contract}/0`],
      [404, 'http.bad-path', 'GET', `/reply/${contract}/-1`],
      [404, 'http.bad-path', 'GET', `/reply/${contract}/99999999999999999999`],
      [404, 'http.bad-path', 'GET', `/reply/${contract.slice(2)}/1`],
      [405, 'http.wrong-method', 'GET', '/session'],
      [405, 'http.wrong-method', 'DELETE', `/blob/${cidText(cidOf(blob))}`],
      [400, 'http.wrong-length', 'POST', '/session', new Uint8Array(1119)],
      [413, 'http.body-too-large', 'POST', '/session', new Uint8Array(1121)],
      [413, 'http.body-too-large', 'POST', `/session/${contract}`, new Uint8Array(limits.sessionMessage + 1)],
      [405, 'http.wrong-method', 'GET', '/key-release'],
      [400, 'http.bad-request', 'POST', '/key-release', new Uint8Array(0)],
      [400, 'http.bad-request', 'POST', '/key-release', release(1).slice(0, -1)],
      [400, 'http.bad-request', 'POST', '/key-release', Uint8Array.of(...release(1, 1392), 0)],
      [413, 'http.body-too-large', 'POST', '/key-release', new Uint8Array(limits.signedRelease + 1)],
      [422, 'key.not-awaited', 'POST', '/key-release', release(2)],
      [422, 'session.closed', 'POST', `/session/${'00'.repeat(32)}`, utf8Encode('x')],
    ]
    for (const [status, code, method, path, body] of answers) {
      const answer = await rawRequest(method, path, body)
      deepEqual([answer.status, JSON.parse(answer.body).code], [status, code], `${method} ${path}`)
    }
  })

  it('does not wait for the end of a body that is too long', async () => {
    const answer = await rawRequest('POST', `/session/${contract}`, undefined, async (write) => {
      for (let sent = 0; sent < 64; sent++) await write(new Uint8Array(65_536))
    })
    equal(JSON.parse(answer.body).code, 'http.body-too-large')
  })

  it('survives bytes that are no HTTP', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 512 }), async (bytes) => {
        await sendBytes(bytes)
      }),
      { numRuns: 50 },
    )
    for (const text of [
      'GET / HTTP/1.1\r\n\r\n',
      'POST /session HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n',
      `GET /${'x'.repeat(20_000)}`,
    ]) {
      match(await sendBytes(utf8Encode(text)), /^HTTP\/1\.1 4\d\d /)
    }
    equal((await fetch(`${base}/status`)).status, 200)
  })

  it('slows down a connection that asks too much, and no other', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = async () => (await rawRequest('GET', '/nowhere', undefined, undefined, agent)).status
    for (let i = 0; i < workerLimits.requestBurst; i++) equal(await ask(), 404)
    equal(await ask(), 429)
    equal((await fetch(`${base}/status`)).status, 200)
    nowMs += 10
    for (let i = 0; i < workerLimits.requestsPerSecond / 100; i++) equal(await ask(), 404)
    equal(await ask(), 429)
    agent.destroy()
  })

  it('says so while it is starting', async () => {
    await using starting = await listenHttp({ host: '127.0.0.1', port: 0 }, () => undefined)
    const response = await fetch(`http://127.0.0.1:${starting.port}/status`)
    deepEqual([response.status, (await response.json()).code], [503, 'http.enclave-unavailable'])
  })

  /** Sends what `fetch` would tidy up. */
  function rawRequest(
    method: string,
    path: string,
    body?: Uint8Array,
    stream?: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
    agent?: Agent,
  ): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: api.port, method, path, ...(agent && { agent }) }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
        response.on('error', reject)
      })
      sent.on('error', reject)
      if (stream === undefined) sent.end(body)
      // The server ends the connection in the middle, which is what is tested.
      else
        void stream((chunk) => new Promise((written) => void sent.write(chunk, () => written()))).then(() => sent.end())
    })
  }

  function sendBytes(bytes: Uint8Array): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(api.port, '127.0.0.1')
      let text = ''
      socket.setEncoding('latin1').on('data', (chunk) => {
        text += chunk
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(text))
      socket.end(bytes)
    })
  }
})

/** A channel whose other end answers by simple rules: the API is tested through the real frames. */
function answeringEnclave(): EnclaveChannel {
  const [toHost, toEnclave] = [new PassThrough(), new PassThrough()]
  toEnclave.on('data', (frame: Uint8Array) => {
    const { id, body } = Frame.decode(new Uint8Array(frame).slice(4))
    if (body.type !== 'Request') return
    toHost.write(encodeFrame(Frame.encode({ id, body: rule(HostRequest.decode(body.value)) })))
  })
  return new EnclaveChannel({ input: toHost, output: toEnclave, serve: async () => new Uint8Array() })
}

function rule(request: HostRequest): Frame['body'] {
  switch (request.type) {
    case 'OpenSession':
      return { type: 'Response', value: HostResponse.OpenSession.encode(new Uint8Array(32).fill(1)) }
    case 'SessionMessage':
      return request.value.session.every((byte) => byte === 0)
        ? { type: 'Failure', value: 'session.closed' }
        : { type: 'Response', value: HostResponse.SessionMessage.encode(request.value.message) }
    case 'KeyReleased':
      return request.value.release.index === 1
        ? { type: 'Response', value: HostResponse.KeyReleased.encode(undefined) }
        : { type: 'Failure', value: 'key.not-awaited' }
    case 'Reply': {
      const { sequence } = request.value
      const reply = sequence === 0n ? undefined : utf8Encode(`reply ${sequence}`)
      return { type: 'Response', value: HostResponse.Reply.encode(reply) }
    }
    default:
      return { type: 'Failure', value: 'enclave.unsupported' }
  }
}

/** A release, of the largest size if nothing is said. */
function release(index: number, sealed = 4096): Uint8Array<ArrayBuffer> {
  const hash = new Uint8Array(32)
  const name = { worker: hash, contract: hash, root: 1, epoch: 0, sharing: 1, index }
  const content = { recipient: hash, commitment: hash, sealed: new Uint8Array(sealed) }
  const signed = { release: { ...name, ...content }, signature: new Uint8Array(64) }
  return Uint8Array.from(SignedRelease.encode(signed))
}
