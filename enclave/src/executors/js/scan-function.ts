/**
 * Reads one function body and plans what the metering pass inserts into it; writes nothing.
 *
 * A segment is a run of instructions that is entered at its first one only and left at its last one only, traps
 * aside. Its whole cost is charged at its start, so no path runs uncharged. A segment starts at the function's
 * entry, at a loop's head, after `if`, `else` and `br_if`, and after the `end` of a block that something branches to.
 */
import { WasmFormatError, type WasmReader } from './wasm-binary.ts'
import { type FunctionType, isValueType, type ModuleShape } from './wasm-module.ts'
import { type Instruction, opcodes, plain, prefixed } from './wasm-opcodes.ts'

/** Something to insert at byte `at` of the module's code section. Inserted code leaves the operand stack as it was. */
export type Edit =
  | { readonly kind: 'charge'; readonly at: number; cost: number }
  | { readonly kind: 'before-call' | 'after-call'; readonly at: number; readonly callee: number | 'indirect' }
  | { readonly kind: 'bulk'; readonly at: number; readonly shift: number }
  | { readonly kind: 'canonical-f32' | 'canonical-f64' | 'stack-pointer-set'; readonly at: number }

export interface FunctionPlan {
  /** Where the body's instructions start, after its local declarations. */
  readonly start: number
  readonly end: number
  /** Number of declared groups of locals, and where the first group starts. */
  readonly localGroups: number
  readonly localsStart: number
  /** Parameters and locals. */
  readonly locals: number
  /** Greatest height of the operand stack. */
  readonly height: number
  readonly edits: readonly Edit[]
}

interface Frame {
  readonly opcode: number
  readonly base: number
  readonly type: FunctionType
  targeted: boolean
}

/** 50,000 is what V8 allows (`kV8MaxWasmFunctionLocals`); above, the sum could leave 32 bits. */
const MAX_LOCALS = 50_000

interface ScanOptions {
  readonly shape: ModuleShape
  /** Index of the global that holds the stack pointer of linear memory, if the module has one. */
  readonly stackPointer: number | undefined
}

/** Plans the rewriting of the function `index` whose body `reader` covers. */
export function scanFunction(reader: WasmReader, index: number, { shape, stackPointer }: ScanOptions): FunctionPlan {
  const type = typeOf(shape, shape.functions[index])
  const localGroups = reader.u32()
  const localsStart = reader.position
  const locals = type.parameters + readLocals(reader, localGroups)
  const start = reader.position

  const edits: Edit[] = []
  const frames: Frame[] = [{ opcode: opcodes.block, base: 0, type: { ...type, parameters: 0 }, targeted: false }]
  let height = 0
  let highest = 0
  /** The segment being counted; undefined where no path leads. */
  let segment: { cost: number } | undefined

  const open = (): void => {
    const charge: Edit = { kind: 'charge', at: reader.position, cost: 0 }
    segment = charge
    edits.push(charge)
  }
  const innermost = (): Frame => {
    const frame = frames.at(-1)
    if (frame === undefined) throw new WasmFormatError('wasm.unsupported', reader.position, 'code after the end')
    return frame
  }
  const target = (depth: number): void => {
    const frame = frames[frames.length - 1 - depth]
    if (frame === undefined) throw new WasmFormatError('wasm.bad-index', reader.position, 'label')
    frame.targeted = true
  }
  const leave = (): void => {
    segment = undefined
    height = innermost().base
  }
  open()

  while (!reader.done) {
    const at = reader.position
    const opcode = reader.byte()
    const instruction = opcode === opcodes.prefixFC ? prefixed[reader.u32()] : plain[opcode]
    if (instruction === undefined) throw new WasmFormatError('wasm.unknown-opcode', at, `0x${opcode.toString(16)}`)
    const frame = innermost()
    height = Math.max(height + instruction.delta, frame.base)
    if (segment !== undefined && !isMarker(opcode)) segment.cost++

    switch (instruction.immediate) {
      case 'block': {
        const blockType = readBlockType(reader, shape)
        frames.push({
          opcode,
          base: Math.max(height - blockType.parameters, frame.base),
          type: blockType,
          targeted: false,
        })
        if (opcode !== opcodes.block) open()
        break
      }
      case 'call': {
        const callee = reader.u32()
        const { parameters, results } = typeOf(shape, shape.functions[callee])
        height = Math.max(height - parameters, frame.base) + results
        edits.push({ kind: 'before-call', at, callee }, { kind: 'after-call', at: reader.position, callee })
        break
      }
      case 'call-indirect': {
        const { parameters, results } = typeOf(shape, reader.u32())
        reader.u32()
        height = Math.max(height - parameters, frame.base) + results
        edits.push({ kind: 'before-call', at, callee: 'indirect' })
        edits.push({ kind: 'after-call', at: reader.position, callee: 'indirect' })
        break
      }
      case 'index': {
        const operand = reader.u32()
        if (opcode === opcodes.br || opcode === opcodes.brIf) target(operand)
        if (opcode === opcodes.globalSet && operand === stackPointer) {
          edits.push({ kind: 'stack-pointer-set', at: reader.position })
        }
        break
      }
      case 'labels': {
        const count = reader.u32()
        for (let label = 0; label <= count; label++) target(reader.u32())
        break
      }
      default:
        skipImmediate(reader, instruction)
    }

    if (instruction.bulk !== undefined) edits.push({ kind: 'bulk', at, shift: instruction.bulk.shift })
    if (instruction.nan !== undefined) edits.push({ kind: `canonical-${instruction.nan}`, at: reader.position })
    if (opcode === opcodes.else) {
      height = frame.base + frame.type.parameters
      open()
    } else if (opcode === opcodes.end) {
      frames.pop()
      height = frame.base + frame.type.results
      if (frames.length > 0 && (frame.targeted || frame.opcode === opcodes.if) && frame.opcode !== opcodes.loop) open()
    } else if (opcode === opcodes.brIf) open()
    else if (isJump(opcode)) leave()
    highest = Math.max(highest, height)
  }
  if (frames.length > 0) throw new WasmFormatError('wasm.truncated', reader.position, 'function body')
  return { start, end: reader.end, localGroups, localsStart, locals, height: highest, edits }
}

/** Structure that costs nothing; each cycle through a program also has a branch or a call, which costs. */
function isMarker(opcode: number): boolean {
  return opcode === opcodes.block || opcode === opcodes.loop || opcode === opcodes.else || opcode === opcodes.end
}

function isJump(opcode: number): boolean {
  return (
    opcode === opcodes.br || opcode === opcodes.brTable || opcode === opcodes.return || opcode === opcodes.unreachable
  )
}

function typeOf(shape: ModuleShape, index: number | undefined): FunctionType {
  const type = index === undefined ? undefined : shape.types[index]
  if (type === undefined) throw new WasmFormatError('wasm.bad-index', 0, 'type')
  return type
}

function readLocals(reader: WasmReader, groups: number): number {
  let count = 0
  for (let group = 0; group < groups; group++) {
    count += reader.u32()
    if (count > MAX_LOCALS) throw new WasmFormatError('wasm.unsupported', reader.position, 'locals')
    if (!isValueType(reader.byte())) throw new WasmFormatError('wasm.unknown-type', reader.position)
  }
  return count
}

const NOTHING: FunctionType = { parameters: 0, results: 0 }
const ONE_VALUE: FunctionType = { parameters: 0, results: 1 }

/** Section 5.3.6: empty, one value type, or a type index as a positive signed 33-bit integer. */
function readBlockType(reader: WasmReader, shape: ModuleShape): FunctionType {
  const start = reader.position
  const first = reader.byte()
  if (first === 0x40) return NOTHING
  if (isValueType(first)) return ONE_VALUE
  reader.position = start
  const index = reader.u32()
  const last = reader.bytes[reader.position - 1] ?? 0
  if ((last & 0x40) !== 0) throw new WasmFormatError('wasm.unknown-type', start)
  return typeOf(shape, index)
}

function skipImmediate(reader: WasmReader, { immediate }: Instruction): void {
  if (immediate === 'none') return
  if (immediate === 'memory-argument') {
    // alignments of 64 and more say "several memories", which this pass does not know
    if (reader.u32() >= 64) throw new WasmFormatError('wasm.unsupported', reader.position, 'memory index')
    reader.skipInteger(32)
  } else if (immediate === 'i32') reader.skipInteger(32)
  else if (immediate === 'i64') reader.skipInteger(64)
  else if (immediate === 'f32') reader.skip(4)
  else if (immediate === 'f64') reader.skip(8)
  else if (immediate === 'two-indices') {
    reader.u32()
    reader.u32()
  } else if (immediate === 'types') {
    if (!reader.prefixed().every(isValueType)) throw new WasmFormatError('wasm.unknown-type', reader.position)
  } else if (immediate === 'type') {
    if (!isValueType(reader.byte())) throw new WasmFormatError('wasm.unknown-type', reader.position)
  } else if (immediate === 'zero-byte' && reader.byte() !== 0) {
    throw new WasmFormatError('wasm.unsupported', reader.position, 'memory index')
  }
}
