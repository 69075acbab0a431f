/**
 * Every instruction the metering pass knows (WebAssembly 2.0 specification, section 5.4), without vectors.
 * What is not in these tables is refused: an instruction we do not understand may be unmetered or undetermined.
 */

/** Shape of the bytes after the opcode. */
type Immediate =
  | 'none'
  | 'block'
  | 'index'
  | 'two-indices'
  | 'labels'
  | 'call'
  | 'call-indirect'
  | 'memory-argument'
  | 'i32'
  | 'i64'
  | 'f32'
  | 'f64'
  | 'types'
  | 'type'
  | 'zero-byte'

export interface Instruction {
  readonly immediate: Immediate
  /** Change of the operand stack's height; calls and block ends are computed from their types. */
  readonly delta: number
  /** The result's NaN bits are not fixed by the specification (section 4.3.3, "NaN propagation"). */
  readonly nan?: 'f32' | 'f64'
  /** The top operand counts bytes, elements or pages, and each is charged `2 ** shift`. */
  readonly bulk?: { readonly shift: number }
}

export const opcodes = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32LtS: 0x48,
  i64LtS: 0x53,
  f32Eq: 0x5b,
  f64Eq: 0x61,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i64Sub: 0x7d,
  i64Shl: 0x86,
  i64ExtendI32U: 0xad,
  prefixFC: 0xfc,
} as const

/** Instructions of one byte, by opcode. */
export const plain: readonly (Instruction | undefined)[] = buildPlain()

/** Instructions after the prefix 0xfc, by their number (sections 5.4.5 to 5.4.7). */
export const prefixed: readonly (Instruction | undefined)[] = buildPrefixed()

function buildPlain(): (Instruction | undefined)[] {
  const table: (Instruction | undefined)[] = new Array(256).fill(undefined)
  const put = (from: number, to: number, immediate: Immediate, delta: number): void => {
    for (let opcode = from; opcode <= to; opcode++) table[opcode] = { immediate, delta }
  }
  const nan = (from: number, to: number, type: 'f32' | 'f64', delta: number): void => {
    for (let opcode = from; opcode <= to; opcode++) table[opcode] = { immediate: 'none', delta, nan: type }
  }
  put(0x00, 0x01, 'none', 0) // unreachable, nop
  put(0x02, 0x03, 'block', 0) // block, loop
  put(0x04, 0x04, 'block', -1) // if
  put(0x05, 0x05, 'none', 0) // else
  put(0x0b, 0x0b, 'none', 0) // end
  put(0x0c, 0x0c, 'index', 0) // br
  put(0x0d, 0x0d, 'index', -1) // br_if
  put(0x0e, 0x0e, 'labels', -1) // br_table
  put(0x0f, 0x0f, 'none', 0) // return
  put(0x10, 0x10, 'call', 0)
  put(0x11, 0x11, 'call-indirect', -1)
  put(0x1a, 0x1a, 'none', -1) // drop
  put(0x1b, 0x1b, 'none', -2) // select
  put(0x1c, 0x1c, 'types', -2) // select with types
  put(0x20, 0x20, 'index', 1) // local.get
  put(0x21, 0x21, 'index', -1) // local.set
  put(0x22, 0x22, 'index', 0) // local.tee
  put(0x23, 0x23, 'index', 1) // global.get
  put(0x24, 0x24, 'index', -1) // global.set
  put(0x25, 0x25, 'index', 0) // table.get
  put(0x26, 0x26, 'index', -2) // table.set
  put(0x28, 0x35, 'memory-argument', 0) // loads
  put(0x36, 0x3e, 'memory-argument', -2) // stores
  put(0x3f, 0x3f, 'zero-byte', 1) // memory.size
  table[0x40] = { immediate: 'zero-byte', delta: 0, bulk: { shift: 16 } } // memory.grow: a unit for each byte of a page
  put(0x41, 0x41, 'i32', 1)
  put(0x42, 0x42, 'i64', 1)
  put(0x43, 0x43, 'f32', 1)
  put(0x44, 0x44, 'f64', 1)
  put(0x45, 0x45, 'none', 0) // i32.eqz
  put(0x46, 0x4f, 'none', -1) // i32 comparisons
  put(0x50, 0x50, 'none', 0) // i64.eqz
  put(0x51, 0x66, 'none', -1) // i64, f32, f64 comparisons
  put(0x67, 0x69, 'none', 0) // i32 clz, ctz, popcnt
  put(0x6a, 0x78, 'none', -1) // i32 arithmetic
  put(0x79, 0x7b, 'none', 0) // i64 clz, ctz, popcnt
  put(0x7c, 0x8a, 'none', -1) // i64 arithmetic
  put(0x8b, 0x8c, 'none', 0) // f32 abs, neg: the sign bit only
  nan(0x8d, 0x91, 'f32', 0) // f32 ceil, floor, trunc, nearest, sqrt
  nan(0x92, 0x97, 'f32', -1) // f32 add, sub, mul, div, min, max
  put(0x98, 0x98, 'none', -1) // f32.copysign
  put(0x99, 0x9a, 'none', 0) // f64 abs, neg
  nan(0x9b, 0x9f, 'f64', 0) // f64 ceil, floor, trunc, nearest, sqrt
  nan(0xa0, 0xa5, 'f64', -1) // f64 add, sub, mul, div, min, max
  put(0xa6, 0xa6, 'none', -1) // f64.copysign
  put(0xa7, 0xb5, 'none', 0) // conversions
  nan(0xb6, 0xb6, 'f32', 0) // f32.demote_f64
  put(0xb7, 0xba, 'none', 0) // f64 conversions from integers
  nan(0xbb, 0xbb, 'f64', 0) // f64.promote_f32
  put(0xbc, 0xbf, 'none', 0) // reinterpretations: bits as they are
  put(0xc0, 0xc4, 'none', 0) // sign extension
  put(0xd0, 0xd0, 'type', 1) // ref.null
  put(0xd1, 0xd1, 'none', 0) // ref.is_null
  put(0xd2, 0xd2, 'index', 1) // ref.func
  return table
}

function buildPrefixed(): (Instruction | undefined)[] {
  const bytes = { shift: 0 } // memory moves at about 10 bytes in the time of 10 instructions
  const elements = { shift: 1 }
  const truncations = new Array<Instruction>(8).fill({ immediate: 'none', delta: 0 }) // 0-7: saturating truncation
  return [
    ...truncations,
    { immediate: 'two-indices', delta: -3, bulk: bytes }, // memory.init
    { immediate: 'index', delta: 0 }, // data.drop
    { immediate: 'two-indices', delta: -3, bulk: bytes }, // memory.copy
    { immediate: 'index', delta: -3, bulk: bytes }, // memory.fill
    { immediate: 'two-indices', delta: -3, bulk: elements }, // table.init
    { immediate: 'index', delta: 0 }, // elem.drop
    { immediate: 'two-indices', delta: -3, bulk: elements }, // table.copy
    { immediate: 'index', delta: -1, bulk: elements }, // table.grow
    { immediate: 'index', delta: 1 }, // table.size
    { immediate: 'index', delta: -3, bulk: elements }, // table.fill
  ]
}
