/**
 * A TCP proxy that keeps every byte of every connection, for tests that look for what must not be there, and that breaks
 * connections, for tests of what comes through nevertheless.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { isWebSocket, webSocketPayloads } from './websocket-payloads.ts'

export interface RecordedConnection {
  readonly toTarget: Buffer
  readonly fromTarget: Buffer
}

export interface TrafficRecorder extends AsyncDisposable {
  /** Connect here instead of to the target. */
  readonly port: number
  /** All connections so far, closed ones included. */
  connections(): readonly RecordedConnection[]
  /**
   * Whether bytes passed: as they are, as hexadecimal text of either case, or in base64 of either alphabet; also within
   * masked WebSocket frames.
   */
  saw(needle: Uint8Array): boolean
  /**
   * Loses what passes next, so often, each time with the connection that it was on: requests that never arrived
   * (`toTarget`), or answers to what was done (`fromTarget`).
   */
  lose(direction: keyof RecordedConnection, times: number): void
  /** How often something is still to be lost. */
  readonly toLose: number
}

/** Bytes kept of all connections together: a whole study passes some 20 MB. */
const KEPT_BYTES = 536_870_912

interface Recording {
  readonly toTarget: Buffer[]
  readonly fromTarget: Buffer[]
}

/**
 * Starts a recorder in front of a port of this machine; the target may begin to listen later.
 *
 * @example
 * await using recorder = await recordTraffic(9944)
 * const client = connectTo(`ws://127.0.0.1:${recorder.port}`)
 * equal(recorder.saw(canary), false)
 */
export async function recordTraffic(targetPort: number): Promise<TrafficRecorder> {
  const recordings: Recording[] = []
  const sockets = new Set<Socket>()
  const losses = { toTarget: 0, fromTarget: 0 }
  let kept = 0

  function keep(into: Buffer[], chunk: Buffer): void {
    kept += chunk.length
    // Forgetting would make `saw` lie.
    if (kept > KEPT_BYTES) throw new RangeError('more traffic than the recorder keeps')
    into.push(chunk)
  }

  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1')
    const recording: Recording = { toTarget: [], fromTarget: [] }
    recordings.push(recording)
    for (const [from, to, direction] of [
      [client, target, 'toTarget'],
      [target, client, 'fromTarget'],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk: Buffer) => {
        keep(recording[direction], chunk)
        if (losses[direction] === 0) return
        losses[direction]--
        to.destroy() // before the pipe below gets the chunk
        from.destroy()
      })
      from.pipe(to)
      // An end that breaks off takes the other with it, as if there were no proxy.
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const connections = (): RecordedConnection[] =>
    recordings.map(({ toTarget, fromTarget }) => ({
      toTarget: Buffer.concat(toTarget),
      fromTarget: Buffer.concat(fromTarget),
    }))
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    saw: (needle) => connections().some((connection) => readable(connection).some((bytes) => holds(bytes, needle))),
    lose(direction, times) {
      losses[direction] += times
    },
    get toLose() {
      return losses.toTarget + losses.fromTarget
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function readable({ toTarget, fromTarget }: RecordedConnection): readonly Buffer[] {
  const raw = [toTarget, fromTarget]
  return isWebSocket(toTarget) ? [...raw, ...raw.map(webSocketPayloads)] : raw
}

/** Whether `needle` is in `bytes` in one of the forms in which bytes travel. */
export function holds(bytes: Buffer, needle: Uint8Array): boolean {
  const plain = Buffer.from(needle)
  const hex = plain.toString('hex')
  if (bytes.includes(plain) || bytes.includes(hex) || bytes.includes(hex.toUpperCase())) return true
  return base64Forms(plain).some((form) => bytes.includes(form))
}

/** Base64 depends on where in a group of three the bytes begin: the digits that the neighbours do not touch, each time. */
function base64Forms(plain: Buffer): readonly string[] {
  const forms: string[] = []
  for (const [before, firstDigit] of [
    [0, 0],
    [1, 2],
    [2, 3],
  ] as const) {
    const lead = Buffer.concat([Buffer.alloc(before), plain])
    const whole = Math.floor((lead.length * 8) / 6)
    const digits = lead.toString('base64').slice(firstDigit, whole)
    // Few digits are everywhere by chance.
    if (digits.length >= 8) forms.push(digits, digits.replaceAll('+', '-').replaceAll('/', '_'))
  }
  return forms
}
