import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type MeterOptions, meterExports, meterWasm } from './meter-wasm.ts'
import { WasmFormatError, WasmWriter } from './wasm-binary.ts'
import { appendToVector, type Section, sectionIds, writeSections } from './wasm-module.ts'

const I32 = 0x7f
const I64 = 0x7e
const F64 = 0x7c
const quickjsWasm = readFileSync(createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))

interface Func {
  readonly parameters?: readonly number[]
  readonly results?: readonly number[]
  readonly locals?: readonly number[]
  readonly code: readonly number[]
}

/** A module of functions, exported as `f0`, `f1`, ..., with one page of memory, a table of them, and `globals`. */
function moduleOf(funcs: readonly Func[], globals: readonly (readonly number[])[] = []): Uint8Array {
  const vector = (bytes: readonly number[]): number[] => [bytes.length, ...bytes]
  let sections: Section[] = []
  const put = (id: number, entries: readonly (readonly number[])[]): void => {
    if (entries.length > 0)
      sections = appendToVector(
        sections,
        id,
        entries.map((entry) => Uint8Array.from(entry)),
      )
  }
  put(
    sectionIds.type,
    funcs.map(({ parameters = [], results = [] }) => [0x60, ...vector(parameters), ...vector(results)]),
  )
  put(
    sectionIds.function,
    funcs.map((_, index) => [index]),
  )
  put(sectionIds.table, [[0x70, 0x00, funcs.length]])
  put(sectionIds.memory, [[0x01, 1, 4]])
  put(sectionIds.global, globals)
  put(
    sectionIds.export,
    funcs.map((_, index) => [2, 0x66, 0x30 + index, 0x00, index]),
  )
  put(sectionIds.element, [[0x00, 0x41, 0x00, 0x0b, ...vector(funcs.map((_, index) => index))]])
  const bodies = funcs.map(({ locals = [], code }) => {
    const body = new WasmWriter().u32(locals.length)
    for (const type of locals) body.u32(1).byte(type)
    return [...new WasmWriter().prefixed(body.raw(code).byte(0x0b).finish()).finish()]
  })
  put(sectionIds.code, bodies)
  return writeSections(sections)
}

interface Metered {
  readonly call: (index: number, ...args: (number | bigint)[]) => unknown
  readonly gas: WebAssembly.Global<'i64'>
  readonly nativeStack: WebAssembly.Global<'i32'>
  readonly exports: WebAssembly.Exports
}

function instantiate(bytes: Uint8Array, options?: MeterOptions): Metered {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(meterWasm(bytes, options)))
  const gas = exports[meterExports.gas] as WebAssembly.Global<'i64'>
  const nativeStack = exports[meterExports.nativeStack] as WebAssembly.Global<'i32'>
  gas.value = 1_000_000n
  nativeStack.value = 100_000
  const call = (index: number, ...args: (number | bigint)[]): unknown =>
    (exports[`f${index}`] as (...args: (number | bigint)[]) => unknown)(...args)
  return { call, gas, nativeStack, exports }
}

function gasOf(metered: Metered, index: number, ...args: number[]): number {
  metered.gas.value = 1_000_000n
  metered.call(index, ...args)
  return Number(1_000_000n - metered.gas.value)
}

/** A statement of the generated programs, and what it compiles to. */
type Statement =
  | { readonly kind: 'work' }
  | { readonly kind: 'if'; readonly taken: boolean; readonly onTrue: Statement[]; readonly onFalse: Statement[] }
  | { readonly kind: 'block'; readonly body: Statement[] }
  | { readonly kind: 'loop'; readonly body: Statement[] }
  | { readonly kind: 'exit'; readonly taken: boolean; readonly depth: number; readonly conditional: boolean }

const program = fc.letrec<{ body: Statement[]; statement: Statement }>((tie) => ({
  body: fc.array(tie('statement'), { maxLength: 4 }),
  statement: fc.oneof(
    { maxDepth: 5 },
    fc.constant<Statement>({ kind: 'work' }),
    fc.record({ kind: fc.constant('exit' as const), taken: fc.boolean(), depth: fc.nat(5), conditional: fc.boolean() }),
    fc.record({ kind: fc.constant('if' as const), taken: fc.boolean(), onTrue: tie('body'), onFalse: tie('body') }),
    fc.record({ kind: fc.constant('block' as const), body: tie('body') }),
    fc.record({ kind: fc.constant('loop' as const), body: tie('body') }),
  ),
})).body

/** Labels around a statement, innermost last: branching to a loop would repeat it, so programs leave blocks and ifs only. */
type Label = 'block' | 'loop'

function exitDepth(labels: readonly Label[], wanted: number): number | undefined {
  const open = labels
    .map((label, index) => ({ label, depth: labels.length - 1 - index }))
    .filter(({ label }) => label === 'block')
  return open.at(-1 - (wanted % Math.max(open.length, 1)))?.depth
}

function compile(statements: readonly Statement[], labels: readonly Label[]): number[] {
  return statements.flatMap((one): number[] => {
    if (one.kind === 'work') return [0x20, 0, 0x41, 1, 0x6a, 0x21, 0]
    if (one.kind === 'block') return [0x02, 0x40, ...compile(one.body, [...labels, 'block']), 0x0b]
    if (one.kind === 'loop') return [0x03, 0x40, ...compile(one.body, [...labels, 'loop']), 0x0b]
    if (one.kind === 'if') {
      const inner: Label[] = [...labels, 'block']
      return [
        0x41,
        one.taken ? 1 : 0,
        0x04,
        0x40,
        ...compile(one.onTrue, inner),
        0x05,
        ...compile(one.onFalse, inner),
        0x0b,
      ]
    }
    const depth = exitDepth(labels, one.depth)
    if (depth === undefined) return []
    return one.conditional ? [0x41, one.taken ? 1 : 0, 0x0d, depth] : [0x0c, depth]
  })
}

/** Instructions that running the statements executes, and the label depth that control leaves to, or -1. */
function execute(statements: readonly Statement[], labels: readonly Label[]): { count: number; leaves: number } {
  let count = 0
  for (const one of statements) {
    if (one.kind === 'work') count += 4
    else if (one.kind === 'exit') {
      const depth = exitDepth(labels, one.depth)
      if (depth === undefined) continue
      count += one.conditional ? 2 : 1
      if (!one.conditional || one.taken) return { count, leaves: depth }
    } else {
      if (one.kind === 'if') count += 2
      const body = one.kind === 'if' ? (one.taken ? one.onTrue : one.onFalse) : one.body
      const inner = execute(body, [...labels, one.kind === 'loop' ? 'loop' : 'block'])
      count += inner.count
      if (inner.leaves > 0) return { count, leaves: inner.leaves - 1 }
    }
  }
  return { count, leaves: -1 }
}

describe('the metering pass', () => {
  it('charges exactly the instructions that are executed, on any path', () => {
    fc.assert(
      fc.property(program, (statements) => {
        const metered = instantiate(moduleOf([{ locals: [I32], code: compile(statements, ['block']) }]))
        equal(gasOf(metered, 0), execute(statements, ['block']).count)
      }),
      { numRuns: 300 },
    )
  })

  it('charges each turn of a loop', () => {
    // do { n = n - 1 } while (n)
    const code = [0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b]
    const metered = instantiate(moduleOf([{ parameters: [I32], code }]))
    for (const turns of [1, 2, 1000]) equal(gasOf(metered, 0, turns), 5 * turns)
  })

  it('traps when the next segment costs more than is left, and leaves the memory of the path not taken', () => {
    // store 1; if (n) store 2
    const store = (value: number): number[] => [0x41, 0, 0x41, value, 0x36, 2, 0]
    const code = [...store(1), 0x20, 0, 0x04, 0x40, ...store(2), 0x0b, 0x41, 0, 0x28, 2, 0]
    const metered = instantiate(moduleOf([{ parameters: [I32], results: [I32], code }]))
    equal(gasOf(metered, 0, 1), 3 + 2 + 3 + 2)
    metered.gas.value = 10n
    equal(metered.call(0, 1), 2)
    equal(metered.gas.value, 0n)
    metered.gas.value = 9n
    throws(() => metered.call(0, 1), WebAssembly.RuntimeError)
    ok(metered.gas.value < 0n)
  })

  it('ends an endless loop and endless recursion, direct and through the table', () => {
    const loop = { code: [0x03, 0x40, 0x0c, 0, 0x0b] }
    const direct = { code: [0x10, 1] }
    const table = { code: [0x41, 2, 0x11, 2, 0] }
    const metered = instantiate(moduleOf([loop, direct, table]))
    throws(() => metered.call(0), WebAssembly.RuntimeError)
    ok(metered.gas.value < 0n)
    for (const recursive of [1, 2]) {
      metered.gas.value = 1_000_000n
      metered.nativeStack.value = 100_000
      throws(() => metered.call(recursive), WebAssembly.RuntimeError)
      ok(metered.nativeStack.value < 0 && metered.gas.value > 900_000n)
    }
  })

  it('counts native stack while calls last, and gives it back', () => {
    // f(n) = n ? f(n - 1) : 0
    const code = [0x20, 0, 0x04, I32, 0x20, 0, 0x41, 1, 0x6b, 0x10, 0, 0x05, 0x41, 0, 0x0b]
    const metered = instantiate(moduleOf([{ parameters: [I32], results: [I32], code }]))
    metered.call(0, 100)
    equal(metered.nativeStack.value, 100_000)
    throws(() => metered.call(0, 100_000), WebAssembly.RuntimeError)
  })

  it('charges bulk instructions and growth by their size, before they work', () => {
    const fill = { parameters: [I32], code: [0x41, 0, 0x41, 7, 0x20, 0, 0xfc, 11, 0] }
    const copy = { parameters: [I32], code: [0x41, 0, 0x41, 8, 0x20, 0, 0xfc, 10, 0, 0] }
    const grow = { parameters: [I32], results: [I32], code: [0x20, 0, 0x40, 0] }
    const metered = instantiate(moduleOf([fill, copy, grow]))
    equal(gasOf(metered, 0, 8000), 4 + 8000)
    equal(gasOf(metered, 1, 8000), 4 + 8000)
    equal(gasOf(metered, 2, 2), 2 + 2 * 65_536)
    metered.gas.value = 5000n
    throws(() => metered.call(0, 8000), WebAssembly.RuntimeError)
  })

  it('makes every NaN the canonical one', () => {
    const divide = { parameters: [F64, F64], results: [I64], code: [0x20, 0, 0x20, 1, 0xa3, 0xbd] }
    const demote = { parameters: [I64], results: [I32], code: [0x20, 0, 0xbf, 0xb6, 0xbc] }
    const { call } = instantiate(moduleOf([divide, demote]))
    equal(BigInt.asUintN(64, call(0, 0, 0) as bigint), 0x7ff8000000000000n)
    equal(call(0, 1, 0), 0x7ff0000000000000n)
    for (const bits of [0x7ff8000000000000n, 0xfff8000000000001n, 0xfff0dead00000000n]) {
      equal(call(1, BigInt.asIntN(64, bits)), 0x7fc00000)
    }
  })

  it('keeps the stack pointer above its floor', () => {
    const code = [0x20, 0, 0x24, 0]
    const stackGlobal = [I32, 1, 0x41, 0, 0x0b]
    const metered = instantiate(moduleOf([{ parameters: [I32], code }], [stackGlobal]), {
      stackPointer: { global: 0, floor: 1000 },
    })
    metered.call(0, 1000)
    equal((metered.exports[`${meterExports.global}0`] as WebAssembly.Global).value, 1000)
    for (const low of [999, 0, -1, -2_000_000_000]) throws(() => metered.call(0, low), WebAssembly.RuntimeError)
  })

  it('refuses every instruction that it does not know', () => {
    const codeOf = (bytes: readonly number[]): string | undefined => {
      try {
        meterWasm(moduleOf([{ code: [...bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }]))
        return undefined
      } catch (error) {
        return (error as WasmFormatError).code
      }
    }
    for (const opcode of [0x06, 0x08, 0x0a, 0x12, 0x13, 0x14, 0x1f, 0x27, 0xc5, 0xd3, 0xd5, 0xfb, 0xfd, 0xfe, 0xff]) {
      equal(codeOf([opcode]), 'wasm.unknown-opcode', opcode.toString(16))
    }
    for (const number of [18, 19, 100]) equal(codeOf([0xfc, number]), 'wasm.unknown-opcode')
    equal(codeOf([0x28, 0x42]), 'wasm.unsupported') // memory index in the alignment
    equal(codeOf([0x02, 0x60]), 'wasm.unknown-type')
    equal(codeOf([0x10, 9]), 'wasm.bad-index')
    equal(codeOf([0x0c, 9]), 'wasm.bad-index')
  })

  it('refuses a module cut at any byte', () => {
    const whole = moduleOf([{ parameters: [I32], code: [0x02, 0x40, 0x20, 0, 0x0d, 0, 0x0b] }])
    const sectionEnds = new Set<number>()
    for (let length = 0; length < whole.length; length++) {
      try {
        meterWasm(whole.subarray(0, length))
        sectionEnds.add(length)
      } catch (error) {
        ok(error instanceof WasmFormatError, `length ${length}: ${String(error)}`)
      }
    }
    // only what ends with a whole section, before functions are declared, is a module
    deepEqual([...sectionEnds], [8, 15])
  })

  it('answers mutated modules with a valid module or a coded error', () => {
    const whole = moduleOf([
      { parameters: [I32], locals: [I64, F64], code: [0x02, 0x40, 0x20, 0, 0x0d, 0, 0x0b, 0x41, 0, 0x11, 1, 0] },
      { code: [0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x9f, 0x1a] },
    ])
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const mutated = Uint8Array.from(whole)
        mutated[at] = byte
        let metered: Uint8Array<ArrayBuffer>
        try {
          metered = meterWasm(mutated)
        } catch (error) {
          ok(error instanceof WasmFormatError, String(error))
          return
        }
        ok(WebAssembly.validate(metered) || !WebAssembly.validate(mutated))
      }),
      { numRuns: 2000 },
    )
  })

  it('understands all of QuickJS, the same way each time', () => {
    const metered = meterWasm(quickjsWasm)
    ok(WebAssembly.validate(metered))
    deepEqual(Buffer.compare(metered, meterWasm(quickjsWasm)), 0)
    deepEqual(
      WebAssembly.Module.imports(new WebAssembly.Module(metered)),
      WebAssembly.Module.imports(new WebAssembly.Module(quickjsWasm)),
    )
  })
})
