import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws'
import { type JsonRpc, jsonRpc } from './json-rpc.ts'

type Handler = (request: { id: number; method: string; params: unknown[] }, socket: ServerSocket) => void

async function listen(handler: Handler) {
  let current: Handler | undefined = handler
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, verifyClient: () => current !== undefined })
  server.on('connection', (socket) => socket.on('message', (data) => current?.(JSON.parse(String(data)), socket)))
  await new Promise((resolve) => server.once('listening', resolve))
  const cut = () => {
    for (const socket of server.clients) socket.terminate()
  }
  return {
    port: (server.address() as AddressInfo).port,
    /** Ends all connections and takes no other; the port is kept, so that no other process has it in between. */
    kill() {
      current = undefined
      cut()
    },
    restart(next: Handler) {
      current = next
    },
    async stop() {
      cut()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Of those that no system hands out, and no program uses. */
const NOBODYS_PORT = 2

const echo: Handler = ({ id, params }, socket) => socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: params }))
const soon = () => AbortSignal.timeout(20_000)

async function withRpc(port: number, unreachableMs: number, work: (rpc: JsonRpc) => Promise<void>): Promise<void> {
  const rpc = jsonRpc({ url: `ws://127.0.0.1:${port}`, WebSocket, unreachableMs })
  try {
    await work(rpc)
  } finally {
    rpc.close()
  }
}

describe('the connection to a node', () => {
  it('matches answers to requests, also when they come in another order', async () => {
    const held: (() => void)[] = []
    const server = await listen((request, socket) => {
      held.push(() => echo(request, socket))
      if (held.length === 3) for (const answer of held.reverse()) answer()
    })
    await withRpc(server.port, 10_000, async (rpc) => {
      const answers = await Promise.all([1, 2, 3].map((n) => rpc.request('echo', [n], soon())))
      deepEqual(answers, [[1], [2], [3]])
    })
    await server.stop()
  })

  it('asks again after the node was killed and restarted, without the caller noticing', async () => {
    const silent = await listen(() => {})
    await withRpc(silent.port, 10_000, async (rpc) => {
      const answer = rpc.request('echo', ['still here'], soon())
      while (rpc.connections === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      silent.kill()
      silent.restart(echo)
      deepEqual(await answer, ['still here'])
      equal(rpc.connections, 2)
    })
    await silent.stop()
  })

  it('subscribes anew on each connection', async () => {
    let subscribed = 0
    const handler: Handler = ({ id, method }, socket) => {
      if (method === 'subscribe') subscribed++
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: 's' }))
      socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'news', params: { subscription: 's', result: subscribed } }))
    }
    const server = await listen(handler)
    await withRpc(server.port, 10_000, async (rpc) => {
      const news: unknown[] = []
      rpc.subscribe('subscribe', 'news', (result) => news.push(result))
      while (news.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      server.kill()
      server.restart(handler)
      while (!news.includes(2)) await new Promise((resolve) => setTimeout(resolve, 5))
    })
    await server.stop()
  })

  it('says that nobody is there, with what to do about it', async () => {
    await withRpc(NOBODYS_PORT, 150, async (rpc) => {
      await rejects(rpc.request('echo', [], soon()), { code: 'sdk.unreachable', fix: /pha dev/ })
    })
  })

  it('ends a wait when asked to, and when its time is over', async () => {
    const silent = await listen(() => {})
    await withRpc(silent.port, 10_000, async (rpc) => {
      const stop = new AbortController()
      const waiting = rpc.request('echo', [], stop.signal)
      stop.abort(new Error('enough'))
      await rejects(waiting, /enough/)
      await rejects(rpc.request('echo', [], AbortSignal.timeout(50)), { code: 'sdk.timeout' })
    })
    await silent.stop()
  })

  it("passes the node's errors on with their code", async () => {
    const server = await listen(({ id }, socket) =>
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, error: { code: 1010, message: 'Invalid Transaction: Stale' } })),
    )
    await withRpc(server.port, 10_000, async (rpc) => {
      await rejects(rpc.request('x', [], soon()), { code: 'sdk.rpc-failed', rpcCode: 1010, message: /Stale/ })
    })
    await server.stop()
  })

  it('drops a peer that speaks something else, and tries again', async () => {
    let connections = 0
    const server = await listen((request, socket) =>
      ++connections === 1 ? socket.send('<html>') : echo(request, socket),
    )
    await withRpc(server.port, 10_000, async (rpc) => {
      deepEqual(await rpc.request('echo', [1], soon()), [1])
      equal(rpc.connections, 2)
    })
    await server.stop()
  })

  it('holds back what a node would be flooded by', async () => {
    let waiting = 0
    let most = 0
    const server = await listen((request, socket) => {
      most = Math.max(most, ++waiting)
      setTimeout(() => {
        waiting--
        echo(request, socket)
      }, 5)
    })
    await withRpc(server.port, 10_000, async (rpc) => {
      const answers = await Promise.all(Array.from({ length: 600 }, (_, n) => rpc.request('echo', [n], soon())))
      deepEqual(answers.at(-1), [599])
    })
    equal(most <= 256, true)
    await server.stop()
  })

  it('rejects what waits when it is closed', async () => {
    const silent = await listen(() => {})
    await withRpc(silent.port, 10_000, async (rpc) => {
      const waiting = rpc.request('echo', [], soon())
      rpc.close()
      await rejects(waiting, { code: 'sdk.closed' })
      await rejects(rpc.request('echo', [], soon()), { code: 'sdk.closed' })
    })
    await silent.stop()
  })
})
