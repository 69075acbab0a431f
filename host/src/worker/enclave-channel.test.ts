import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { EnclaveRequest, EnclaveResponse, encodeFrame, Frame } from '@pha/core/protocol'
import fc from 'fast-check'
import { pino } from 'pino'
import { EnclaveChannel } from './enclave-channel.ts'
import { startEnclaveProcess } from './enclave-process.ts'
import { workerLimits } from './limits.ts'

const log = pino({ level: 'silent' })
const empty = async (): Promise<Uint8Array> => EnclaveResponse.GetBlob.encode(undefined)

/** The host's end, and what an enclave of any behaviour would hold of the other. */
function channel(serve = empty) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  return { host: new EnclaveChannel({ input, output, serve }), input, output }
}

const send = (to: PassThrough, frame: Frame) => to.write(encodeFrame(Frame.encode(frame)))

describe("the host's end of the channel", () => {
  it('gives each answer to the request that it belongs to, in whatever order and chunks they come', async () => {
    const { host, input } = channel()
    const first = host.request({ type: 'OpenSession', value: new Uint8Array(1120) })
    const second = host.request({ type: 'OpenSession', value: new Uint8Array(1120) })
    const answers = [2, 1].map((id) =>
      encodeFrame(Frame.encode({ id, body: { type: 'Response', value: new Uint8Array(32).fill(id) } })),
    )
    for (const byte of Buffer.concat(answers)) input.write(Uint8Array.of(byte))
    deepEqual(await first, new Uint8Array(32).fill(1))
    deepEqual(await second, new Uint8Array(32).fill(2))
  })

  it('passes the refusal of the enclave on as a code', async () => {
    const { host, input } = channel()
    const asked = host.request({ type: 'Status' })
    send(input, { id: 1, body: { type: 'Failure', value: 'enclave.not-started' } })
    await rejects(asked, { code: 'worker.enclave-refused', refusal: 'enclave.not-started' })
  })

  it('gives up on an answer in time, and takes a late one for what it is', async () => {
    const { host, input } = channel()
    await rejects(host.request({ type: 'Status' }, 10), { code: 'worker.enclave-timeout' })
    send(input, { id: 1, body: { type: 'Failure', value: 'late' } })
    const next = host.request({ type: 'Status' })
    send(input, { id: 2, body: { type: 'Failure', value: 'next' } })
    await rejects(next, { refusal: 'next' })
  })

  it('takes no more requests at once than the enclave works on', async () => {
    const { host } = channel()
    for (let i = 0; i < workerLimits.enclaveRequests; i++) host.request({ type: 'Status' }).catch(() => {})
    await rejects(host.request({ type: 'Status' }), { code: 'worker.enclave-busy' })
  })

  it('answers the enclave, with a code where it cannot', async () => {
    const { input, output } = channel(async () => {
      throw Object.assign(new Error('with details that are nobody else’s business'), { code: 'blobs.too-large' })
    })
    send(input, {
      id: 9,
      body: { type: 'Request', value: EnclaveRequest.encode({ type: 'Code', value: new Uint8Array(32) }) },
    })
    const [bytes] = await output.take(1).toArray()
    deepEqual(Frame.decode(new Uint8Array(bytes).slice(4)), {
      id: 9,
      body: { type: 'Failure', value: 'blobs.too-large' },
    })
  })

  const breaks: readonly (readonly [why: string, bytes: Uint8Array])[] = [
    ['channel.frame-too-large', Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
    ['channel.malformed-frame', encodeFrame(Uint8Array.of(1, 2, 3))],
    [
      'channel.malformed-request',
      encodeFrame(Frame.encode({ id: 1, body: { type: 'Request', value: Uint8Array.of(99) } })),
    ],
    [
      'channel.unknown-response',
      encodeFrame(Frame.encode({ id: 7, body: { type: 'Response', value: new Uint8Array() } })),
    ],
    [
      'channel.malformed-response',
      encodeFrame(Frame.encode({ id: 1, body: { type: 'Response', value: Uint8Array.of(1) } })),
    ],
  ]
  for (const [why, bytes] of breaks) {
    it(`is broken by ${why.replace('channel.', 'a ').replaceAll('-', ' ')}, and fails what waits`, async () => {
      const { host, input } = channel()
      const waiting = host.request({ type: 'Status' })
      input.write(bytes)
      await rejects(waiting, { code: 'worker.enclave-unavailable' })
      equal(await host.broken, why)
      await rejects(host.request({ type: 'Status' }), { code: 'worker.enclave-unavailable' })
    })
  }

  it('is broken by more requests at once than an enclave may make', async () => {
    const { host, input } = channel(() => new Promise(() => {}))
    const value = EnclaveRequest.encode({ type: 'Code', value: new Uint8Array(32) })
    for (let id = 0; id <= workerLimits.servedRequests; id++) send(input, { id, body: { type: 'Request', value } })
    equal(await host.broken, 'channel.too-many-requests')
  })

  it('never throws, whatever bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 64 })), async (chunks) => {
        const { host, input } = channel()
        for (const chunk of chunks) input.write(chunk)
        input.end()
        match(await host.broken, /^channel\./)
      }),
    )
  })
})

describe('an enclave process that misbehaves', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pha-channel-'))
  })
  after(() => rm(folder, { recursive: true }))

  async function run(source: string) {
    const script = join(folder, `${Math.random()}.mjs`)
    await writeFile(script, source)
    return startEnclaveProcess({ command: [process.execPath, script], serve: empty, log })
  }

  it('is killed when it writes garbage', async () => {
    await using enclave = await run(`process.stdout.write(Buffer.alloc(64, 0xff)); setInterval(() => {}, 1000)`)
    equal(await enclave.ended, 'channel.frame-too-large')
    ok(!isRunning(enclave.pid))
  })

  it('is killed when it announces a frame that is no frame', async () => {
    await using enclave = await run(`process.stdout.write(Buffer.from([1, 0, 0, 0, 7])); setInterval(() => {}, 1000)`)
    equal(await enclave.ended, 'channel.malformed-frame')
    ok(!isRunning(enclave.pid))
  })

  it('is noticed when it ends, with its exit code', async () => {
    await using enclave = await run(`process.exit(7)`)
    equal(await enclave.ended, 'enclave.exit-7')
    await rejects(enclave.channel.request({ type: 'Status' }), { code: 'worker.enclave-unavailable' })
  })

  it('is noticed when it is killed', async () => {
    await using enclave = await run(`setInterval(() => {}, 1000)`)
    process.kill(enclave.pid, 'SIGKILL')
    equal(await enclave.ended, 'enclave.SIGKILL')
  })

  it('is killed when it does not end with its input', async () => {
    const enclave = await run(`setInterval(() => {}, 1000)`)
    await enclave[Symbol.asyncDispose]()
    ok(!isRunning(enclave.pid))
  })

  it('cannot flood the log with a line without end', async () => {
    const lines: string[] = []
    const spoke = Promise.withResolvers<string>()
    const write = (line: string): void => {
      lines.push(line)
      if (line.includes('spoke')) spoke.resolve(line)
    }
    const recording = pino({}, { write })
    const script = join(folder, 'flood.mjs')
    await writeFile(
      script,
      `process.stderr.write('x'.repeat(1e6) + '\\n'); process.stderr.write('{"level":"warn","event":"spoke","block":7}\\n')`,
    )
    await using enclave = startEnclaveProcess({ command: [process.execPath, script], serve: empty, log: recording })
    // Its last words may be read after its end is known.
    const spoken = JSON.parse(await spoke.promise)
    ok(lines.every((line) => line.length < 2 * workerLimits.logLine))
    deepEqual([spoken.level, spoken.msg, spoken.block, spoken.enclavePid], [40, 'spoke', 7, enclave.pid])
  })

  it('gets nothing of the environment, and cannot be started without a program', async () => {
    await using enclave = await run(`process.exit(Object.keys(process.env).length)`)
    equal(await enclave.ended, 'enclave.exit-0')
    await using none = startEnclaveProcess({ command: [join(folder, 'nothing')], serve: empty, log })
    equal(await none.ended, 'enclave.cannot-start')
  })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
