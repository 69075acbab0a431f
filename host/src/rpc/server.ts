/** The RPC server: WebSocket and HTTP POST on one port, and what supervisors ask by GET. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { pingSockets } from '../ping-sockets.ts'
import { Allowance } from './allowance.ts'
import { type RefusedConnection, serveConnection } from './connection.ts'
import { type Dispatcher, dispatch, type OnSlow } from './dispatch.ts'
import { type HealthAnswer, health, readiness } from './health.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, RpcComponents } from './method.ts'
import type { SlowReaderLimits } from './outlet.ts'
import { RpcError } from './rpc-error.ts'
import { type MethodChoice, servedMethods } from './served-methods.ts'
import { WaitingCalls } from './waiting-calls.ts'

export interface RpcServerInit {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** `all` by default. */
  readonly methods?: MethodChoice
  readonly onFault: RpcCall['onFault']
  readonly onSlow?: OnSlow
  /** Told of connections that are refused or cut, and why. */
  readonly onRefused?: (reason: RefusedConnection) => void
  /** Those of `rpcLimits` by default. */
  readonly slowReaders?: SlowReaderLimits
}

export interface RpcServer extends AsyncDisposable {
  readonly port: number
}

/**
 * Serves until it is disposed of.
 * @throws the system's error if the port is taken
 * @example
 * await using server = await rpcServer({ host: '127.0.0.1', port: 9944, onFault })(components)
 */
export function rpcServer(init: RpcServerInit): (components: RpcComponents) => Promise<RpcServer> {
  const { host, port, onFault, onSlow = () => {}, onRefused = () => {}, slowReaders = rpcLimits } = init
  const methods = servedMethods(init.methods ?? 'all', host)
  return async (components) => {
    const call = {
      ...components,
      onFault,
      subscriptions: () => {
        throw new RpcError('rpc.needs-websocket', 'Subscriptions need a WebSocket', 'connect with ws:// to this port')
      },
    }
    const connections = new WeakMap<object, Pick<Dispatcher, 'allowance' | 'waiting'>>()
    const { httpRequestMs: requestTimeout, httpIdleMs: keepAliveTimeout, headerBytes: maxHeaderSize } = rpcLimits
    const http = createServer({ requestTimeout, keepAliveTimeout, maxHeaderSize }, (request, response) => {
      const source = request.socket
      const connection = connections.get(source) ?? { allowance: new Allowance(), waiting: new WaitingCalls() }
      connections.set(source, connection)
      const closed = new AbortController()
      response.on('close', () => {
        // With a reason, as else an exception is made with its stack.
        if (!response.writableFinished) closed.abort('the client has gone')
      })
      const dispatcher = { methods, call: { ...call, source, closed: closed.signal }, ...connection, onSlow }
      answerHttp(request, response, components, dispatcher).catch((cause: unknown) => {
        // Who breaks off while he sends is no fault of ours.
        if (request.complete) onFault('http', cause)
        response.destroy()
      })
    })
    http.maxConnections = rpcLimits.connections
    http.on('drop', () => onRefused('full'))
    const sockets = new WebSocketServer({
      server: http,
      maxPayload: rpcLimits.requestBytes,
      perMessageDeflate: false,
    })
    const served = { methods, onFault, onSlow, onRefused, slowReaders }
    sockets.on('connection', (socket) => serveConnection(socket, components, served))
    await new Promise<void>((resolve, reject) => {
      sockets.once('error', reject) // errors of `http` reach it too
      http.listen(port, host, resolve)
    })
    const stopPings = pingSockets(sockets, rpcLimits.pingMs)
    sockets.on('error', (cause) => onFault('socket', cause))
    return {
      port: (http.address() as AddressInfo).port,
      async [Symbol.asyncDispose]() {
        stopPings()
        for (const socket of sockets.clients) socket.terminate()
        sockets.close()
        const closed = new Promise((resolve) => http.close(resolve))
        http.closeAllConnections()
        await closed
      },
    }
  }
}

/** What a GET may ask for. */
const LOOKS: { readonly [path: string]: (components: RpcComponents) => HealthAnswer } = {
  '/health': health,
  '/health/readiness': readiness,
}

/** Any web page may read the chain: nothing here depends on who asks, and there are no cookies. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'content-type',
}

async function answerHttp(
  request: IncomingMessage,
  response: ServerResponse,
  components: RpcComponents,
  dispatcher: Dispatcher,
): Promise<void> {
  if (request.method === 'OPTIONS') return void response.writeHead(204, CORS).end()
  const look = request.method === 'GET' ? LOOKS[request.url ?? ''] : undefined
  if (look !== undefined) {
    const { status, body } = look(components)
    return respond(response, status, JSON.stringify(body))
  }
  if (request.method !== 'POST') {
    const error = new RpcError('rpc.invalid-request', 'JSON-RPC by POST', 'POST a request, or GET /health')
    return respond(response, 405, JSON.stringify({ jsonrpc: '2.0', id: null, error }))
  }
  const text = await readBody(request)
  if (text === undefined) {
    const error = new RpcError('rpc.invalid-request', `At most ${rpcLimits.requestBytes} bytes`)
    response.once('finish', () => request.destroy())
    return respond(response, 413, JSON.stringify({ jsonrpc: '2.0', id: null, error }))
  }
  const answer = await dispatch(text, dispatcher).answer
  if (answer === undefined) return void response.writeHead(204, CORS).end()
  respond(response, 200, answer)
}

/** @returns `undefined` if it is too long */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > rpcLimits.requestBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function respond(response: ServerResponse, status: number, json: string): void {
  if (response.destroyed) return // who asked did not wait
  response.writeHead(status, { ...CORS, 'content-type': 'application/json' }).end(json)
}
