/** A WebAssembly module as its sections, and the few tables of it that the metering pass needs (section 5.5). */
import { WasmFormatError, WasmReader, WasmWriter } from './wasm-binary.ts'

export interface Section {
  readonly id: number
  readonly body: Uint8Array
}

export interface FunctionType {
  readonly parameters: number
  readonly results: number
}

export interface ModuleShape {
  readonly types: readonly FunctionType[]
  readonly importedFunctions: number
  /** Type index of each function, imported ones first. */
  readonly functions: readonly number[]
  readonly globals: readonly { readonly mutable: boolean }[]
}

export const sectionIds = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const

/** Section 5.5.2: the order of sections in a module; custom ones are dropped before. */
const SECTION_ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11]
/** `\0asm`, version 1. */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

/** Number types and reference types (sections 5.3.1 and 5.3.3); vectors are refused. */
export function isValueType(byte: number): boolean {
  return (byte >= 0x7c && byte <= 0x7f) || byte === 0x70 || byte === 0x6f
}

/** Splits a module into its sections, without the custom ones: names and debug data must not reach the output. */
export function readSections(module: Uint8Array): Section[] {
  const reader = new WasmReader(module)
  for (const expected of HEADER) {
    if (reader.byte() !== expected) throw new WasmFormatError('wasm.bad-header', reader.position - 1)
  }
  const sections: Section[] = []
  let last = -1
  while (!reader.done) {
    const id = reader.byte()
    const body = reader.prefixed()
    if (id === sectionIds.custom) continue
    const order = SECTION_ORDER.indexOf(id)
    if (order <= last) throw new WasmFormatError('wasm.bad-section', reader.position, `section ${id}`)
    last = order
    sections.push({ id, body })
  }
  return sections
}

/** Joins sections, in the order of the specification. */
export function writeSections(sections: readonly Section[]): Uint8Array<ArrayBuffer> {
  const size = sections.reduce((sum, { body }) => sum + body.length + 8, HEADER.length)
  const writer = new WasmWriter(size).raw(HEADER)
  const ordered = [...sections].sort((a, b) => SECTION_ORDER.indexOf(a.id) - SECTION_ORDER.indexOf(b.id))
  for (const { id, body } of ordered) writer.byte(id).prefixed(body)
  return writer.finish()
}

/** Reads types, function signatures and globals, imported ones included. */
export function readShape(sections: readonly Section[]): ModuleShape {
  const bodyOf = (id: number): WasmReader => new WasmReader(sections.find((one) => one.id === id)?.body ?? EMPTY_VECTOR)
  const types = readVector(bodyOf(sectionIds.type), readFunctionType)
  const functions: number[] = []
  const globals: { mutable: boolean }[] = []
  readVector(bodyOf(sectionIds.import), (reader) => {
    reader.prefixed()
    reader.prefixed()
    skipImportDescription(
      reader,
      (type) => functions.push(type),
      (type) => globals.push(type),
    )
  })
  const importedFunctions = functions.length
  readVector(bodyOf(sectionIds.function), (reader) => functions.push(reader.u32()))
  readVector(bodyOf(sectionIds.memory), skipLimits)
  readVector(bodyOf(sectionIds.global), (reader) => {
    globals.push(readGlobalType(reader))
    skipConstantExpression(reader)
  })
  if (functions.some((type) => type >= types.length)) throw new WasmFormatError('wasm.bad-index', 0, 'function type')
  return { types, importedFunctions, functions, globals }
}

/**
 * Gives imported memories new limits, in pages of 64 KiB. A smaller minimum than the module asks for is the host's
 * promise to answer the module's requests for growth.
 */
export function withMemoryLimits(sections: readonly Section[], minimum: number, maximum: number): Section[] {
  return sections.map(({ id, body }) => {
    if (id !== sectionIds.import) return { id, body }
    const reader = new WasmReader(body)
    const writer = new WasmWriter(body.length + 16)
    const count = reader.u32()
    writer.u32(count)
    for (let index = 0; index < count; index++) {
      writer.prefixed(reader.prefixed()).prefixed(reader.prefixed())
      const start = reader.position
      const kind = skipImportDescription(reader)
      if (kind === 0x02) writer.byte(kind).byte(1).u32(minimum).u32(maximum)
      else writer.range(body, start, reader.position)
    }
    return { id, body: writer.finish() }
  })
}

/** Appends `entries` to a section that is a vector, making the section if the module has none. */
export function appendToVector(sections: readonly Section[], id: number, entries: readonly Uint8Array[]): Section[] {
  const reader = new WasmReader(sections.find((one) => one.id === id)?.body ?? EMPTY_VECTOR)
  const count = reader.u32()
  const writer = new WasmWriter(reader.end + 64).u32(count + entries.length)
  writer.range(reader.bytes, reader.position, reader.end)
  for (const entry of entries) writer.raw(entry)
  return [...sections.filter((one) => one.id !== id), { id, body: writer.finish() }]
}

const EMPTY_VECTOR = Uint8Array.of(0)

function readVector<Item>(reader: WasmReader, readItem: (reader: WasmReader) => Item): Item[] {
  const items: Item[] = []
  const count = reader.u32()
  for (let index = 0; index < count; index++) items.push(readItem(reader))
  if (!reader.done) throw new WasmFormatError('wasm.bad-section', reader.position, 'trailing bytes')
  return items
}

/** Section 5.5.5. */
function skipImportDescription(
  reader: WasmReader,
  onFunction: (type: number) => void = () => {},
  onGlobal: (type: { mutable: boolean }) => void = () => {},
): number {
  const kind = reader.byte()
  if (kind === 0x00) onFunction(reader.u32())
  else if (kind === 0x01) skipTableType(reader)
  else if (kind === 0x02) skipLimits(reader)
  else if (kind === 0x03) onGlobal(readGlobalType(reader))
  else throw new WasmFormatError('wasm.unsupported', reader.position, `import kind ${kind}`)
  return kind
}

function readFunctionType(reader: WasmReader): FunctionType {
  if (reader.byte() !== 0x60) throw new WasmFormatError('wasm.unknown-type', reader.position)
  const countTypes = (): number => {
    const names = reader.prefixed()
    if (!names.every(isValueType)) throw new WasmFormatError('wasm.unknown-type', reader.position)
    return names.length
  }
  const parameters = countTypes()
  return { parameters, results: countTypes() }
}

function readGlobalType(reader: WasmReader): { mutable: boolean } {
  if (!isValueType(reader.byte())) throw new WasmFormatError('wasm.unknown-type', reader.position)
  const mutability = reader.byte()
  if (mutability > 1) throw new WasmFormatError('wasm.unknown-type', reader.position)
  return { mutable: mutability === 1 }
}

function skipTableType(reader: WasmReader): void {
  if (!isValueType(reader.byte())) throw new WasmFormatError('wasm.unknown-type', reader.position)
  skipLimits(reader)
}

/** Section 5.3.9; shared and 64-bit memories are refused: neither is deterministic or bounded as we need. */
function skipLimits(reader: WasmReader): void {
  const flag = reader.byte()
  if (flag > 1) throw new WasmFormatError('wasm.unsupported', reader.position, 'limits')
  reader.u32()
  if (flag === 1) reader.u32()
}

/** Section 3.3.10: constants, `global.get` and references only. */
function skipConstantExpression(reader: WasmReader): void {
  for (;;) {
    const opcode = reader.byte()
    if (opcode === 0x0b) return
    if (opcode === 0x41) reader.skipInteger(32)
    else if (opcode === 0x42) reader.skipInteger(64)
    else if (opcode === 0x43) reader.skip(4)
    else if (opcode === 0x44) reader.skip(8)
    else if (opcode === 0x23 || opcode === 0xd2) reader.u32()
    else if (opcode === 0xd0) reader.byte()
    else throw new WasmFormatError('wasm.unknown-opcode', reader.position, `0x${opcode.toString(16)} in a constant`)
  }
}
