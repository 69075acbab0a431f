/** For tests: a JSON-RPC client over one WebSocket that keeps every message in order, and a node to ask. */
import { once } from 'node:events'
import { after } from 'node:test'
import { WebSocket } from 'ws'
import type { Node } from '../node/index.ts'
import { startTestNode } from '../node/test-node.ts'

export interface RpcAnswer {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data: { readonly code: string } }
}

/** An event of a subscription, with whatever fields it has. */
export interface RpcEvent {
  readonly event: string
  readonly [field: string]: unknown
}

export interface TestClient extends AsyncDisposable {
  readonly socket: WebSocket
  ask(method: string, ...params: unknown[]): Promise<RpcAnswer>
  /** The next event of a subscription that nobody took yet and that `isWanted`; those before it are dropped. */
  event(subscription: string, isWanted?: (event: RpcEvent) => boolean): Promise<RpcEvent>
  /** Everything that was received, as parsed. */
  readonly received: readonly object[]
}

interface Notification {
  readonly params: { readonly subscription: string; readonly result: RpcEvent }
}

/** For all tests of a file: a node and a client of it, which end after them. */
export async function nodeWithClient(): Promise<{ readonly node: Node; readonly client: TestClient }> {
  const node = await startTestNode()
  const client = await testClient(node.port)
  after(async () => {
    await client[Symbol.asyncDispose]()
    await node[Symbol.asyncDispose]()
  })
  return { node, client }
}

export async function testClient(port: number): Promise<TestClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`)
  await once(socket, 'open')
  const received: object[] = []
  const answers = new Map<unknown, (answer: RpcAnswer) => void>()
  const events = new Map<string, RpcEvent[]>()
  let arrived = Promise.withResolvers<void>()
  let lastId = 0
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString()) as RpcAnswer & Partial<Notification>
    received.push(message)
    if (message.params === undefined) answers.get(message.id)?.(message)
    else {
      const { subscription, result } = message.params
      events.set(subscription, [...(events.get(subscription) ?? []), result])
      arrived.resolve()
      arrived = Promise.withResolvers()
    }
  })
  return {
    socket,
    received,
    ask(method, ...params) {
      const id = ++lastId
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
      return new Promise((resolve) => answers.set(id, resolve))
    },
    async event(subscription, isWanted = () => true) {
      for (;;) {
        const waiting = events.get(subscription) ?? []
        const found = waiting.findIndex(isWanted)
        if (found >= 0) {
          events.set(subscription, waiting.slice(found + 1))
          return waiting[found] as RpcEvent
        }
        await arrived.promise
      }
    },
    async [Symbol.asyncDispose]() {
      if (socket.readyState === WebSocket.CLOSED) return
      socket.terminate()
      await once(socket, 'close')
    },
  }
}
