/** The host's end of a channel in tests: carries requests of an enclave to a `Host`, and asks it as a real host does. */
import type { Readable, Writable } from 'node:stream'
import {
  EnclaveRequest,
  EnclaveResponse,
  encodeFrame,
  Frame,
  FrameSplitter,
  HostRequest,
  HostResponse,
} from '@pha/core/protocol'
import type { Infer, Type } from '@pha/core/schema'
import type { Host } from '../channel/host.ts'

type ResponseTo<R extends HostRequest> = Infer<(typeof HostResponse)[R['type']]>

/** What those get who wait when the enclave is killed. */
const KILLED: Frame['body'] = { type: 'Failure', value: 'host.killed' }

export class TestHost {
  readonly #output: Writable
  readonly #host: Host
  readonly #waiting = new Map<number, (body: Frame['body']) => void>()
  #nextId = 1
  #isDead = false
  #passed = 0

  constructor(input: Readable, output: Writable, host: Host) {
    this.#output = output
    this.#host = host
    const splitter = new FrameSplitter()
    input.on('data', (chunk: Uint8Array) => {
      const split = splitter.push(chunk)
      if (split.ok) for (const frame of split.frames) this.#receive(Frame.decode(frame))
    })
  }

  /** Asks the enclave; a refusal rejects with its code, and death with `host.killed`. */
  async request<R extends HostRequest>(request: R): Promise<ResponseTo<R>> {
    const id = this.#nextId++
    const body = await new Promise<Frame['body']>((resolve) => {
      this.#waiting.set(id, resolve)
      if (this.#isDead) resolve(KILLED)
      else this.#send({ id, body: { type: 'Request', value: HostRequest.encode(request) } })
    })
    if (body.type === 'Failure') throw Object.assign(new Error(body.value), { code: body.value })
    const type: Type<unknown> = HostResponse[request.type]
    return type.decode(body.value as Uint8Array) as ResponseTo<R>
  }

  /** From now on nothing passes in either direction, as when the process was killed. */
  kill(): void {
    this.#isDead = true
    for (const answer of this.#waiting.values()) answer(KILLED)
    // What the enclave waits for never comes.
    this.#output.end()
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** Frames so far, in both directions. */
  get passed(): number {
    return this.#passed
  }

  #receive({ id, body }: Frame): void {
    if (this.#isDead) return
    this.#passed++
    if (body.type !== 'Request') return this.#waiting.get(id)?.(body)
    const request = EnclaveRequest.decode(body.value)
    const type: Type<unknown> = EnclaveResponse[request.type]
    void this.#answer(request).then(
      (value) => this.#send({ id, body: { type: 'Response', value: type.encode(value) } }),
      () => this.#send({ id, body: { type: 'Failure', value: 'host.failed' } }),
    )
  }

  #answer(request: EnclaveRequest): Promise<unknown> {
    const host = this.#host
    switch (request.type) {
      case 'ReadProof':
        return host.readProof(request.value)
      case 'Messages':
        return host.messages(request.value)
      case 'Code':
        return host.code(request.value)
      case 'GetBlob':
        return host.getBlob(request.value)
      case 'PutBlob':
        return host.putBlob(request.value)
      case 'Submit':
        return host.submit(request.value)
      case 'Register':
        return host.register(request.value)
      case 'LatestSnapshot':
        return host.latestSnapshot(request.value)
      case 'KeepSnapshot':
        return host.keepSnapshot(request.value)
      case 'Deliver':
        return host.deliver(request.value)
      default:
        return request satisfies never
    }
  }

  #send(frame: Frame): void {
    if (this.#isDead) return
    this.#passed++
    this.#output.write(encodeFrame(Frame.encode(frame)))
  }
}
