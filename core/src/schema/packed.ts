/** Sequences of u16 as one `Uint16Array`: the bytes of `vec(u16)`, without a closure call for each item. */
import { CodecError, readLength, writeCompact } from '../codec/index.ts'
import { u16 } from './numbers.ts'
import { defineType, type Type } from './type.ts'

// Typed arrays have the machine's byte order; SCALE is little-endian, as WebAssembly and every platform of Node are.
if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) throw new Error('a little-endian machine is needed')

/**
 * At most `bound` 16-bit integers.
 * @example packedU16(1200).encode(Uint16Array.of(3, 500))
 */
export function packedU16(bound: number): Type<Uint16Array> {
  return defineType<Uint16Array>(
    { kind: 'sequence', of: u16, bound, packed: true },
    1,
    (to, value) => {
      if (!(value instanceof Uint16Array)) throw new CodecError('codec.wrong-type', 'Uint16Array')
      if (value.length > bound) throw new CodecError('codec.too-long', `${value.length} items, at most ${bound}`)
      writeCompact(to, value.length)
      to.raw(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    },
    (from) => {
      const length = readLength(from, 2, bound)
      return new Uint16Array(new Uint8Array(from.raw(2 * length)).buffer)
    },
  )
}
