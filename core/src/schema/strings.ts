/** Text and byte strings. What has no bound of its own is bounded by the size of the input that carries it. */
import { CodecError, readLength, utf8Decode, utf8Encode, writeCompact } from '../codec/index.ts'
import { u8 } from './numbers.ts'
import { defineType, type Type } from './type.ts'

/** Lengths are 32-bit everywhere; real limits are on the messages that carry them. */
export const UNBOUNDED = 0xffff_ffff

export const text: Type<string> = boundedText(UNBOUNDED)

/** UTF-8 text of at most `bound` bytes. */
export function boundedText(bound: number): Type<string> {
  return defineType<string>(
    { kind: 'primitive', name: 'str' },
    1,
    (to, value) => {
      if (typeof value !== 'string') throw new CodecError('codec.wrong-type', 'text')
      const bytes = utf8Encode(value)
      if (bytes.length > bound) throw new CodecError('codec.too-long', `${bytes.length} bytes, at most ${bound}`)
      writeCompact(to, bytes.length)
      to.raw(bytes)
    },
    (from) => utf8Decode(from.raw(readLength(from, 1, bound))),
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
    (to, value) => {
      if (!(value instanceof Uint8Array)) throw new CodecError('codec.wrong-type', `${length} bytes`)
      if (value.length !== length) throw new CodecError('codec.out-of-range', `${value.length} bytes, not ${length}`)
      to.raw(value)
    },
    (from) => from.raw(length),
  )
}

function byteString(shape: Type<Uint8Array>['shape'], bound: number): Type<Uint8Array> {
  return defineType<Uint8Array>(
    shape,
    1,
    (to, value) => {
      if (!(value instanceof Uint8Array)) throw new CodecError('codec.wrong-type', 'bytes')
      if (value.length > bound) throw new CodecError('codec.too-long', `${value.length} bytes, at most ${bound}`)
      writeCompact(to, value.length)
      to.raw(value)
    },
    (from) => from.raw(readLength(from, 1, bound)),
  )
}
