import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { KeptProcess } from './kept-process.ts'
import { memoryOf } from './memory-of.ts'
import { type NetworkFiles, type NetworkFilesInit, openNetworkFiles } from './network-files.ts'
import { writeChain } from './write-chain.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pha-dev-'))
})
after(() => rm(folder, { recursive: true }))

describe('the folder of a development network', () => {
  const init = () => ({
    dataDir: join(folder, 'network'),
    measurements: { worker: [new Uint8Array(32).fill(1)], gatekeeper: [new Uint8Array(32).fill(2)] },
    hosts: ['gatekeeper-1', 'worker-1'],
    freshData: false,
  })

  async function newNetwork(changes: Partial<NetworkFilesInit> = {}): Promise<NetworkFiles> {
    const files = await openNetworkFiles({ ...init(), ...changes })
    const { measurements } = { ...init(), ...changes }
    const hosts = { gatekeepers: ['gatekeeper-1'], workers: ['worker-1'] }
    await writeChain(files, { ...hosts, measurements, threshold: 1, endowments: [] })
    return files
  }

  it('gives the same keys and chain again', async () => {
    const first = await newNetwork()
    const read = () =>
      Promise.all(
        [first.chainFile, first.authorityKey, first.keyFile('worker-1')].map((path) => readFile(path, 'utf8')),
      )
    const before = await read()
    await newNetwork()
    deepEqual(await read(), before)
    equal((await stat(first.keyFile('worker-1'))).mode & 0o777, 0o600)
  })

  it('is not used with other enclave builds than its chain allows, unless it may begin anew', async () => {
    const { chainFile } = await newNetwork()
    const chain = await readFile(chainFile, 'utf8')
    const measurements = { worker: [new Uint8Array(32).fill(9)], gatekeeper: [new Uint8Array(32).fill(2)] }
    await rejects(openNetworkFiles({ ...init(), measurements }), { code: 'dev.other-enclaves' })
    await newNetwork({ measurements, freshData: true })
    ok((await readFile(chainFile, 'utf8')) !== chain)
  })

  it('is not removed if no network made it', async () => {
    const dataDir = join(folder, 'photographs')
    await newNetwork({ dataDir })
    await rm(join(dataDir, 'phala-development-network'))
    await rejects(openNetworkFiles({ ...init(), dataDir, freshData: true }), { code: 'dev.bad-data' })
    ok(await stat(join(dataDir, 'chain.json')))
  })
})

describe('a supervised process', () => {
  const log = pino({ level: 'silent' })

  async function supervised(name: string, source: string): Promise<KeptProcess> {
    const script = join(folder, `${name}.mjs`)
    await writeFile(script, source)
    return new KeptProcess({ name, args: [script], logFile: join(folder, `${name}.log`), log })
  }

  it('is started again when it was killed, and its words are in its log', async () => {
    await using kept = await supervised('killed', `console.error('begun'); setInterval(() => {}, 1000)`)
    const words = () => readFile(join(folder, 'killed.log'), 'utf8')
    await until(async () => kept.pid !== undefined && (await words()) === 'begun\n')
    const first = kept.pid ?? 0
    ok(((await memoryOf(first)) ?? 0) > 1_000_000)
    process.kill(first, 'SIGKILL')
    await until(() => kept.pid !== undefined && kept.pid !== first)
    equal(kept.starts, 2)
    await until(async () => (await words()) === 'begun\nbegun\n')
    equal(await memoryOf(first), undefined)
  })

  it('is ready when it says so, in each of its lives anew', async () => {
    const script = `console.log('no event'); console.log('{"event":"ready"}'); setInterval(() => {}, 1000)`
    await using kept = await supervised('saying', script)
    equal(kept.isReady, false)
    await kept.ready()
    const first = kept.pid ?? 0
    equal(kept.isReady, true)
    process.kill(first, 'SIGKILL')
    await until(() => !kept.isReady)
    await kept.ready()
    ok(kept.isReady && kept.pid !== first)
  })

  it('waits longer and longer before starting what dies at once', async () => {
    const began = performance.now()
    await using kept = await supervised('dying', `process.exit(1)`)
    await until(() => kept.starts === 4)
    // Waits of 100, 200 and 400 ms, each of which a timer may end a little early.
    const tookMs = performance.now() - began
    ok(tookMs > 690, `${tookMs} ms`)
  })

  it('ends when asked, and is not started again', async () => {
    const kept = await supervised('ended', `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)`)
    await until(() => kept.pid !== undefined)
    await kept[Symbol.asyncDispose]()
    equal(kept.pid, undefined)
    equal(kept.starts, 1)
  })
})

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 50_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
