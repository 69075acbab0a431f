/**
 * The enclave's end of the one channel to its host: frames over a pipe, requests in both directions, answers matched by
 * id. Every byte that comes in is hostile: a frame that can't be read ends the channel with a coded error, a request or
 * answer that can't be read is refused by itself.
 */
import type { Readable, Writable } from 'node:stream'
import { Frame, FrameSplitter, FrameWriter, HostRequest } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { enclaveLimits } from '../limits.ts'
import { codeOf } from '../log.ts'
import { ChannelError } from './channel-error.ts'

export interface ChannelInit {
  readonly input: Readable
  readonly output: Writable
  /** Answers the host: bytes of `HostResponse`. What it throws goes to the host as a code. */
  readonly serve: (request: HostRequest) => Promise<Uint8Array>
  /** How long the host may take for one answer. */
  readonly timeoutMs?: number
}

interface Pending {
  readonly resolve: (body: Uint8Array) => void
  readonly reject: (error: ChannelError) => void
  readonly timer: NodeJS.Timeout
}

/**
 * @example
 * const channel = new Channel({ input: process.stdin, output: process.stdout, serve })
 * const proof = t.vec(t.bytes).decode(await channel.request(EnclaveRequest.encode({ type: 'ReadProof', value })))
 * await channel.done
 */
export class Channel {
  /** Settles when the pipe has ended; rejects with a `ChannelError` if the host broke the framing. */
  readonly done: Promise<void>
  readonly #frames: FrameWriter
  readonly #serve: ChannelInit['serve']
  readonly #timeoutMs: number
  readonly #pending = new Map<number, Pending>()
  #nextId = 1
  #served = 0
  #closed = false

  constructor({ input, output, serve, timeoutMs = enclaveLimits.answerMs }: ChannelInit) {
    this.#frames = new FrameWriter({ write: (bytes) => this.#write(output, bytes), soon: setImmediate })
    this.#serve = serve
    this.#timeoutMs = timeoutMs
    // A host that closes its end mid-write is a closed channel, not a crash.
    output.on('error', () => this.#close())
    this.done = this.#receive(input).finally(() => this.#close())
  }

  /**
   * Asks the host. The answer's bytes are untrusted.
   * @throws ChannelError `channel.busy`, `channel.timeout`, `channel.closed`, `channel.host-refused`
   */
  request(body: Uint8Array): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(new ChannelError('channel.closed'))
    if (this.#pending.size >= enclaveLimits.askedRequests) return Promise.reject(new ChannelError('channel.busy'))
    const id = this.#nextId
    this.#nextId = (id + 1) >>> 0
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // The late answer must not look like one that was never asked for.
        this.#pending.set(id, { resolve: () => {}, reject: () => {}, timer })
        reject(new ChannelError('channel.timeout'))
      }, this.#timeoutMs)
      this.#pending.set(id, { resolve, reject, timer })
      this.#send({ id, body: { type: 'Request', value: body } })
    })
  }

  async #receive(input: Readable): Promise<void> {
    const splitter = new FrameSplitter()
    for await (const chunk of input) {
      const split = splitter.push(chunk as Uint8Array)
      if (!split.ok) throw new ChannelError(split.reason)
      for (const bytes of split.frames) this.#dispatch(bytes)
    }
    if (!splitter.atBoundary) throw new ChannelError('channel.malformed-frame', 'the stream ends inside a frame')
  }

  #dispatch(bytes: Uint8Array): void {
    const frame = tryDecode(Frame, bytes)
    if (!frame.ok) throw new ChannelError('channel.malformed-frame', frame.reason)
    const { id, body } = frame.value
    switch (body.type) {
      case 'Request':
        void this.#answer(id, body.value)
        return
      case 'Response':
        this.#take(id).resolve(body.value)
        return
      case 'Failure':
        this.#take(id).reject(new ChannelError('channel.host-refused', body.value))
        return
      default:
        body satisfies never
    }
  }

  async #answer(id: number, bytes: Uint8Array): Promise<void> {
    if (this.#served >= enclaveLimits.servedRequests)
      return this.#send({ id, body: { type: 'Failure', value: 'channel.busy' } })
    this.#served++
    try {
      const request = tryDecode(HostRequest, bytes)
      if (!request.ok) throw new ChannelError('channel.malformed-request')
      this.#send({ id, body: { type: 'Response', value: await this.#serve(request.value) } })
    } catch (error) {
      this.#send({ id, body: { type: 'Failure', value: codeOf(error) } })
    } finally {
      this.#served--
    }
  }

  #take(id: number): Pending {
    const pending = this.#pending.get(id)
    if (pending === undefined) throw new ChannelError('channel.unknown-response')
    this.#pending.delete(id)
    clearTimeout(pending.timer)
    return pending
  }

  #send(frame: Frame): void {
    if (!this.#closed) this.#frames.send(frame)
  }

  #write(output: Writable, bytes: Uint8Array): void {
    if (!this.#closed) output.write(bytes)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer)
      reject(new ChannelError('channel.closed'))
    }
    this.#pending.clear()
  }
}
