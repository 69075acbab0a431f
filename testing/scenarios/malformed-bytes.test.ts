import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openSession } from '@pha/core/crypto'
import { contexts, encodeFrame, Frame, FrameSplitter, HostRequest, sessionInfo } from '@pha/core/protocol'
import { registry, system } from '@pha/runtime/pallets'
import {
  type Client,
  type ContractClient,
  createClient,
  deriveDevAccount,
  fromHex,
  makeReceipt,
  type ReceiptFile,
  readStorage,
  sendCall,
  toHex,
  verifyReceipt,
} from '@pha/sdk'
import {
  bootNetwork,
  builtEnclaves,
  type TemporaryFolder,
  type TestNetwork,
  temporaryFolder,
  until,
} from '@pha/testing'
import { pino } from 'pino'
import { type Random, seededRandom } from '../campaigns/scale/random.ts'
import { Counter } from './contracts/counter.ts'
import { deploySource } from './deploy-source.ts'
import { argumentVectors } from './malformed/cli-cases.ts'
import { feedEnclave } from './malformed/feed-enclave.ts'
import { ask, brokenFrames, httpCases, rawCases, sendRaw } from './malformed/http-cases.ts'
import { brokenTexts, junk, wrongParams } from './malformed/rpc-cases.ts'

/** Give another one to see other inputs: `PHA_SEED=2`. */
const SEED = Number(process.env.PHA_SEED ?? 1)

const CODE = /^[a-z]+\.[a-z][a-z-]*$/
/** A line of a stack trace. */
const STACK = /^ {4}at .+:\d+:\d+\)?$/m

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

describe('malformed bytes', () => {
  let network: TestNetwork
  let client: Client
  let counter: ContractClient<(typeof Counter)['interface']>
  let folder: TemporaryFolder
  let receipt: ReceiptFile
  let count = 0
  const faults: string[] = []

  before(async () => {
    folder = await temporaryFolder()
    for (const name of ['disturbed', 'fed', 'cli']) await mkdir(join(folder.path, name))
    const log = pino({ level: 'error' }, { write: (line: string) => void faults.push(line) })
    const disturb = [process.execPath, here('malformed/disturb-channel.ts'), join(folder.path, 'disturbed')]
    network = await bootNetwork({
      workers: 1,
      log,
      enclaveCommand: (name) => (name === 'worker-1' ? disturb : undefined),
    })
    client = createClient({ url: network.nodeUrl })
    counter = await deploySource(client, {
      contract: Counter,
      source: new URL('contracts/counter.ts', import.meta.url),
      signer: deriveDevAccount('//Alice'),
      policy: { replicas: 1 },
    })
    const { reply } = await counter.command.increment()
    count += 1
    receipt = await makeReceipt(client, { reply })
  })
  after(async () => {
    client.close()
    await network[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  const worker = () => network.workers[0] as TestNetwork['workers'][number]
  const rpcPort = (): number => Number(new URL(network.nodeUrl).port)
  const hostPort = (): number => Number(new URL(worker().url).port)
  const seeded = (name: string, test: { diagnostic(text: string): void }): Random => {
    test.diagnostic(`PHA_SEED=${SEED}`)
    return seededRandom(SEED, name)
  }

  /** A command goes all the way: node, hosts, enclaves and their channel serve. */
  async function allServe(): Promise<void> {
    await counter.command.increment()
    equal(await counter.query.count(), ++count)
    deepEqual(faults.splice(0), [])
  }

  async function post(body: string): Promise<{ readonly status: number; readonly answer: Answer | Answer[] }> {
    const response = await fetch(`http://127.0.0.1:${rpcPort()}`, { method: 'POST', body })
    const answered = await response.text()
    return { status: response.status, answer: answered === '' ? [] : JSON.parse(answered) }
  }

  /** All errors have codes of ours, and none says that the node failed. */
  function checkCodes(answer: Answer | Answer[], sent: string): void {
    for (const { error } of Array.isArray(answer) ? answer : [answer]) {
      if (error === undefined) continue
      match(error.data.code, /^rpc\.[a-z-]+$/)
      ok(error.data.code !== 'rpc.internal', `${sent.slice(0, 300)} -> ${JSON.stringify(error)}`)
    }
  }

  it('on the RPC by HTTP get coded errors', async (test) => {
    const texts = brokenTexts(seeded('rpc texts', test), 300)
    for (const sent of texts) {
      const { status, answer } = await post(sent)
      ok([200, 204, 413].includes(status))
      checkCodes(answer, sent)
    }
    equal(({} as { polluted?: boolean }).polluted, undefined)
    await allServe()
  })

  it('as parameters of each method get coded errors', async (test) => {
    const { answer } = await post('{"id":1,"method":"rpc_methods"}')
    const { methods } = (answer as Answer).result as { readonly methods: readonly string[] }
    ok(methods.length > 40)
    for (const sent of wrongParams(methods, seeded('params', test), 8)) checkCodes((await post(sent)).answer, sent)
    await allServe()
  })

  it('on the RPC by WebSocket get coded errors, also in subscriptions', async (test) => {
    const random = seeded('rpc socket', test)
    const { answer } = await post('{"id":1,"method":"rpc_methods"}')
    const { methods } = (answer as Answer).result as { readonly methods: readonly string[] }
    const subscribing = methods.filter((name) => /subscribe|watch/i.test(name))
    const sent = [...brokenTexts(random, 200), ...wrongParams(subscribing, random, 10)]
    const socket = new WebSocket(network.nodeUrl)
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve))
    const answers: Answer[] = []
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data))
      if (message.method === undefined) answers.push(message)
    })
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    for (const each of sent) socket.send(each)
    socket.send('{"id":"last","method":"system_chain"}')
    await until('all are answered', () => answers.some((one) => !Array.isArray(one) && one.id === 'last'))
    for (const one of answers) checkCodes(one, 'over the socket')
    ok(answers.length > sent.length / 2)
    socket.send(' '.repeat(5_000_000))
    await closed
    await allServe()
  })

  it('on the port of the RPC are no HTTP and no WebSocket, and harm nobody', async (test) => {
    const random = seeded('rpc port', test)
    await inTens([...rawCases(random, 60), ...brokenFrames(random, 40)], async (bytes) => {
      const answered = await sendRaw(rpcPort(), bytes)
      if (answered.length > 0) match(answered.toString('latin1', 0, 12), /^HTTP\/1\.1 (?:101|4\d\d|200|204)$/)
    })
    await allServe()
  })

  it('as extrinsics are refused', async (test) => {
    const random = seeded('extrinsics', test)
    const { block } = await sendCall(client, {
      call: system.calls.remark.encode({ remark: new Uint8Array(8) }),
      signer: deriveDevAccount('//Bob'),
    })
    const body = (await post(`{"id":1,"method":"chain_getBlock","params":["${toHex(block.hash)}"]}`)).answer as Answer
    const { extrinsics } = (body.result as { readonly block: { readonly extrinsics: readonly `0x${string}`[] } }).block
    for (let i = 0; i < 200; i++) {
      const bytes = fromHex(random.pick(extrinsics)).slice()
      for (let flips = 1 + random.below(3); flips > 0; flips--) bytes[random.below(bytes.length)] = random.below(256)
      const changed = random.pick([bytes, bytes.slice(0, random.below(bytes.length)), random.bytes(random.below(200))])
      const sent = JSON.stringify({ id: 1, method: 'author_submitExtrinsic', params: [toHex(changed)] })
      const { answer } = await post(sent)
      checkCodes(answer, sent)
      ok((answer as Answer).error !== undefined, sent)
    }
    await allServe()
  })

  it('on all routes of a worker get coded errors', async (test) => {
    const statuses = new Set<number>()
    await inTens(httpCases(seeded('worker http', test), 400), async (each) => {
      const answer = await ask(hostPort(), each).catch(() => undefined)
      // Cut off, as who sends too much may be before he reads.
      if (answer === undefined) return ok((each.body?.length ?? 0) > 5_000, JSON.stringify(each.path))
      statuses.add(answer.status)
      ok(answer.status !== 500 && answer.status < 505, `${each.method} ${each.path}: ${answer.status}`)
      if (answer.status >= 400 && each.method !== 'HEAD') {
        const { code, message } = JSON.parse(answer.body.toString())
        match(code, CODE)
        equal(typeof message, 'string')
      }
    })
    for (const status of [200, 204, 400, 404, 405, 413]) ok(statuses.has(status), `${[...statuses]}`)
    await allServe()
  })

  it('on the port of a worker are no HTTP, and a slow sender waits alone', async (test) => {
    const slow = Array.from({ length: 20 }, () => connect(hostPort(), '127.0.0.1'))
    for (const socket of slow) {
      socket.on('error', () => {})
      socket.write('POST /session HTTP/1.1\r\nHost: a\r\nContent-Length: 1120\r\n\r\nslow')
    }
    await inTens(rawCases(seeded('worker port', test), 60), async (bytes) => {
      const answered = await sendRaw(hostPort(), bytes)
      if (answered.length > 0) match(answered.toString('latin1', 0, 12), /^HTTP\/1\.1 (?:[45]\d\d|20\d)$/)
    })
    await allServe()
    for (const socket of slow) socket.destroy()
  })

  it('in a session close it, and only it', async (test) => {
    const random = seeded('sessions', test)
    const found = await readStorage(client, registry.storage.workers, [worker().identity()])
    const { hash } = await client.chain.genesis(AbortSignal.timeout(5_000))
    for (let i = 0; i < 30; i++) {
      const { encapsulation, session } = openSession(found?.agreement ?? new Uint8Array(), {
        context: contexts.session,
        info: sessionInfo(hash, worker().identity()),
        random: (length) => random.bytes(length),
      })
      const opened = await ask(hostPort(), { method: 'POST', path: '/session', body: encapsulation })
      equal(opened.body.length, 32)
      const path = `/session/${toHex(opened.body)}`
      // Sealed rightly, or not even that.
      const body =
        i % 2 === 0 ? session.request(random.bytes(random.below(300))).message : random.bytes(random.below(300))
      const refused = await ask(hostPort(), { method: 'POST', path, body })
      equal(refused.status, 422)
      match(JSON.parse(refused.body.toString()).code, /^session\.(?:closed|not-authorized)$/)
      const gone = await ask(hostPort(), { method: 'POST', path, body: session.request(new Uint8Array(1)).message })
      equal(JSON.parse(gone.body.toString()).code, 'session.closed')
    }
    await allServe()
  })

  it('on the channel of an enclave get coded failures, or end it in order', async (test) => {
    const random = seeded('channel', test)
    const { worker: built, gatekeeper } = await builtEnclaves()
    const frame = (bytes: Uint8Array): Uint8Array => encodeFrame(bytes)
    const requests = Array.from({ length: 100 }, (_, id) => {
      const value = random.pick([
        random.bytes(random.below(200)),
        HostRequest.encode({ type: 'Status' }),
        HostRequest.encode({ type: 'Reply', value: { contract: random.bytes(32), sequence: 1n } }),
        HostRequest.encode({ type: 'OpenSession', value: random.bytes(1_120) }),
      ])
      return frame(Frame.encode({ id, body: { type: 'Request', value } }))
    })
    for (const { file } of [built, gatekeeper]) {
      const ended = await feedEnclave(file, await freshFolder(), requests)
      deepEqual([ended.code, ended.signal], [0, null])
      const split = new FrameSplitter().push(ended.stdout)
      ok(split.ok)
      const failures = split.frames.map((bytes) => Frame.decode(bytes).body)
      equal(failures.length, requests.length)
      for (const failure of failures) {
        if (failure.type !== 'Failure') throw new Error(`answered with ${failure.type}`)
        match(failure.value, CODE)
      }
    }
    const breaking: readonly (readonly Uint8Array[])[] = [
      [],
      [random.bytes(3)],
      [random.bytes(10_000).fill(0xff, 0, 4)],
      [frame(random.bytes(100).fill(9, 4, 5))],
      [frame(new Uint8Array())],
      [frame(Frame.encode({ id: 7, body: { type: 'Response', value: new Uint8Array() } }))],
      [frame(Frame.encode({ id: 7, body: { type: 'Failure', value: 'x.y' } }))],
      [...requests, random.bytes(5_000)],
    ]
    for (const bytes of breaking) {
      const ended = await feedEnclave(built.file, await freshFolder(), bytes)
      equal(ended.signal, null)
      ok(ended.code === (bytes.length === 0 ? 0 : 1), `code ${ended.code}: ${ended.stderr}`)
      ok(!STACK.test(ended.stderr), ended.stderr)
      if (ended.code === 1) match(ended.stderr, /"code":"channel\.[a-z-]+"/)
    }
  })

  it('on the channel of a worker cost it one restart', async () => {
    const { running } = worker()
    const before = running.enclavePid()
    const bytes = join(folder.path, 'disturbed', 'bytes')
    await writeFile(`${bytes}.new`, new Uint8Array(64).fill(0xff))
    // Whole: what stands on the channel looks for it at any moment.
    await rename(`${bytes}.new`, bytes)
    await until('another enclave runs', () => running.enclavePid() !== undefined && running.enclavePid() !== before)
    await until('it serves', async () => {
      const { status } = await (await fetch(`${worker().url}/status`)).json()
      return status?.registered === true
    })
    // The host told of it, and of nothing else.
    ok(faults.length > 0 && faults.every((line) => /enclave|channel/.test(line)), `${faults}`)
    faults.length = 0
    await until('it answers', () => counter.query.count())
    await allServe()
  })

  it('as a receipt are refused with a code, or change nothing that it proves', (test) => {
    const random = seeded('receipts', test)
    const whole = JSON.stringify(receipt)
    const facts = verifyReceipt(receipt)
    ok(facts.ok)
    const refusals = new Map<string, number>()
    for (let i = 0; i < 500; i++) {
      const changed = random.pick([changedText, changedFields])(whole, random)
      const verdict = verifyReceipt(changed)
      if (verdict.ok) deepEqual(verdict.facts, facts.facts)
      else match(verdict.reason, /^receipt\.[a-z-]+$/)
      const how = verdict.ok ? 'accepted' : verdict.reason
      refusals.set(how, (refusals.get(how) ?? 0) + 1)
    }
    test.diagnostic(JSON.stringify(Object.fromEntries(refusals)))
    ok((refusals.get('accepted') ?? 0) < 100)
  })

  it('as arguments of the command get a coded error and exit code 1 or 2, and no stack trace', async (test) => {
    const random = seeded('arguments', test)
    const cwd = join(folder.path, 'cli')
    await Promise.all([
      mkdir(join(cwd, 'folder')),
      symlink(here('../../node_modules'), join(cwd, 'node_modules')),
      writeFile(join(cwd, 'garbage.bin'), random.bytes(1_000)),
      writeFile(join(cwd, 'garbage.ts'), 'export const { = '),
      writeFile(join(cwd, 'throwing.ts'), 'throw null'),
      writeFile(join(cwd, 'counter.ts'), await readFile(here('contracts/counter.ts'))),
      writeFile(join(cwd, 'receipt.json'), JSON.stringify(receipt).slice(0, -40)),
    ])
    const vectors = argumentVectors(random, 500)
    const child = spawn(process.execPath, [here('malformed/run-cli-cases.ts')], {
      cwd,
      env: { ...process.env, PHA_URL: network.nodeUrl, PHA_KEYS: join(cwd, 'keys') },
    })
    child.stdin.end(JSON.stringify(vectors))
    const [lines, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
    const results = lines
      .trim()
      .split('\n')
      .map((line): CliResult => JSON.parse(line))
    equal(results.length, vectors.length, `after ${vectors[results.length]}: ${errors}`)
    const codes = new Map<string, number>()
    const failures: string[] = []
    for (const [i, { exitCode, stdout, stderr, thrown }] of results.entries()) {
      const said = `${JSON.stringify(vectors[i])} -> ${exitCode} ${thrown ?? ''}\n${stdout}\n${stderr}`.slice(0, 3_000)
      equal(thrown, undefined, said)
      ok([0, 1, 2].includes(exitCode), said)
      ok(!STACK.test(stdout) && !STACK.test(stderr), said)
      if (exitCode !== 1) continue
      const code =
        /^error ([^ ]+): /m.exec(stderr)?.[1] ?? JSON.parse(stdout.trim().split('\n').at(-1) ?? '').error.code
      failures.push(...(CODE.test(code) && code !== 'cli.unexpected' ? [] : [said]))
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
    test.diagnostic(JSON.stringify(Object.fromEntries(codes)))
    equal(failures.length, 0, failures.join('\n\n'))
    ok(codes.size >= 5)
    await until('the chain goes on', () => counter.query.count())
  })

  it('as arguments of the command end its process in the same way', async () => {
    for (const [args, exitCode] of [
      [['status', '--frobnicate'], 2],
      [['status', '--url', 'nonsense'], 1],
      [['verify', 'receipt', 'missing', '--json'], 1],
      [[], 2],
    ] as const) {
      const child = spawn(process.execPath, [here('../../client/cli/src/main.ts'), ...args], { cwd: folder.path })
      const ended = new Promise((resolve) => child.on('exit', resolve))
      const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)])
      equal(await ended, exitCode, said + complained)
      ok(!STACK.test(said + complained))
    }
  })

  async function freshFolder(): Promise<string> {
    const path = join(folder.path, 'fed', crypto.randomUUID())
    await mkdir(path)
    return path
  }
})

interface Answer {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: { readonly data: { readonly code: string } }
}

interface CliResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly thrown?: string
}

async function inTens<T>(cases: readonly T[], run: (each: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < cases.length; i += 10) await Promise.all(cases.slice(i, i + 10).map(run))
}

/** A receipt's text with some characters changed, or a piece of it. */
function changedText(whole: string, random: Random): string {
  if (random.oneIn(4)) return whole.slice(0, random.below(whole.length))
  const characters = [...whole]
  for (let changes = 1 + random.below(3); changes > 0; changes--)
    characters[random.below(characters.length)] = random.pick([...'0123456789abcdefx"{}[],:', ''])
  return characters.join('')
}

/** A receipt one of whose members is something else, or gone. */
function changedFields(whole: string, random: Random): unknown {
  const changed = JSON.parse(whole)
  const [inside, name] = random.pick([
    ...Object.keys(changed).map((key) => [changed, key] as const),
    [changed.genesis, 'header'] as const,
    [changed.genesis, 'proof'] as const,
    ...changed.proof.map((_: unknown, i: number) => [changed.proof, i] as const),
  ])
  inside[name] = junk(random)
  return random.oneIn(2) ? changed : JSON.stringify(changed)
}
