/**
 * Sessions over WebSockets, `GET /session`: binary frames are what the HTTP API has as bodies. The first frame names the
 * session: an encapsulation opens one, and its id comes back; an id goes on with one. Every later frame is a sealed
 * message, and its answer, in whatever order, begins with the same counter. A refusal is a text frame
 * `{ code, message, fix?, counter? }`, the same as over HTTP.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { counterOf, ENCAPSULATION_LENGTH, SESSION_WINDOW } from '@pha/core/crypto'
import { limits } from '@pha/core/protocol'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { pingSockets } from '../ping-sockets.ts'
import { Outlet } from '../rpc/outlet.ts'
import { HttpError } from './http-error.ts'
import { workerLimits } from './limits.ts'
import type { HttpApiComponents } from './routes.ts'

export interface SessionSocketsComponents {
  /** Runs work for a connection within the bounds of the host, or refuses with an HttpError. */
  readonly admitted: <T>(connection: Duplex, work: (parts: HttpApiComponents) => Promise<T>) => Promise<T>
  /** What a client gets for an error. */
  readonly refusal: (error: unknown) => HttpError
}

const ID_LENGTH = 32
/** An answer to a socket that reads slowly waits here; a client has at most a window of them. */
const OUTLET_LIMITS = {
  drainedBytes: limits.sessionMessage,
  stopFollowsBytes: Number.POSITIVE_INFINITY,
  unsentBytes: 2 * SESSION_WINDOW * limits.sessionMessage,
  stalledMs: workerLimits.stalledSocketMs,
} as const

/**
 * @returns what ends all sockets
 * @example
 * const end = serveSessionSockets(server, { admitted, refusal })
 */
export function serveSessionSockets(server: Server, components: SessionSocketsComponents): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.sessionMessage,
    perMessageDeflate: false, // compressed lengths would tell of what was padded away
  })
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    serveSocket(socket, request.socket, components)
  })
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    if (request.url === '/session') {
      sockets.handleUpgrade(request, connection, head, (socket) => sockets.emit('connection', socket, request))
      return
    }
    const body = new HttpError('http.bad-path', 'sessions are at /session').body()
    connection.end(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`)
  })
  const stopPings = pingSockets(sockets, workerLimits.pingMs)
  return () => {
    stopPings()
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
  }
}

function serveSocket(socket: WebSocket, connection: Duplex, { admitted, refusal }: SessionSocketsComponents): void {
  const outlet = new Outlet(socket, { limits: OUTLET_LIMITS, onOverload: () => {}, onCut: () => {} })
  const silent = setTimeout(() => socket.terminate(), workerLimits.requestMs)
  let session: Uint8Array | undefined
  let opening = false
  let inWork = 0

  function refuse(error: unknown, counter?: number): void {
    const { code, message, fix } = refusal(error)
    outlet.send(JSON.stringify({ code, message, fix, counter }))
  }

  /** Frames before an id was told can't belong to a session. */
  async function open(frame: Uint8Array): Promise<void> {
    if (opening) throw new HttpError('http.bad-request', 'wait for the id of the session')
    if (frame.length !== ENCAPSULATION_LENGTH) {
      throw new HttpError('http.wrong-length', `an encapsulation has ${ENCAPSULATION_LENGTH} bytes, an id ${ID_LENGTH}`)
    }
    opening = true
    session = await admitted(connection, ({ enclave }) => enclave.request({ type: 'OpenSession', value: frame }))
    outlet.send(session)
  }

  async function carry(id: Uint8Array, message: Uint8Array): Promise<void> {
    const answer = await admitted(connection, async ({ enclave, seen }) => {
      seen.record('to-enclave', 'session-message', message)
      const sealed = await enclave.request({ type: 'SessionMessage', value: { session: id, message } })
      seen.record('from-enclave', 'session-answer', sealed)
      return sealed
    })
    outlet.send(answer)
  }

  socket.on('message', (data: RawData, isBinary: boolean) => {
    clearTimeout(silent)
    const frame = isBinary ? bytesOf(data) : undefined
    // No honest client has more than a window of requests without an answer, or anything to say in text.
    if (frame === undefined || inWork >= SESSION_WINDOW) return socket.close(POLICY_VIOLATION)
    // There is no work in this: a whole window of messages may come with it.
    if (session === undefined && !opening && frame.length === ID_LENGTH) {
      session = frame
      return
    }
    inWork++
    const counter = session === undefined ? undefined : counterOf(frame)
    const work = session === undefined ? open(frame) : carry(session, frame)
    work
      .catch((error: unknown) => refuse(error, counter))
      .finally(() => {
        inWork--
      })
  })
  socket.on('close', () => clearTimeout(silent))
  socket.on('error', () => socket.terminate()) // a frame that is too long, or none at all
}

/** RFC 6455, section 7.4.1. */
const POLICY_VIOLATION = 1008

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data))
  // A copy: the library's buffer may be a part of what came with it.
  return new Uint8Array(data)
}
