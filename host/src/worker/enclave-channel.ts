/**
 * The host's end of the one channel to its enclave: frames over a pipe, requests in both directions, answers matched by
 * id. A frame that cannot be read means a broken enclave: nothing after it can be trusted to be in step.
 */
import type { Readable, Writable } from 'node:stream'
import { EnclaveRequest, Frame, FrameSplitter, FrameWriter, HostRequest, HostResponse } from '@pha/core/protocol'
import { type Infer, tryDecode } from '@pha/core/schema'
import { workerLimits } from './limits.ts'
import { codeOf, WorkerError } from './worker-error.ts'

/** Why a channel is of no use any more. */
export type ChannelBreak =
  | 'channel.frame-too-large'
  | 'channel.malformed-frame'
  | 'channel.malformed-request'
  | 'channel.malformed-response'
  | 'channel.unknown-response'
  | 'channel.too-many-requests'
  | 'channel.not-reading'
  | 'channel.closed'

export interface EnclaveChannelInit {
  readonly input: Readable
  readonly output: Writable
  /** Answers the enclave: bytes of `EnclaveResponse`. What it throws goes to the enclave as a code. */
  readonly serve: (request: EnclaveRequest) => Promise<Uint8Array>
}

type HostResponses = typeof HostResponse
type ResponseTo<R extends HostRequest> = Infer<HostResponses[R['type']]>

interface Pending {
  readonly type: HostRequest['type']
  readonly resolve: (value: unknown) => void
  readonly reject: (error: WorkerError) => void
  readonly timer: NodeJS.Timeout
}

/** Failures are at most this long on the wire. */
const FAILURE_CHARACTERS = 256

/**
 * @example
 * const channel = new EnclaveChannel({ input: child.stdout, output: child.stdin, serve })
 * const status = await channel.request({ type: 'Status' })
 * const why = await channel.broken // then end the process
 */
export class EnclaveChannel {
  /** Resolves when the channel is of no use any more; never rejects. */
  readonly broken: Promise<ChannelBreak>
  readonly #frames: FrameWriter
  readonly #serve: EnclaveChannelInit['serve']
  readonly #pending = new Map<number, Pending>()
  /** Requests given up on, whose answer may still come. */
  readonly #late = new Set<number>()
  readonly #breaking = Promise.withResolvers<ChannelBreak>()
  #closed = false
  #serving = 0
  #nextId = 1

  constructor({ input, output, serve }: EnclaveChannelInit) {
    this.#frames = new FrameWriter({ write: (bytes) => this.#write(output, bytes), soon: setImmediate })
    this.#serve = serve
    this.broken = this.#breaking.promise
    const splitter = new FrameSplitter()
    input.on('data', (chunk: Uint8Array) => {
      if (this.#closed) return
      const split = splitter.push(chunk)
      if (!split.ok) return this.#break(split.reason)
      for (const frame of split.frames) this.#receive(frame)
    })
    for (const event of ['end', 'close', 'error']) input.on(event, () => this.#break('channel.closed'))
    output.on('error', () => this.#break('channel.closed'))
  }

  /**
   * Asks the enclave.
   * @throws WorkerError `worker.enclave-refused` with its code, `worker.enclave-timeout`, `worker.enclave-busy`,
   *   `worker.enclave-unavailable`
   */
  request<R extends HostRequest>(
    request: R,
    timeoutMs: number = workerLimits.enclaveTimeoutMs,
  ): Promise<ResponseTo<R>> {
    if (this.#closed) return Promise.reject(new WorkerError('worker.enclave-unavailable'))
    if (this.#pending.size >= workerLimits.enclaveRequests) {
      return Promise.reject(new WorkerError('worker.enclave-busy', { fix: 'try again later' }))
    }
    const id = this.#nextId
    this.#nextId = (id + 1) >>> 0
    return new Promise<ResponseTo<R>>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id)
        this.#late.add(id)
        if (this.#late.size > workerLimits.enclaveRequests) this.#break('channel.not-reading')
        reject(new WorkerError('worker.enclave-timeout', { detail: request.type }))
      }, timeoutMs).unref()
      // The value was decoded as the type that `HostResponse` has for this request.
      const resolveTyped = resolve as (value: unknown) => void
      this.#pending.set(id, { type: request.type, resolve: resolveTyped, reject, timer })
      this.#send({ id, body: { type: 'Request', value: HostRequest.encode(request) } })
    })
  }

  #receive(bytes: Uint8Array): void {
    if (this.#closed) return
    const frame = tryDecode(Frame, bytes)
    if (!frame.ok) return this.#break('channel.malformed-frame')
    const { id, body } = frame.value
    switch (body.type) {
      case 'Request':
        return this.#serveRequest(id, body.value)
      case 'Response':
        return this.#settle(id, body.value)
      case 'Failure':
        return this.#take(id)?.reject(new WorkerError('worker.enclave-refused', { refusal: body.value }))
      default:
        return body satisfies never
    }
  }

  #settle(id: number, bytes: Uint8Array): void {
    const pending = this.#take(id)
    if (pending === undefined) return
    const response = tryDecode<unknown>(HostResponse[pending.type], bytes)
    if (response.ok) return pending.resolve(response.value)
    pending.reject(new WorkerError('worker.enclave-unavailable'))
    this.#break('channel.malformed-response')
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    if (pending === undefined) {
      if (!this.#late.delete(id)) this.#break('channel.unknown-response')
      return undefined
    }
    this.#pending.delete(id)
    clearTimeout(pending.timer)
    return pending
  }

  #serveRequest(id: number, bytes: Uint8Array): void {
    const request = tryDecode(EnclaveRequest, bytes)
    if (!request.ok) return this.#break('channel.malformed-request')
    if (this.#serving >= workerLimits.servedRequests) return this.#break('channel.too-many-requests')
    this.#serving += 1
    this.#serve(request.value)
      .then(
        (value) => this.#send({ id, body: { type: 'Response', value } }),
        (error: unknown) =>
          this.#send({ id, body: { type: 'Failure', value: codeOf(error).slice(0, FAILURE_CHARACTERS) } }),
      )
      .finally(() => {
        this.#serving -= 1
      })
  }

  #send(frame: Frame): void {
    if (!this.#closed) this.#frames.send(frame)
  }

  #write(output: Writable, bytes: Uint8Array): void {
    if (this.#closed || output.writableEnded) return
    output.write(bytes)
    if (output.writableLength > workerLimits.unreadBytes) this.#break('channel.not-reading')
  }

  #break(reason: ChannelBreak): void {
    if (this.#closed) return
    this.#closed = true
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer)
      reject(new WorkerError('worker.enclave-unavailable', { detail: reason }))
    }
    this.#pending.clear()
    this.#breaking.resolve(reason)
  }
}
