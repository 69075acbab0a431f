import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { Header, headerHash } from '@pha/core/protocol'
import { InherentData, MemoryHost, writeRuntimeCode } from '@pha/runtime/chain'
import { GenesisConfig, RUNTIME_VERSION, system } from '@pha/runtime/pallets'
import { testGenesis } from '../node/test-node.ts'
import { buildRuntime, currentRuntimeCode } from './build-runtime.ts'
import { loadRuntime } from './load-runtime.ts'
import { type RehearsalLimits, rehearse } from './rehearse.ts'

const newer = await buildRuntime({
  replaced: { 'runtime/src/pallets/system/spec-version.ts': 'host/src/runtime/newer-spec-version.fixture.ts' },
})
const next = { ...RUNTIME_VERSION, specVersion: RUNTIME_VERSION.specVersion + 1 }
const limits: RehearsalLimits = {
  startMs: 60_000,
  timeMs: 20_000,
  heapMegabytes: 256,
  stackMegabytes: 4,
  growthMegabytes: 768,
}
const genesis = new MemoryHost()
let header: Header

before(async () => {
  const old = loadRuntime(await currentRuntimeCode())
  const first = Header.decode(genesis.call(old, 'GenesisBuilder_build_state', GenesisConfig.encode(testGenesis)))
  header = { ...first, number: 1, parentHash: headerHash(first) }
})

function tryCode(code: Uint8Array, changed: Partial<RehearsalLimits> = {}) {
  const state = genesis.fork()
  const inherentData = InherentData.encode({ timestampMs: 1_000n })
  const result = rehearse({ code, state, header: Header.encode(header), inherentData }, { ...limits, ...changed })
  return { result, state }
}

/** Why a script that says it is the next version is refused. */
function reason(script: string, changed: Partial<RehearsalLimits> = {}): string {
  const { result } = tryCode(writeRuntimeCode(next, script), changed)
  return result.ok ? 'accepted' : result.reason
}

const runtimeOf = (body: string) => `((hashes) => ({ runtime: { call(host, method, input) { ${body} } } }))`

describe('a rehearsal', () => {
  it('accepts a newer runtime, on a copy of the state', () => {
    const before = genesis.storageRoot()
    const { result, state } = tryCode(newer)
    deepEqual(result, { ok: true })
    const upgraded = system.storage.lastRuntimeUpgrade.decode(state.get(system.storage.lastRuntimeUpgrade.key()))
    equal(upgraded?.specVersion, 1_000)
    deepEqual(genesis.storageRoot(), before)
  })

  it('refuses what throws, is no JavaScript, lies about its version, or makes no block', () => {
    match(reason('throw'), /not-a-runtime/)
    match(reason('(() => { throw new Error("while loading") })'), /while loading/)
    match(reason(runtimeOf('throw new Error("when asked")')), /when asked/)
    match(reason(runtimeOf('return new Uint8Array(3)')), /another version/)
    const text = new TextDecoder().decode(newer)
    match(reason(text.slice(text.indexOf('\n') + 1)), /another version/)
    match(reason('(async () => {})'), /forbidden-word/)
  })

  it('refuses a migration that throws, and one that forgets to tell its state', () => {
    const text = new TextDecoder().decode(newer)
    const line = 'if (system2.noteUpgrade())'
    ok(text.includes(line))
    const broken = text.replace(line, 'if (true) throw new Error("the migration is broken"); if (false)')
    const { result } = tryCode(new TextEncoder().encode(broken))
    match(result.ok ? '' : result.reason, /the migration is broken/)
  })

  it('ends what loops, while it is loaded or when it is asked', () => {
    const short = { timeMs: 2_500 }
    match(reason('(() => { for (;;); })', short), /not done after 2500 ms/)
    match(reason(runtimeOf('for (;;);'), short), /not done after/)
  })

  it('gives up a thread that has not begun, without the force that would end the process', async () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      match(reason(runtimeOf('for (;;);'), { startMs: attempt * 40, timeMs: 1 }), /not begun after|not done after/)
    }
    match(reason(runtimeOf('for (;;);'), { startMs: 0 }), /not begun after 0 ms/)
  })

  it('ends what fills memory, on the heap or beside it', () => {
    match(
      reason(runtimeOf('const all = []; for (;;) all.push({})'), { timeMs: 10_000, heapMegabytes: 64 }),
      /out of memory/,
    )
    const beside = 'const all = []; for (;;) all.push(new Uint8Array(1_000_000).fill(1))'
    match(reason(runtimeOf(beside), { growthMegabytes: 200 }), /more than 200 MiB/)
  })

  it('survives endless recursion, which is the runtime failing', () => {
    match(reason(runtimeOf('const deeper = () => deeper() + 1; return deeper()')), /call stack/)
  })
})
