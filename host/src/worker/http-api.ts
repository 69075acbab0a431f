/**
 * The HTTP API of a worker's host: sealed sessions (over WebSockets too), releases of keys and replies to the enclave, blobs
 * and snapshots to other hosts.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { HttpError } from './http-error.ts'
import { workerLimits } from './limits.ts'
import { type RequestBudget, requestBudget } from './request-budget.ts'
import { type Answer, answerRoute, type HttpApiComponents } from './routes.ts'
import { serveSessionSockets } from './session-sockets.ts'
import { codeOf, WorkerError } from './worker-error.ts'

export interface HttpApiInit {
  /** Address to listen on. */
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Milliseconds that only go up, for what a connection may ask in a while; those of this process by default. */
  readonly now?: () => number
}

export interface HttpApi extends AsyncDisposable {
  readonly port: number
}

/**
 * Listens; what it serves may come later, so that others learn the port early.
 *
 * @param components asked for at each request; `undefined` while the host is starting
 * @throws WorkerError `worker.cannot-listen`
 * @example
 * await using api = await listenHttp({ host: '127.0.0.1', port: 0 }, () => components)
 */
export async function listenHttp(
  { host, port, now = () => performance.now() }: HttpApiInit,
  components: () => HttpApiComponents | undefined,
): Promise<HttpApi> {
  const budgets = new WeakMap<Duplex, RequestBudget>()
  let working = 0

  async function admitted<T>(connection: Duplex, work: (parts: HttpApiComponents) => Promise<T>): Promise<T> {
    const budget = budgets.get(connection) ?? requestBudget(now)
    budgets.set(connection, budget)
    if (!budget.take()) throw new HttpError('http.too-many-requests', 'too many requests', 'ask more slowly')
    if (working >= workerLimits.concurrentRequests) throw new HttpError('http.busy', 'too busy', 'try again later')
    const parts = components()
    if (parts === undefined) throw new HttpError('http.enclave-unavailable', 'starting', 'try again in a second')
    working += 1
    try {
      return await work(parts)
    } finally {
      working -= 1
    }
  }

  const server = createServer(
    {
      maxHeaderSize: workerLimits.headerBytes,
      requestTimeout: workerLimits.requestMs,
      headersTimeout: workerLimits.requestMs,
      keepAliveTimeout: workerLimits.idleConnectionMs,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      admitted(request.socket, (parts) => answerRoute(request, parts)).then(
        (answered) => respond(response, answered),
        (error: unknown) => respondError(request, response, error, components()?.log),
      )
    },
  )
  server.maxConnections = workerLimits.connections
  server.on('clientError', (_, socket) => refuseBytes(socket as Socket))
  const endSockets = serveSessionSockets(server, { admitted, refusal: (error) => reported(error, components()?.log) })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const fix = 'give another --port, or end the process that uses it'
      reject(new WorkerError('worker.cannot-listen', { detail: `${host}:${port}`, fix, cause }))
    })
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      endSockets()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Any web page may use a worker: nothing here depends on who asks, and there are no cookies. */
const HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'content-type',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const

const TYPES = { bytes: 'application/octet-stream', json: 'application/json' } as const

function respond(response: ServerResponse, { type, body }: Answer): void {
  if (type === 'nothing') return void response.writeHead(204, HEADERS).end()
  response.writeHead(200, { ...HEADERS, 'content-type': TYPES[type], 'content-length': body.length }).end(body)
}

function respondError(request: IncomingMessage, response: ServerResponse, error: unknown, log?: Logger): void {
  const refused = reported(error, log)
  const body = Buffer.from(refused.body())
  const headers = { ...HEADERS, 'content-type': TYPES.json, 'content-length': body.length }
  // Whoever sends too much is not read to the end.
  if (!request.complete) response.once('finish', () => request.destroy())
  response.writeHead(refused.status, request.complete ? headers : { ...headers, connection: 'close' }).end(body)
}

/** What the client gets; a fault of ours is logged too. */
function reported(error: unknown, log?: Logger): HttpError {
  const refused = asHttpError(error)
  if (refused.status === 500) log?.error({ code: codeOf(error), err: error }, 'request failed')
  return refused
}

function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (!(error instanceof WorkerError)) return new HttpError('http.internal', 'the host failed')
  switch (error.code) {
    case 'worker.enclave-refused':
      return new HttpError('http.enclave-refused', 'the enclave refused', undefined, error.refusal)
    case 'worker.enclave-timeout':
      return new HttpError('http.enclave-timeout', 'the enclave did not answer in time', 'try again, or another worker')
    case 'worker.enclave-busy':
      return new HttpError('http.busy', 'the enclave is busy', 'try again later')
    case 'worker.enclave-unavailable':
    case 'worker.node-unavailable':
    case 'worker.stopped':
      return new HttpError('http.enclave-unavailable', 'the enclave is not running', 'try again, or another worker')
    default:
      return new HttpError('http.internal', 'the host failed')
  }
}

/** Bytes that are no HTTP: an answer by hand, and the end of the connection. */
function refuseBytes(socket: Socket): void {
  if (!socket.writable) return void socket.destroy()
  const body = new HttpError('http.bad-request', 'this is not HTTP/1.1').body()
  const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: ${TYPES.json}\r\nContent-Length: ${body.length}\r\nConnection: close`
  socket.end(`${head}\r\n\r\n${body}`)
}
