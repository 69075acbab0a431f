/** What an attacker does to bytes: each mutator is one small change, and an input gets one to four of them. */
import type { Random } from './random.ts'
import { compactBytes, littleEndian, type Sample } from './sample.ts'

/** Above this, inputs would only cost time: every bound below it was crossed already. */
const MAX_INPUT_BYTES = 65_536

/**
 * A changed copy of `sample`; `other` is a second valid value to splice with.
 * @example
 * const input = mutate(sampleOf(Commit, random), sampleOf(Commit, random).bytes, random)
 */
export function mutate(sample: Sample, other: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = sample.bytes.slice()
  for (let rounds = 1 + random.below(random.oneIn(2) ? 1 : 4); rounds > 0; rounds--) {
    bytes = random.pick(MUTATORS)({ bytes, marks: sample.marks }, other, random)
  }
  return bytes.length > MAX_INPUT_BYTES ? bytes.slice(0, MAX_INPUT_BYTES) : bytes
}

type Mutator = (sample: Sample, other: Uint8Array, random: Random) => Uint8Array

const MUTATORS: readonly Mutator[] = [
  flipBits,
  overwriteByte,
  overwriteInteger,
  truncate,
  extend,
  insert,
  remove,
  duplicate,
  splice,
  lieAboutLength,
  lieAboutLength,
  lengthenCompact,
  lengthenCompact,
  changeMark,
  changeMark,
  replaceAll,
]

function flipBits({ bytes }: Sample, _: Uint8Array, random: Random): Uint8Array {
  for (let flips = 1 + random.below(8); flips > 0 && bytes.length > 0; flips--) {
    const at = random.below(bytes.length)
    bytes[at] = (bytes[at] as number) ^ (1 << random.below(8))
  }
  return bytes
}

function overwriteByte({ bytes }: Sample, _: Uint8Array, random: Random): Uint8Array {
  if (bytes.length > 0)
    bytes[random.below(bytes.length)] = random.pick([0, 1, 2, 3, 0x7f, 0x80, 0xfc, 0xfd, 0xfe, 0xff])
  return bytes
}

/** Edges of the integer types, in 1 to 16 bytes. */
function overwriteInteger({ bytes }: Sample, _: Uint8Array, random: Random): Uint8Array {
  const size = random.pick([1, 2, 4, 8, 16])
  const edge = random.pick([0n, 1n, -1n, 1n << BigInt(8 * size - 1), (1n << BigInt(8 * size - 1)) - 1n, 1n << 30n])
  const offset = random.below(bytes.length + 1)
  bytes.set(littleEndian(edge, size).subarray(0, bytes.length - offset), offset)
  return bytes
}

function truncate({ bytes }: Sample, _: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, random.below(bytes.length + 1))
}

function extend({ bytes }: Sample, _: Uint8Array, random: Random): Uint8Array {
  const length = 1 + random.below(40)
  return join(bytes, random.oneIn(2) ? new Uint8Array(length) : random.bytes(length))
}

function insert({ bytes }: Sample, _: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1)
  return join(bytes.subarray(0, at), random.bytes(1 + random.below(8)), bytes.subarray(at))
}

function remove({ bytes }: Sample, _: Uint8Array, random: Random): Uint8Array {
  const [start, end] = range(bytes, random)
  return join(bytes.subarray(0, start), bytes.subarray(end))
}

/** A part of the value once or many times more: nested input, repeated items. */
function duplicate({ bytes }: Sample, _: Uint8Array, random: Random): Uint8Array {
  const [start, end] = range(bytes, random)
  const times = random.oneIn(8) ? random.below(64) : 1
  const copies = Array.from({ length: times }, () => bytes.subarray(start, end))
  return join(bytes.subarray(0, end), ...copies, bytes.subarray(end))
}

function splice({ bytes }: Sample, other: Uint8Array, random: Random): Uint8Array {
  return join(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1)))
}

/** Announces more than there is, up to the edge of each form. */
function lieAboutLength({ bytes, marks }: Sample, _: Uint8Array, random: Random): Uint8Array {
  const at = markIn(bytes, marks, random)
  const lie = random.pick([
    1n,
    63n,
    64n,
    1n << 14n,
    (1n << 30n) - 1n,
    1n << 30n,
    (1n << 32n) - 1n,
    1n << 32n,
    1n << 64n,
  ])
  const old = compactAt(bytes, at)
  return join(
    bytes.subarray(0, at),
    compactBytes(random.oneIn(3) ? old.value + 1n : lie),
    bytes.subarray(at + old.size),
  )
}

/** The same number in a longer form: a second encoding of one value, which must be refused. */
function lengthenCompact({ bytes, marks }: Sample, _: Uint8Array, random: Random): Uint8Array {
  const at = markIn(bytes, marks, random)
  const { value, size, mode } = compactAt(bytes, at)
  if (mode >= 3) return join(bytes.subarray(0, at), longest(value, random), bytes.subarray(at + size))
  const longer = mode + 1 + random.below(3 - mode)
  return join(bytes.subarray(0, at), compactBytes(value, longer), bytes.subarray(at + size))
}

/** The general form with leading zero bytes. */
function longest(value: bigint, random: Random): Uint8Array {
  const size = Math.max(4, Math.ceil(value.toString(2).length / 8)) + 1 + random.below(4)
  return Uint8Array.of(((size - 4) << 2) | 3, ...littleEndian(value, size))
}

function changeMark({ bytes, marks }: Sample, _: Uint8Array, random: Random): Uint8Array {
  const at = markIn(bytes, marks, random)
  if (at < bytes.length)
    bytes[at] = random.oneIn(2) ? (bytes[at] as number) + random.pick([1, -1, 4, -4]) : random.below(256)
  return bytes
}

function replaceAll({ bytes }: Sample, _: Uint8Array, random: Random): Uint8Array {
  return random.oneIn(4) ? random.bytes(random.below(bytes.length + 8)) : bytes
}

function markIn(bytes: Uint8Array, marks: readonly number[], random: Random): number {
  const at = marks.length === 0 ? random.below(bytes.length + 1) : random.pick(marks)
  return Math.min(at, bytes.length)
}

/** Reads leniently: the bytes may be the work of another mutator. */
function compactAt(bytes: Uint8Array, at: number): { value: bigint; size: number; mode: number } {
  const first = bytes[at] ?? 0
  const mode = first & 3
  const size = Math.min(mode < 3 ? 2 ** mode : 5 + (first >> 2), bytes.length - at)
  let value = 0n
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] as number)
  return { value: mode < 3 ? value >> 2n : value >> 8n, size, mode }
}

function range(bytes: Uint8Array, random: Random): [start: number, end: number] {
  const start = random.below(bytes.length + 1)
  return [start, Math.min(bytes.length, start + 1 + random.below(random.oneIn(2) ? 8 : bytes.length + 1))]
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}
