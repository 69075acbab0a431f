import { deepEqual, equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { SESSION_WINDOW } from '@pha/core/crypto'
import { limits } from '@pha/core/protocol'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { listenHttp } from './http-api.ts'
import { workerLimits } from './limits.ts'
import type { HttpApiComponents } from './routes.ts'
import { Seen } from './seen.ts'
import { WorkerError } from './worker-error.ts'

const ID = new Uint8Array(32).fill(7)

function handshake(path: string): string {
  return (
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
  )
}

/** A message of a session, as far as a host can tell. */
function message(counter: number, length = 300): Uint8Array {
  const bytes = new Uint8Array(length).fill(counter)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(counter), true)
  return bytes
}

/** A host whose enclave answers as it is told to. */
async function host(answer: (message: Uint8Array) => Promise<Uint8Array> = async (bytes) => bytes) {
  const sessions: string[] = []
  const components = {
    enclave: {
      request: async ({ type, value }: { type: string; value: { session: Uint8Array; message: Uint8Array } }) => {
        if (type === 'OpenSession') return ID
        sessions.push(Buffer.from(value.session).toString('hex'))
        return answer(value.message)
      },
    },
    seen: new Seen(Date.now),
    log: pino({ level: 'silent' }),
  } as unknown as HttpApiComponents
  // Time stands still, so that no budget fills again while it is used up.
  const api = await listenHttp({ host: '127.0.0.1', port: 0, now: () => 0 }, () => components)
  return { api, sessions, url: `ws://127.0.0.1:${api.port}/session` }
}

class Client {
  readonly socket: WebSocket
  readonly frames: (Uint8Array | { code: string; counter?: number })[] = []
  #told: () => void = () => {}

  constructor(url: string) {
    this.socket = new WebSocket(url)
    this.socket.on('error', () => {})
    this.socket.on('message', (data, isBinary) => {
      this.frames.push(isBinary ? new Uint8Array(data as Buffer) : JSON.parse(String(data)))
      this.#told()
    })
  }

  async next(): Promise<Uint8Array | { code: string; counter?: number }> {
    while (this.frames.length === 0) {
      await new Promise<void>((resolve) => {
        this.#told = resolve
      })
    }
    return this.frames.shift() as Uint8Array
  }

  static async open(url: string, first: Uint8Array = new Uint8Array(1120)): Promise<Client> {
    const client = new Client(url)
    await once(client.socket, 'open')
    client.socket.send(first)
    return client
  }
}

describe('sessions over a WebSocket', () => {
  it('are opened by an encapsulation, gone on with by their id, and answered as answers come', async () => {
    const waiting: ((value: unknown) => void)[] = []
    const { api, url, sessions } = await host(async (bytes) => {
      await new Promise((resolve) => waiting.push(resolve))
      return bytes
    })
    await using _ = api
    const client = await Client.open(url)
    deepEqual(await client.next(), ID)
    for (const counter of [0, 1, 2]) client.socket.send(message(counter))
    while (waiting.length < 3) await sleep(1)
    for (const counter of [2, 0, 1]) {
      waiting[counter]?.(undefined)
      deepEqual(await client.next(), message(counter))
    }
    client.socket.terminate()
    const again = await Client.open(url, new Uint8Array(32).fill(9))
    again.socket.send(message(3))
    while (waiting.length < 4) await sleep(1)
    waiting[3]?.(undefined)
    deepEqual(await again.next(), message(3))
    deepEqual(sessions, [...Array(3).fill('07'.repeat(32)), '09'.repeat(32)])
    again.socket.terminate()
  })

  it('may send a whole window with the id that they go on with', async () => {
    const { api } = await host()
    await using _ = api
    const messages = Array.from({ length: SESSION_WINDOW }, (_, counter) => message(counter, 50))
    const socket = connect(api.port, '127.0.0.1')
    // Masked by zeros, and all of it in one read of the host.
    const frames = [ID, ...messages].flatMap((bytes) => [0x82, 0x80 | bytes.length, 0, 0, 0, 0, ...bytes])
    socket.write(Buffer.concat([Buffer.from(handshake('/session')), Buffer.from(frames)]))
    const expected = Buffer.from(messages.flatMap((bytes) => [0x82, bytes.length, ...bytes]))
    let received = Buffer.alloc(0)
    const answers = () => received.subarray(received.indexOf('\r\n\r\n') + 4)
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk])
      if (answers().length >= expected.length) break
    }
    deepEqual(answers(), expected)
  })

  it('say which request was refused, and with what', async () => {
    const { api, url } = await host(async () => {
      throw new WorkerError('worker.enclave-refused', { refusal: 'session.closed' })
    })
    await using _ = api
    const client = await Client.open(url, ID)
    client.socket.send(message(5))
    deepEqual(await client.next(), { code: 'session.closed', message: 'the enclave refused', counter: 5 })
    client.socket.terminate()
  })

  it('refuse a first frame that names no session', async () => {
    const { api, url } = await host()
    await using _ = api
    for (const length of [0, 1, 31, 33, 1119, 1121]) {
      const client = await Client.open(url, new Uint8Array(length))
      equal(((await client.next()) as { code: string }).code, 'http.wrong-length')
      client.socket.terminate()
    }
    const hasty = await Client.open(url)
    hasty.socket.send(message(0))
    const answers = [await hasty.next(), await hasty.next()]
    equal(answers.filter((frame) => 'code' in frame && frame.code === 'http.bad-request').length, 1)
    hasty.socket.terminate()
  })

  it('end for who has more in flight than a session can, sends text, or too much at once', async () => {
    const { api, url } = await host(() => new Promise(() => {}))
    await using _ = api
    const cases: readonly ((socket: WebSocket) => void)[] = [
      (socket) => {
        for (let i = 0; i <= SESSION_WINDOW; i++) socket.send(message(i))
      },
      (socket) => socket.send('{"jsonrpc":"2.0"}'),
      (socket) => socket.send(new Uint8Array(limits.sessionMessage + 1)),
    ]
    const codes = []
    for (const misbehave of cases) {
      const client = await Client.open(url, ID)
      misbehave(client.socket)
      const [code] = await once(client.socket, 'close')
      codes.push(code)
    }
    deepEqual(codes, [1008, 1008, 1009])
  })

  it('are slowed down by the same budget as requests of a connection', async () => {
    const { api, url } = await host()
    await using _ = api
    const client = await Client.open(url, ID)
    const codes = new Set<string>()
    for (let sent = 0; sent <= workerLimits.requestBurst; sent += SESSION_WINDOW) {
      for (let i = 0; i < SESSION_WINDOW; i++) client.socket.send(message(sent + i))
      for (let i = 0; i < SESSION_WINDOW; i++) {
        const frame = await client.next()
        if ('code' in frame) codes.add(frame.code)
      }
    }
    deepEqual([...codes], ['http.too-many-requests'])
    client.socket.terminate()
  })

  it('are at one path, and nowhere else', async () => {
    const { api } = await host()
    await using _ = api
    for (const path of ['/', '/session/', '/session/00', '/status', '/session?x']) {
      const socket = connect(api.port, '127.0.0.1')
      socket.write(handshake(path))
      const [data] = await once(socket, 'data')
      match(String(data), /^HTTP\/1\.1 404 /)
      socket.destroy()
    }
  })
})
