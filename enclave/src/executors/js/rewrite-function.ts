/** Writes one function body with the planned insertions. */

import type { Edit, FunctionPlan } from './scan-function.ts'
import { WasmWriter } from './wasm-binary.ts'
import { opcodes } from './wasm-opcodes.ts'

interface RewriteOptions {
  /** Indices of the globals that the pass appends: work left, and native stack left. */
  readonly gas: number
  readonly nativeStack: number
  readonly stackPointer: { readonly global: number; readonly floor: number } | undefined
  /** Estimated bytes of native stack that a call of this function takes. */
  readonly frameBytes: number
  /** Whether a call can go deep enough to need counting. */
  readonly isDeep: (callee: number | 'indirect') => boolean
}

/** Bytes of the new body, without its length. */
export function rewriteFunction(code: Uint8Array, plan: FunctionPlan, options: RewriteOptions): Uint8Array {
  const out = new WasmWriter((plan.end - plan.localsStart) * 3 + 64)
  const scratch = writeLocals(out, code, plan)
  let position = plan.start
  for (const edit of plan.edits) {
    if (isNothing(edit, options)) continue
    out.range(code, position, edit.at)
    position = edit.at
    insert(out, edit, options, scratch)
  }
  return out.range(code, position, plan.end).finish()
}

/**
 * The most native stack one activation of the function can need, in bytes: return address, frame pointer and the
 * engine's own slots, and 8 bytes for each parameter, local and operand, as the baseline compiler lays them out.
 * The optimising compiler's frames are smaller; the tests measure both against this number.
 */
export function frameBytesOf({ locals, height, edits }: FunctionPlan): number {
  return FRAME_HEADER_BYTES + 8 * (locals + height + scratchKinds(edits).length + INSERTED_OPERANDS)
}

const FRAME_HEADER_BYTES = 128
/** The inserted code itself holds up to 3 operands above those of the function. */
const INSERTED_OPERANDS = 3

interface Scratch {
  readonly i32: number
  readonly f32: number
  readonly f64: number
}

const scratchTypes = { i32: 0x7f, f32: 0x7d, f64: 0x7c } as const

function scratchKinds(edits: readonly Edit[]): ('i32' | 'f32' | 'f64')[] {
  const needed = new Set(edits.map(({ kind }) => kind))
  return [
    ...(needed.has('bulk') ? ['i32' as const] : []),
    ...(needed.has('canonical-f32') ? ['f32' as const] : []),
    ...(needed.has('canonical-f64') ? ['f64' as const] : []),
  ]
}

/** Copies the local declarations and appends the scratch locals that the edits need. */
function writeLocals(out: WasmWriter, code: Uint8Array, plan: FunctionPlan): Scratch {
  const kinds = scratchKinds(plan.edits)
  out.u32(plan.localGroups + kinds.length).range(code, plan.localsStart, plan.start)
  for (const kind of kinds) out.u32(1).byte(scratchTypes[kind])
  const indexOf = (kind: 'i32' | 'f32' | 'f64'): number => plan.locals + kinds.indexOf(kind)
  return { i32: indexOf('i32'), f32: indexOf('f32'), f64: indexOf('f64') }
}

function isNothing(edit: Edit, { isDeep }: RewriteOptions): boolean {
  if (edit.kind === 'charge') return edit.cost === 0
  return (edit.kind === 'before-call' || edit.kind === 'after-call') && !isDeep(edit.callee)
}

function insert(out: WasmWriter, edit: Edit, options: RewriteOptions, scratch: Scratch): void {
  switch (edit.kind) {
    case 'charge':
      out.byte(opcodes.globalGet).u32(options.gas).byte(opcodes.i64Const).s32(edit.cost)
      chargeTop(out, options.gas)
      return
    case 'bulk':
      out.byte(opcodes.localTee).u32(scratch.i32)
      out.byte(opcodes.globalGet).u32(options.gas)
      out.byte(opcodes.localGet).u32(scratch.i32).byte(opcodes.i64ExtendI32U)
      out.byte(opcodes.i64Const).s32(edit.shift).byte(opcodes.i64Shl)
      chargeTop(out, options.gas)
      return
    case 'before-call':
      out.byte(opcodes.globalGet).u32(options.nativeStack).byte(opcodes.i32Const).s32(options.frameBytes)
      out.byte(opcodes.i32Sub).byte(opcodes.globalSet).u32(options.nativeStack)
      out.byte(opcodes.globalGet).u32(options.nativeStack).byte(opcodes.i32Const).s32(0)
      trapIf(out, opcodes.i32LtS)
      return
    case 'after-call':
      out.byte(opcodes.globalGet).u32(options.nativeStack).byte(opcodes.i32Const).s32(options.frameBytes)
      out.byte(opcodes.i32Add).byte(opcodes.globalSet).u32(options.nativeStack)
      return
    case 'stack-pointer-set': {
      if (options.stackPointer === undefined) return
      const { global, floor } = options.stackPointer
      // signed: a pointer that went below zero is below the floor too
      out.byte(opcodes.globalGet).u32(global).byte(opcodes.i32Const).s32(floor)
      trapIf(out, opcodes.i32LtS)
      return
    }
    case 'canonical-f32':
      canonicalise(out, scratch.f32, [opcodes.f32Const, 0x00, 0x00, 0xc0, 0x7f], opcodes.f32Eq)
      return
    case 'canonical-f64':
      canonicalise(out, scratch.f64, [opcodes.f64Const, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f], opcodes.f64Eq)
      return
    default:
      edit satisfies never
  }
}

/** Operands: gas, cost. Subtracts, stores, and traps below zero. */
function chargeTop(out: WasmWriter, gas: number): void {
  out.byte(opcodes.i64Sub).byte(opcodes.globalSet).u32(gas)
  out.byte(opcodes.globalGet).u32(gas).byte(opcodes.i64Const).s32(0)
  trapIf(out, opcodes.i64LtS)
}

function trapIf(out: WasmWriter, comparison: number): void {
  out.byte(comparison).byte(opcodes.if).byte(0x40).byte(opcodes.unreachable).byte(opcodes.end)
}

/** `select(x, canonical NaN, x == x)`: only a NaN differs from itself (section 4.3.3). */
function canonicalise(out: WasmWriter, local: number, canonicalNan: readonly number[], equal: number): void {
  out.byte(opcodes.localTee).u32(local).raw(canonicalNan)
  out.byte(opcodes.localGet).u32(local).byte(opcodes.localGet).u32(local).byte(equal).byte(opcodes.select)
}
