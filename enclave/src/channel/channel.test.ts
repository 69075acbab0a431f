import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { utf8Encode } from '@pha/core/codec'
import { EnclaveRequest, encodeFrame, Frame, FrameSplitter, HostRequest, limits } from '@pha/core/protocol'
import fc from 'fast-check'
import { Channel } from './channel.ts'
import { ChannelError } from './channel-error.ts'
import { hostOver } from './host.ts'

/** The host's end of two pipes, as bytes and as frames. */
function connect(
  serve: (request: HostRequest) => Promise<Uint8Array> = async () => utf8Encode('answer'),
  timeoutMs = 60_000,
) {
  const input = new PassThrough()
  const output = new PassThrough()
  const channel = new Channel({ input, output, serve, timeoutMs })
  const splitter = new FrameSplitter()
  const frames: Frame[] = []
  output.on('data', (chunk: Uint8Array) => {
    const split = splitter.push(chunk)
    if (split.ok) frames.push(...split.frames.map((bytes) => Frame.decode(bytes)))
  })
  const say = (id: number, type: Frame['body']['type'], value: Uint8Array | string): void => {
    input.write(encodeFrame(Frame.encode({ id, body: { type, value } as Frame['body'] })))
  }
  const heard = async (count: number): Promise<readonly Frame[]> => {
    while (frames.length < count) await new Promise((resolve) => setTimeout(resolve, 1))
    return frames
  }
  return { channel, input, say, heard }
}

const status = HostRequest.encode({ type: 'Status' })

describe('the channel', () => {
  it('answers requests under their ids, in any order', async () => {
    const first = Promise.withResolvers<Uint8Array>()
    const answers = [first.promise, Promise.resolve(utf8Encode('second'))]
    const { say, heard } = connect(() => answers.shift() as Promise<Uint8Array>)
    say(7, 'Request', status)
    say(8, 'Request', status)
    await heard(1)
    first.resolve(utf8Encode('first'))
    deepEqual(await heard(2), [
      { id: 8, body: { type: 'Response', value: utf8Encode('second') } },
      { id: 7, body: { type: 'Response', value: utf8Encode('first') } },
    ])
  })

  it('gives the code of an error, and nothing else of it', async () => {
    const { say, heard } = connect(() => Promise.reject(Object.assign(new Error('a secret'), { code: 'sync.fork' })))
    say(1, 'Request', status)
    deepEqual(await heard(1), [{ id: 1, body: { type: 'Failure', value: 'sync.fork' } }])
  })

  it('refuses a malformed request by itself and goes on', async () => {
    const { say, heard } = connect()
    say(1, 'Request', Uint8Array.of(255, 255))
    say(2, 'Request', status)
    const answers = new Map((await heard(2)).map(({ id, body }) => [id, body]))
    deepEqual(answers.get(1), { type: 'Failure', value: 'channel.malformed-request' })
    deepEqual(answers.get(2), { type: 'Response', value: utf8Encode('answer') })
  })

  it('matches answers of the host to its own requests', async () => {
    const { channel, say, heard } = connect()
    const code = hostOver(channel).code(new Uint8Array(32))
    const [frame] = await heard(1)
    deepEqual(EnclaveRequest.decode(frame?.body.value as Uint8Array), { type: 'Code', value: new Uint8Array(32) })
    say(frame?.id ?? 0, 'Response', Uint8Array.of(0))
    equal(await code, undefined)
  })

  it('refuses an answer of the wrong type, and passes on a refusal', async () => {
    const { channel, say, heard } = connect()
    const host = hostOver(channel)
    const malformed = rejects(host.code(new Uint8Array(32)), { code: 'channel.malformed-response' })
    const refused = rejects(host.submit(new Uint8Array(0)), { code: 'channel.host-refused', detail: 'pool.full' })
    const frames = await heard(2)
    say(frames[0]?.id ?? 0, 'Response', Uint8Array.of(9, 9))
    say(frames[1]?.id ?? 0, 'Failure', 'pool.full')
    await Promise.all([malformed, refused])
  })

  it('gives up on a host that does not answer, and ignores the late answer', async () => {
    const { channel, say, heard } = connect(undefined, 200)
    await rejects(hostOver(channel).submit(new Uint8Array(0)), { code: 'channel.timeout' })
    const [frame] = await heard(1)
    say(frame?.id ?? 0, 'Response', new Uint8Array(0))
    say(1, 'Request', status)
    await heard(2)
  })

  it('ends with a code at a frame that cannot be read', async () => {
    const cases: [Uint8Array, string][] = [
      [encodeFrame(Uint8Array.of(1, 2, 3)), 'channel.malformed-frame'],
      [encodeFrame(new Uint8Array(0)), 'channel.malformed-frame'],
      [Uint8Array.of(255, 255, 255, 255), 'channel.frame-too-large'],
      [encodeFrame(Frame.encode({ id: 3, body: { type: 'Response', value: status } })), 'channel.unknown-response'],
      [encodeFrame(Frame.encode({ id: 3, body: { type: 'Failure', value: 'x' } })), 'channel.unknown-response'],
    ]
    for (const [bytes, code] of cases) {
      const { channel, input } = connect()
      const waiting = rejects(hostOver(channel).code(new Uint8Array(32)), { code: 'channel.closed' })
      input.write(bytes)
      await rejects(channel.done, { code })
      await waiting
    }
  })

  it('survives any bytes: they are refused one by one, or end it with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 })), fc.boolean(), async (chunks, isFramed) => {
        const { channel, input } = connect()
        for (const chunk of chunks) input.write(isFramed ? encodeFrame(chunk) : chunk)
        input.end()
        const ended = await channel.done.catch((error: unknown) => error)
        if (ended !== undefined) ok(ended instanceof ChannelError)
      }),
    )
  })

  it('survives any request inside a good frame', async () => {
    const { say, heard } = connect()
    const requests = fc.sample(fc.uint8Array({ maxLength: 80 }), 200)
    for (const [id, bytes] of requests.entries()) say(id, 'Request', bytes)
    for (const { body } of await heard(requests.length)) {
      if (body.type === 'Failure') equal(body.value, 'channel.malformed-request')
    }
  })

  it('ends quietly with the pipe, and with a code inside a frame', async () => {
    const whole = connect()
    whole.input.end()
    await whole.channel.done
    const broken = connect()
    broken.input.end(Uint8Array.of(9, 0, 0, 0, 1))
    await rejects(broken.channel.done, { code: 'channel.malformed-frame' })
  })

  it('serves a bounded number of requests at once', async () => {
    const { say, heard } = connect(() => new Promise(() => {}))
    for (let id = 0; id <= 256; id++) say(id, 'Request', status)
    deepEqual(await heard(1), [{ id: 256, body: { type: 'Failure', value: 'channel.busy' } }])
  })

  it('carries the largest blob', () => {
    const bytes = new Uint8Array(limits.blob)
    const request = EnclaveRequest.encode({ type: 'PutBlob', value: { cid: new Uint8Array(36), bytes } })
    encodeFrame(Frame.encode({ id: 1, body: { type: 'Request', value: request } }))
  })
})
