/** Text and byte strings. What has no bound of its own is bounded by the size of the input that carries it. */
import { u8 } from './numbers.ts'
import { readBytes, readFixedBytes, readText, writeBytes, writeFixedBytes, writeText } from './parts.ts'
import { defineType, type Type } from './type.ts'

/** Lengths are 32-bit everywhere; real limits are on the messages that carry them. */
export const UNBOUNDED = 0xffff_ffff

export const text: Type<string> = boundedText(UNBOUNDED)

/** UTF-8 text of at most `bound` bytes. */
export function boundedText(bound: number): Type<string> {
  return defineType<string>(
    { kind: 'primitive', name: 'str' },
    1,
    (to, value) => writeText(to, value, bound),
    (from) => readText(from, bound),
    { kind: 'part', name: 'Text', argument: bound },
  )
}

export const bytes: Type<Uint8Array> = byteString({ kind: 'sequence', of: u8 }, UNBOUNDED)

/** A byte string of at most `bound` bytes. */
export function boundedBytes(bound: number): Type<Uint8Array> {
  return byteString({ kind: 'sequence', of: u8, bound }, bound)
}

/** Exactly `length` bytes, without a prefix. */
export function fixedBytes(length: number): Type<Uint8Array> {
  return defineType<Uint8Array>(
    { kind: 'array', of: u8, length },
    length,
    (to, value) => writeFixedBytes(to, value, length),
    (from) => readFixedBytes(from, length),
    { kind: 'part', name: 'FixedBytes', argument: length },
  )
}

function byteString(shape: Type<Uint8Array>['shape'], bound: number): Type<Uint8Array> {
  return defineType<Uint8Array>(
    shape,
    1,
    (to, value) => writeBytes(to, value, bound),
    (from) => readBytes(from, bound),
    { kind: 'part', name: 'Bytes', argument: bound },
  )
}
