import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sha256 } from '@pha/core/crypto'
import { encodeFrame } from '@pha/core/protocol'
import { registry } from '@pha/runtime/pallets'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { TestHost } from '../testing/test-host.ts'
import { TestSettlement } from '../testing/test-settlement.ts'
import { type BuiltEnclave, buildEnclave } from './build-enclave.ts'
import { describeTcb } from './describe-tcb.ts'

const outDir = temporaryFolder()
const worker = await buildEnclave({ kind: 'worker', tee: 'simulated', outDir })
const gatekeeper = await buildEnclave({ kind: 'gatekeeper', tee: 'simulated', outDir })
const product = await Promise.all(
  (['worker', 'gatekeeper'] as const).map((kind) => buildEnclave({ kind, outDir: join(outDir, 'product') })),
)

interface EnclaveProcess {
  readonly child: ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable }
  readonly store: string
  readonly logged: () => string
}

const children: ChildProcess[] = []
after(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** As the worker's host starts enclaves. */
function start({ file }: BuiltEnclave): EnclaveProcess {
  const store = join(temporaryFolder(), 'store')
  mkdirSync(store)
  const allowed = [`--allow-fs-read=${file}`, `--allow-fs-read=${store}`, `--allow-fs-write=${store}`]
  const child = spawn(process.execPath, ['--permission', ...allowed, file, '--store', store], { stdio: 'pipe' })
  children.push(child)
  let log = ''
  child.stderr.on('data', (text: Buffer) => {
    log += text.toString()
  })
  return { child, store, logged: () => log }
}

describe('the build of an enclave', () => {
  it('gives the same bytes again, and their hash', async () => {
    const elsewhere = temporaryFolder()
    const again = await buildEnclave({ kind: 'worker', tee: 'simulated', outDir: elsewhere })
    deepEqual(again.measurement, worker.measurement)
    deepEqual(sha256(readFileSync(worker.file)), worker.measurement)
    notDeepEqual(worker.measurement, gatekeeper.measurement)
  })

  it('gives a program that lies another measurement', async () => {
    const entry = fileURLToPath(new URL('../testing/lying-worker-main.ts', import.meta.url))
    const liar = await buildEnclave({ kind: 'worker', outDir: join(outDir, 'liar'), entry })
    notDeepEqual(liar.measurement, worker.measurement)
  })

  it('has the simulated TEE in it only for development', () => {
    for (const { file } of product) equal(readFileSync(file, 'utf8').includes('simulated TEE root'), false)
    for (const { file } of [worker, gatekeeper]) {
      const text = readFileSync(file, 'utf8')
      ok(text.includes('simulated TEE root'))
      equal(text.includes('/sys/kernel/config'), false)
    }
  })

  it('names no folder of the machine it ran on, and needs no other file', () => {
    const root = fileURLToPath(new URL('../../..', import.meta.url))
    for (const { file } of [worker, gatekeeper, ...product]) {
      const text = readFileSync(file, 'utf8')
      equal(text.includes(root.slice(0, -1)), false)
      deepEqual(text.match(/^import .* from "(?!node:|crypto")[^"]*"/gm) ?? [], [])
    }
  })

  it('is described file by file', async () => {
    const page = await describeTcb()
    for (const part of ['enclave/src/pruntime/sessions.ts', '@noble/curves', 'emscripten-module.wasm']) {
      ok(page.includes(part), part)
    }
    equal(page.includes('host/src'), false)
    equal(page.includes('.test.ts'), false)
  })
})

describe("an enclave's process", () => {
  it('reaches its store and nothing else', async () => {
    const fixture = await buildEnclave({
      kind: 'worker',
      outDir: join(outDir, 'escape'),
      entry: fileURLToPath(new URL('./escape.fixture.ts', import.meta.url)),
    })
    const { child } = start(fixture)
    const said: string[] = []
    child.stdout.on('data', (text: Buffer) => said.push(text.toString()))
    await once(child, 'close')
    const results = Object.fromEntries(
      said
        .join('')
        .trim()
        .split('\n')
        .map((line) => line.split(': ') as [string, string]),
    )
    const denied = 'ERR_ACCESS_DENIED'
    deepEqual(results, {
      'read the store': 'done',
      'write the store': 'done',
      'read another file': denied,
      'list the folder above': denied,
      'write beside the store': denied,
      'open a connection': denied,
      'listen on a socket': denied,
      'look up a name': denied,
      'spawn a process': denied,
      'start a thread': denied,
      'load an addon': 'ERR_DLOPEN_DISABLED',
    })
  })

  for (const [kind, built] of [
    ['Worker', worker],
    ['Gatekeeper', gatekeeper],
  ] as const) {
    it(`of a ${kind} starts, registers with its own hash as measurement, and ends with its pipe`, async () => {
      const settlement = new TestSettlement()
      settlement.allow(built.measurement, kind)
      const { child, store, logged } = start(built)
      const host = new TestHost(child.stdout, child.stdin, settlement.host())
      const { genesisHeader, genesisProof } = settlement.chain
      const operator = bytesOf('operator')
      const status = await host.request({ type: 'Start', value: { operator, genesisHeader, genesisProof } })
      deepEqual(status.measurement, built.measurement)
      for (let i = 0; i < 50 && !(await host.request({ type: 'Status' })).registered; i++) {
        await host.request({ type: 'Finalised', value: settlement.seal() })
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      deepEqual(settlement.chain.get(registry.storage.workers, status.identity)?.measurement, built.measurement)
      ok(logged().includes('SIMULATED'), 'a simulated TEE says so')
      const journals = kind === 'Worker' ? ['permits.journal'] : []
      deepEqual(readdirSync(store).sort(), [...journals, 'platform.seed', 'sealed.store'])
      child.stdin.end()
      deepEqual(await once(child, 'exit'), [0, null])
    })
  }

  it('of the product ends on a machine without a TEE, whatever its environment and arguments say', async () => {
    const [{ file }] = product as [BuiltEnclave]
    const store = temporaryFolder()
    const allowed = [`--allow-fs-read=${file}`, `--allow-fs-read=${store}`, `--allow-fs-write=${store}`]
    const env = { DSTACK_SIMULATOR_ENDPOINT: 'http://127.0.0.1:8090' }
    const child = spawn(process.execPath, ['--permission', ...allowed, file, '--store', store], { stdio: 'pipe', env })
    children.push(child)
    const [log, exit] = await Promise.all([text(child.stderr), once(child, 'exit')])
    deepEqual(exit, [3, null])
    ok(log.includes('tee.none') && log.includes('pha doctor'), log)
    deepEqual(readdirSync(store), [])
  })

  it('ends with a code when its host breaks the framing, and without a store', async () => {
    const { child, logged } = start(worker)
    child.stdin.write(encodeFrame(Uint8Array.of(1, 2, 3)))
    deepEqual(await once(child, 'close'), [1, null])
    ok(logged().includes('channel.malformed-frame'))
    const bare = spawn(process.execPath, ['--permission', `--allow-fs-read=${worker.file}`, worker.file])
    children.push(bare)
    deepEqual(await once(bare, 'exit'), [2, null])
  })
})
