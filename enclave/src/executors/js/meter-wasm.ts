/**
 * Rewrites a WebAssembly module so that a run of it is counted, bounded and the same on every machine.
 *
 * What the specification leaves open, or leaves to the host, and what the pass does about it:
 * - *time*: each segment of code charges its number of instructions to the global `gas` and traps below zero;
 *   bulk instructions also charge their size. The count depends on the path taken and on nothing else.
 * - *call depth* (section 7.1, "implementation limitations"): a caller takes an upper bound of its own native frame
 *   from the global `nativeStack` around each call, and traps below zero, long before the engine's stack ends at a
 *   depth that differs by machine and compiler tier.
 * - *the stack in linear memory*: setting its pointer below a floor traps, so a run's writes stay where they are expected.
 * - *NaN bits* (section 4.3.3): results of float arithmetic are replaced by the canonical positive NaN.
 * Memory growth is the importer's to bound. Existing indices stay as they are: globals and exports are appended.
 */

import { frameBytesOf, rewriteFunction } from './rewrite-function.ts'
import { type FunctionPlan, scanFunction } from './scan-function.ts'
import { WasmFormatError, WasmReader, WasmWriter } from './wasm-binary.ts'
import {
  appendToVector,
  readSections,
  readShape,
  type Section,
  sectionIds,
  withMemoryLimits,
  writeSections,
} from './wasm-module.ts'

export interface MeterOptions {
  /** The global that holds the stack pointer of linear memory, and the lowest value it may be set to. */
  readonly stackPointer?: { readonly global: number; readonly floor: number }
  /** New limits of the imported memory, in pages of 64 KiB. */
  readonly memory?: { readonly minimum: number; readonly maximum: number }
}

/**
 * Names of the added exports. Mutable globals of the module itself become `pha.global.<index>`. A start function
 * becomes the export `start`, to be called by the host first: as a start function it would run before gas is granted.
 */
export const meterExports = {
  gas: 'pha.gas',
  nativeStack: 'pha.native-stack',
  start: 'pha.start',
  global: 'pha.global.',
} as const

/**
 * A whole tree of calls that needs no more native stack than this is not counted call by call:
 * `malloc` and the like are called everywhere. The process keeps this much in reserve.
 */
const UNCOUNTED_STACK_BYTES = 8 * 1024

/**
 * Adds metering to a module.
 *
 * @param module bytes of a WebAssembly 2.0 module without vectors, threads or custom proposals
 * @returns bytes of the metered module; the same bytes for the same input, always. Both new globals start at zero,
 *   so nothing runs before the host grants `gas` (i64) and `nativeStack` (i32, bytes).
 * @throws {WasmFormatError} for anything that the pass does not fully understand
 *
 * @example
 * const instance = new WebAssembly.Instance(new WebAssembly.Module(meterWasm(bytes)), imports)
 * const gas = instance.exports[meterExports.gas] as WebAssembly.Global
 * gas.value = 1_000_000n
 */
export function meterWasm(module: Uint8Array, { stackPointer, memory }: MeterOptions = {}): Uint8Array<ArrayBuffer> {
  const { sections, start } = takeStart(readSections(module))
  const shape = readShape(sections)
  const code = sections.find(({ id }) => id === sectionIds.code)?.body ?? new Uint8Array(1)
  const plans = scanCode(
    code,
    (reader, index) => scanFunction(reader, index, { shape, stackPointer: stackPointer?.global }),
    shape.importedFunctions,
  )
  if (plans.length !== shape.functions.length - shape.importedFunctions) {
    throw new WasmFormatError('wasm.bad-section', 0, 'functions without bodies')
  }

  const gas = shape.globals.length
  const nativeStack = gas + 1
  const depth = measureDepth(plans, shape.importedFunctions)
  const isDeep = (callee: number | 'indirect'): boolean =>
    callee === 'indirect' || depth(callee) > UNCOUNTED_STACK_BYTES
  const body = new WasmWriter(code.length * 3).u32(plans.length)
  for (const plan of plans) {
    const frameBytes = frameBytesOf(plan)
    body.prefixed(rewriteFunction(code, plan, { gas, nativeStack, stackPointer, frameBytes, isDeep }))
  }

  const exports = [exportOf(meterExports.gas, GLOBAL, gas), exportOf(meterExports.nativeStack, GLOBAL, nativeStack)]
  if (start !== undefined) exports.push(exportOf(meterExports.start, FUNCTION, start))
  for (const [index, { mutable }] of shape.globals.entries()) {
    if (mutable) exports.push(exportOf(`${meterExports.global}${index}`, GLOBAL, index))
  }
  let result: Section[] = sections.map((one) =>
    one.id === sectionIds.code ? { id: one.id, body: body.finish() } : one,
  )
  result = appendToVector(result, sectionIds.global, [GAS_GLOBAL, NATIVE_STACK_GLOBAL])
  result = appendToVector(result, sectionIds.export, exports)
  if (memory !== undefined) result = withMemoryLimits(result, memory.minimum, memory.maximum)
  return writeSections(result)
}

/** Mutable i64 with initial value 0 (section 5.5.6). */
const GAS_GLOBAL = Uint8Array.of(0x7e, 0x01, 0x42, 0x00, 0x0b)
/** Mutable i32 with initial value 0. */
const NATIVE_STACK_GLOBAL = Uint8Array.of(0x7f, 0x01, 0x41, 0x00, 0x0b)

/** Kinds of exports (section 5.5.10). */
const FUNCTION = 0x00
const GLOBAL = 0x03

function exportOf(name: string, kind: number, index: number): Uint8Array {
  return new WasmWriter(32).prefixed(new TextEncoder().encode(name)).byte(kind).u32(index).finish()
}

function takeStart(sections: readonly Section[]): { sections: Section[]; start: number | undefined } {
  const start = sections.find(({ id }) => id === sectionIds.start)
  return {
    sections: sections.filter((one) => one !== start),
    start: start === undefined ? undefined : new WasmReader(start.body).u32(),
  }
}

function scanCode(
  code: Uint8Array,
  scan: (reader: WasmReader, index: number) => FunctionPlan,
  importedFunctions: number,
): FunctionPlan[] {
  const reader = new WasmReader(code)
  const count = reader.u32()
  const plans: FunctionPlan[] = []
  for (let index = 0; index < count; index++) plans.push(scan(reader.slice(reader.u32()), importedFunctions + index))
  if (!reader.done) throw new WasmFormatError('wasm.bad-section', reader.position, 'trailing bytes')
  return plans
}

/**
 * The most native stack that a function and everything it calls can need: infinite where the calls form a cycle,
 * go through a table, or leave the module.
 */
function measureDepth(plans: readonly FunctionPlan[], importedFunctions: number): (index: number) => number {
  const known = new Map<number, number>()
  const measure = (index: number): number => {
    const plan = plans[index - importedFunctions]
    if (plan === undefined) return Number.POSITIVE_INFINITY
    const found = known.get(index)
    if (found !== undefined) return found
    known.set(index, Number.POSITIVE_INFINITY) // met again on the way down: a cycle
    let deepest = 0
    for (const edit of plan.edits) {
      if (edit.kind !== 'before-call') continue
      deepest = Math.max(deepest, edit.callee === 'indirect' ? Number.POSITIVE_INFINITY : measure(edit.callee))
    }
    const total = frameBytesOf(plan) + deepest
    known.set(index, total)
    return total
  }
  return measure
}
