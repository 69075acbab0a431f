import { deepEqual, equal, match, notDeepEqual, ok, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { executorConformance } from '../conformance.ts'
import type { Invocation, Outcome, StateAccess, TrapReason } from '../executor.ts'
import { executionLimits } from '../limits.ts'
import { memoryState } from '../memory-state.ts'
import { loadJsExecutor } from './load-js-executor.ts'
import { recursions } from './recursions.fixture.ts'

const quickjsWasm = readFileSync(createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))
const executor = loadJsExecutor(quickjsWasm)

/** Enough for every program here, small enough that an endless one ends soon. */
const gasLimit = 400_000_000n
const encode = (source: string): Uint8Array => new TextEncoder().encode(source)
const empty = `{ ok: true, output: new ArrayBuffer(0) }`
const program = (body: string): Uint8Array => encode(`globalThis.__pha_main = (call) => { ${body}; return ${empty} }`)
const trap = (body: string, reason: TrapReason): { code: Uint8Array; reason: TrapReason } => ({
  code: program(body),
  reason,
})

const message: Invocation = {
  kind: 'command',
  input: Uint8Array.of(1, 2, 3),
  caller: new Uint8Array(32).fill(1),
  contract: new Uint8Array(32).fill(2),
  block: { number: 7, timeMs: 1_700_000_000_000n },
  seed: new Uint8Array(32).fill(3),
  gasLimit,
}
const invoke = (code: Uint8Array, change: Partial<Invocation> = {}, state: StateAccess = memoryState()): Outcome => {
  using contract = executor.load(code)
  equal(contract.defect, undefined)
  return contract.invoke({ ...message, ...change }, state)
}
/** The text that an expression of the guest has as its value. */
const evaluate = (expression: string, change: Partial<Invocation> = {}): string => {
  const outcome = invoke(
    encode(`globalThis.__pha_main = (call) => {
      const text = String(${expression})
      return { ok: true, output: Uint8Array.from(text, (one) => one.charCodeAt(0)).buffer }
    }`),
    change,
  )
  return outcome.status === 'trap' ? outcome.reason : new TextDecoder().decode(outcome.output)
}

executorConformance('js', {
  start: () => loadJsExecutor(quickjsWasm),
  gasLimit,
  programs: {
    counter: encode(`globalThis.__pha_main = ({ kind }) => {
      const key = Uint8Array.of(1).buffer
      const found = __pha_host.get(key)
      const count = Uint32Array.of((found === undefined ? 0 : new Uint32Array(found)[0]) + 1)
      if (kind !== 'query') __pha_host.set(key, count.buffer)
      return { ok: true, output: count.buffer }
    }`),
    memory: encode(`let own = 0
      globalThis.__pha_main = ({ input }) => {
        const output = Uint32Array.of(own++).buffer
        while (input.byteLength > 0) own++
        return { ok: true, output }
      }`),
    writer: program(`__pha_host.set(new ArrayBuffer(1), new ArrayBuffer(1))`),
    rejecting: program(
      `__pha_host.set(new ArrayBuffer(1), new ArrayBuffer(1)); return { ok: false, output: Uint8Array.of(7, 7).buffer }`,
    ),
    malformed: [
      new Uint8Array(),
      Uint8Array.of(0),
      Uint8Array.of(0xff, 0xfe),
      encode('let ='),
      encode('throw 1'),
      encode('globalThis.__pha_main = 5'),
      encode('globalThis.__pha_main = () => {}; for (;;);'),
      encode('import x from "y"'),
      encode(`globalThis.__pha_main = () => {}; __pha_host.get(new ArrayBuffer(1))`),
      encode('('.repeat(200_000)),
      encode('['.repeat(200_000)),
      encode('a=>'.repeat(100_000)),
      encode('`${'.repeat(100_000)),
      encode('{'.repeat(200_000)),
      encode(`${'1+'.repeat(200_000)}1;`),
      new Uint8Array(executionLimits.codeBytes + 1).fill(0x20),
    ],
    traps: {
      'an endless loop': trap('for (;;);', 'out-of-gas'),
      'an endless loop that catches': trap('for (;;) try { null.x } catch {}', 'out-of-gas'),
      'backtracking of a regular expression': trap(`/^(a*)*$/.test('a'.repeat(40) + 'b')`, 'out-of-gas'),
      'a sort': trap('new Float64Array(1e6).map((_, i) => (i * 7919) % 1000003).sort()', 'out-of-gas'),
      'filling an array': trap('Array(1e9).fill(1)', 'out-of-memory'),
      'a search in an endless array-like': trap(
        'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)',
        'out-of-gas',
      ),
      'huge numbers': trap('let x = 3n; for (;;) x *= x', 'out-of-gas'),
      'a long text': trap(`'x'.repeat(2 ** 29)`, 'out-of-memory'),
      'a big buffer': trap('new ArrayBuffer(2 ** 30)', 'out-of-memory'),
      'a memory bomb': trap('const all = []; for (;;) all.push(new Uint8Array(1 << 20))', 'out-of-memory'),
      'a memory bomb that catches': trap(
        'const all = []; for (;;) try { all.push(new ArrayBuffer(1 << 20)) } catch {}',
        'out-of-memory',
      ),
      'an answer of 10 MB': trap('return { ok: true, output: new ArrayBuffer(10_000_000) }', 'output-too-large'),
      'a long key': trap('__pha_host.get(new ArrayBuffer(513))', 'state-limit'),
      'a large value': trap('__pha_host.set(new ArrayBuffer(1), new ArrayBuffer(65_537))', 'state-limit'),
      'a flood of writes': trap('for (;;) __pha_host.set(new ArrayBuffer(1), new ArrayBuffer(1))', 'out-of-gas'),
      'an exception': trap(`throw new Error('secret')`, 'exception'),
      'an answer that is none': trap('return 5', 'exception'),
      'an answer with a hostile getter': trap('return { get ok() { for (;;); } }', 'out-of-gas'),
      'an error with a hostile message': trap(
        `throw Object.defineProperty(new InternalError(), 'message', { get() { throw 1 } })`,
        'exception',
      ),
      'a key that is no buffer': trap('__pha_host.get(new Uint8Array(1))', 'exception'),
      'a detached key': trap('const key = new ArrayBuffer(1); key.transfer(); __pha_host.get(key)', 'exception'),
      ...Object.fromEntries(
        Object.entries(recursions).map(([what, body]) => [`the recursion of ${what}`, trap(body, 'stack-overflow')]),
      ),
    },
  },
})

describe('the JavaScript executor', () => {
  it('refuses a contract that holds more memory after loading than an enclave keeps for each', () => {
    const holding = (bytes: number): Uint8Array =>
      new TextEncoder().encode(`globalThis.held = new Uint8Array(${bytes}).fill(1)
        globalThis.__pha_main = () => ({ ok: true, output: new ArrayBuffer(0) })`)
    using small = executor.load(holding(4_000_000))
    using large = executor.load(holding(20_000_000))
    equal(small.defect, undefined)
    equal(large.defect, 'out-of-memory')
  })

  it('refuses an engine that it was not written for', () => {
    const changed = Uint8Array.from(quickjsWasm)
    changed[1000] = (changed[1000] ?? 0) ^ 1
    throws(() => loadJsExecutor(changed), { code: 'executor.unknown-engine' })
  })

  it('tells the contract who calls, when, and with what', () => {
    const shown = evaluate(
      '[call.kind, new Uint8Array(call.input), new Uint8Array(call.caller)[31], new Uint8Array(call.contract)[31], call.blockNumber, call.blockTime, new Uint8Array(call.seed)[0]].join(";")',
    )
    equal(shown, 'command;1,2,3;1;2;7;1700000000000;3')
  })

  it('walks keys in order', () => {
    const state = memoryState()
    for (const key of [[2, 1], [1], [2], [2, 0], [3]]) state.set(Uint8Array.from(key), Uint8Array.of(0))
    const outcome = invoke(
      encode(`globalThis.__pha_main = () => {
        const found = []
        const prefix = Uint8Array.of(2).buffer
        for (let key = __pha_host.nextKey(prefix); key; key = __pha_host.nextKey(prefix, key)) {
          found.push(key.byteLength, ...new Uint8Array(key))
        }
        return { ok: true, output: Uint8Array.from(found).buffer }
      }`),
      {},
      state,
    )
    deepEqual(outcome.status === 'ok' && outcome.output, Uint8Array.of(1, 2, 2, 2, 0, 2, 2, 1))
  })

  it('removes a key and tells empty from absent', () => {
    const state = memoryState()
    state.set(Uint8Array.of(1), Uint8Array.of(9))
    invoke(
      program(`__pha_host.set(Uint8Array.of(1).buffer); __pha_host.set(Uint8Array.of(2).buffer, new ArrayBuffer(0))`),
      {},
      state,
    )
    deepEqual(state.entries(), [['02', '']])
    equal(evaluate('__pha_host.get(new ArrayBuffer(0))'), 'undefined')
  })

  it('shows the gas that is left', () => {
    equal(evaluate('typeof __pha_host.gasLeft()'), 'bigint')
    const [before, after] = evaluate('[__pha_host.gasLeft(), __pha_host.gasLeft()].join()').split(',').map(Number)
    ok(before !== undefined && after !== undefined && before > after && before < Number(gasLimit) && after > 0)
  })

  it('charges for bytes that cross the border', () => {
    const gasOf = (bytes: number): bigint =>
      invoke(program(`__pha_host.set(new ArrayBuffer(1), new ArrayBuffer(${bytes}))`)).gasUsed
    ok(gasOf(60_000) - gasOf(1) > 60_000n * 20n)
  })

  it('has no clock, no randomness, no code from text, no locale, no shared memory', () => {
    const absent = [
      'Date',
      'performance',
      'WeakRef',
      'FinalizationRegistry',
      'Atomics',
      'SharedArrayBuffer',
      'Intl',
      'eval',
      'Function',
      'console',
      'process',
      'require',
      'setTimeout',
      'queueMicrotask',
      'WebAssembly',
      'fetch',
      'escape',
    ]
    for (const name of absent) equal(evaluate(`typeof globalThis.${name}`), 'undefined', name)
    equal(evaluate('typeof Math.random'), 'undefined')
    for (const kind of ['() => {}', 'function* () {}', 'async () => {}', 'async function* () {}', 'class {}']) {
      equal(evaluate(`(${kind}).constructor === Object || (${kind}).constructor === undefined`), 'true', kind)
    }
    equal(
      evaluate(`typeof ''.localeCompare + typeof (1).toLocaleString + typeof [].toLocaleString`),
      'undefined'.repeat(3),
    )
    equal(evaluate(`(() => { try { return import('x') && 'promise' } catch { return 'thrown' } })()`), 'promise')
  })

  it('keeps a list of all globals, so that none comes in with a new engine', () => {
    const names = evaluate(
      'Reflect.ownKeys(globalThis).filter((name) => typeof name === "string").sort().join()',
    ).split(',')
    deepEqual(
      names.filter((name) => !/Error$|Array$/.test(name)),
      [
        'ArrayBuffer',
        'BigInt',
        'Boolean',
        'DataView',
        'Infinity',
        'Iterator',
        'JSON',
        'Map',
        'Math',
        'NaN',
        'Number',
        'Object',
        'Promise',
        'Proxy',
        'Reflect',
        'RegExp',
        'Set',
        'String',
        'Symbol',
        'WeakMap',
        'WeakSet',
        '__pha_host',
        '__pha_main',
        'decodeURI',
        'decodeURIComponent',
        'encodeURI',
        'encodeURIComponent',
        'globalThis',
        'isFinite',
        'isNaN',
        'parseFloat',
        'parseInt',
        'undefined',
      ],
    )
  })

  it('has one NaN, whatever made it', () => {
    const bytes = (array: string, expression: string): string =>
      evaluate(`[...new Uint8Array(${array}.of(${expression}).buffer)].join()`)
    for (const expression of [
      '0 / 0',
      '-(0 / 0)',
      'Infinity - Infinity',
      '0 * Infinity',
      'Math.sqrt(-1)',
      'Math.log(-1)',
      'Math.pow(-8, 1 / 3)',
      'Math.acos(2)',
      'Infinity % 1',
      'Math.max(NaN, 1)',
      'Number("x")',
      '-NaN',
      'new Float64Array(Uint8Array.of(1, 2, 3, 4, 5, 6, 255, 255).buffer)[0]',
      'new Float32Array(Uint8Array.of(1, 2, 255, 255).buffer)[0]',
    ]) {
      equal(bytes('Float64Array', expression), '0,0,0,0,0,0,248,127', expression)
      equal(bytes('Float32Array', expression), '0,0,192,127', expression)
      equal(bytes('Float16Array', expression), '1,124', expression)
    }
  })

  it('is not fooled by a guest that rewrites its own intrinsics', () => {
    const outcome = invoke(
      encode(`globalThis.__pha_main = () => {
        const targets = [Array.prototype, Object.prototype, ArrayBuffer.prototype, (() => {}).__proto__, Reflect, globalThis]
        const { ownKeys } = Reflect
        const all = targets.flatMap((target) => ownKeys(target).map((name) => ({ target, name })))
        const { length } = all
        const Buffer = ArrayBuffer
        for (let i = 0; i < length; i++) try { all[i].target[all[i].name] = () => 'hostile' } catch {}
        __pha_host.set(new Buffer(1), new Buffer(2))
        return { ok: true, output: new Buffer(3) }
      }`),
    )
    deepEqual(outcome.status === 'ok' && outcome.output, new Uint8Array(3))
  })

  it('lets a query catch that it cannot write', () => {
    const attempt = `(() => { try { __pha_host.set(new ArrayBuffer(1), new ArrayBuffer(1)); return 'wrote' } catch (error) { return error.message } })()`
    equal(evaluate(attempt, { kind: 'query' }), 'only init and commands write state')
    equal(evaluate(attempt), 'wrote')
  })

  it('says nothing about an exception but that there was one', () => {
    const outcomes = ['a', 'a much longer secret'].map((text) =>
      invoke(program(`throw new Error(${JSON.stringify(text)})`)),
    )
    for (const outcome of outcomes) deepEqual(Object.keys(outcome).sort(), ['gasUsed', 'reason', 'status'])
  })

  it('catches a stack overflow as QuickJS reports it, and goes on', () => {
    match(
      evaluate(
        `(() => { let depth = 0; const f = () => { depth++; f() }; try { f() } catch (error) { return error.message + depth } })()`,
      ),
      /^stack overflow[67]\d\d$/,
    )
  })

  it('grows memory for one message and starts the next as if it had not', () => {
    using contract = executor.load(
      program(
        `if (call.input.byteLength > 0) globalThis.big = new Uint8Array(20 << 20).fill(255); else new Uint8Array(1 << 20)`,
      ),
    )
    const small = contract.invoke({ ...message, input: new Uint8Array() }, memoryState())
    const grown = contract.invoke(message, memoryState())
    deepEqual([small.status, grown.status], ['ok', 'ok'])
    notDeepEqual(grown, small)
    deepEqual(contract.invoke({ ...message, input: new Uint8Array() }, memoryState()), small)
    deepEqual(contract.invoke(message, memoryState()), grown)
  })

  it('starts every query from the same memory, whatever queries and commands did before', () => {
    using contract = executor.load(
      program(`const { byteLength } = call.input
        const fresh = new Uint8Array(byteLength << 18)
        const first = fresh.includes(255) ? 0 : 1
        fresh.fill(255)
        globalThis.seen = (globalThis.seen ?? 0) + 1
        return { ok: true, output: Uint8Array.of(first, globalThis.seen).buffer }`),
    )
    const query = (megabytes: number): Outcome =>
      contract.invoke({ ...message, kind: 'query', input: new Uint8Array(4 * megabytes) }, memoryState())
    const small = query(0)
    const large = query(3)
    contract.invoke({ ...message, input: new Uint8Array(12) }, memoryState())
    deepEqual([query(0), query(3), query(0), query(3)], [small, large, small, large])
    deepEqual(large.status === 'ok' && large.output, Uint8Array.of(1, 1))
  })

  it('throws for arguments that its caller has to bound, and runs nothing', () => {
    using contract = executor.load(program(''))
    for (const change of [
      { input: new Uint8Array(65_537) },
      { seed: new Uint8Array(65) },
      { gasLimit: -1n },
      { gasLimit: 1n << 63n },
    ]) {
      throws(() => contract.invoke({ ...message, ...change }, memoryState()), { code: 'executor.bad-invocation' })
    }
  })

  it('refuses to be entered again from its own state, and after disposal', () => {
    const contract = executor.load(program('__pha_host.get(new ArrayBuffer(1))'))
    const state: StateAccess = { ...memoryState(), get: () => void contract.invoke(message, memoryState()) }
    throws(() => contract.invoke(message, state), { code: 'executor.unavailable' })
    equal(contract.invoke(message, memoryState()).status, 'ok')
    contract[Symbol.dispose]()
    throws(() => contract.invoke(message, memoryState()), { code: 'executor.unavailable' })
  })
})
