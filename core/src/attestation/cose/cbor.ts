/**
 * CBOR (RFC 8949) as attestation tokens have it, read strictly and within bounds.
 *
 * Two liberties of the format are granted, since real tokens take them: maps come in any order (RMM's realm tokens), and
 * lengths may be indefinite (the payload of Nitro documents since 2025). Nothing is ever encoded again, so neither gives
 * a signature a second meaning. Refused although well-formed, because no token has them: heads longer than their number
 * needs, keys that occur twice or are neither integers nor text, floats, `undefined` and other simple values.
 */
import { concatBytes, copyBytes, utf8Decode } from '../../codec/index.ts'
import { demand, refuse } from '../refusal.ts'
import { MAX_CBOR_DEPTH, MAX_CBOR_ITEMS, MAX_TOKEN_BYTES } from './limits.ts'

/** Integers are numbers where those are exact, else bigints; byte strings are copies. */
export type CborValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | CborMap
  | CborTagged

export type CborKey = number | string
export type CborMap = ReadonlyMap<CborKey, CborValue>

/** Content under a tag (section 3.4). */
export class CborTagged {
  readonly tag: number
  readonly content: CborValue

  constructor(tag: number, content: CborValue) {
    this.tag = tag
    this.content = content
  }
}

/** `Array.isArray` forgets what readonly arrays hold. */
export function isCborArray(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value)
}

/**
 * The one value that `bytes` holds; anything else ends the verification as malformed.
 *
 * @example
 * const claims = readCbor(payload)
 * if (!(claims instanceof Map)) refuse('malformed')
 */
export function readCbor(bytes: Uint8Array): CborValue {
  demand(bytes.length <= MAX_TOKEN_BYTES, 'bad-length')
  const reader = new CborReader(bytes)
  const value = reader.value(0)
  reader.end()
  return value
}

/** Major types (section 3.1). */
const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const

/** Additional information that says: the length follows from a break (section 3.2.1). */
const INDEFINITE = 31
const BREAK = 0xff

class CborReader {
  readonly #bytes: Uint8Array
  #at = 0
  #items = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  end(): void {
    demand(this.#at === this.#bytes.length, 'malformed')
  }

  value(depth: number): CborValue {
    demand(depth <= MAX_CBOR_DEPTH && ++this.#items <= MAX_CBOR_ITEMS, 'malformed')
    const initial = this.#byte()
    const major = initial >> 5
    const info = initial & 31
    switch (major) {
      case MAJOR.unsigned:
        return this.#argument(info)
      case MAJOR.negative:
        return beyondZero(this.#argument(info))
      case MAJOR.bytes:
        return info === INDEFINITE ? concatBytes(...this.#chunks(MAJOR.bytes)) : this.#string(info)
      case MAJOR.text:
        // Each chunk is text by itself (section 3.2.3): no character is split between two.
        return info === INDEFINITE ? this.#chunks(MAJOR.text).map(utf8Decode).join('') : utf8Decode(this.#string(info))
      case MAJOR.array:
        return this.#array(info, depth + 1)
      case MAJOR.map:
        return this.#map(info, depth + 1)
      case MAJOR.tag:
        return new CborTagged(exact(this.#argument(info)), this.value(depth + 1))
      default:
        return simple(info)
    }
  }

  #array(info: number, depth: number): CborValue[] {
    const values: CborValue[] = []
    for (const more = this.#counter(info, 1); more(); ) values.push(this.value(depth))
    return values
  }

  #map(info: number, depth: number): CborMap {
    const entries = new Map<CborKey, CborValue>()
    for (const more = this.#counter(info, 2); more(); ) {
      const key = this.value(depth)
      if (typeof key !== 'number' && typeof key !== 'string') return refuse('malformed')
      demand(!entries.has(key), 'malformed')
      entries.set(key, this.value(depth))
    }
    return entries
  }

  /** Says before each element whether there is one; passes over the break of an indefinite length. */
  #counter(info: number, bytesEach: number): () => boolean {
    if (info === INDEFINITE) return () => !this.#passBreak()
    let left = exact(this.#argument(info))
    demand(left * bytesEach <= this.#bytes.length - this.#at, 'malformed')
    return () => left-- > 0
  }

  #chunks(major: number): Uint8Array[] {
    const chunks: Uint8Array[] = []
    while (!this.#passBreak()) {
      const initial = this.#byte()
      // A chunk is a string of the same type and of definite length (section 3.2.3).
      demand(initial >> 5 === major && ++this.#items <= MAX_CBOR_ITEMS, 'malformed')
      chunks.push(this.#string(initial & 31))
    }
    return chunks
  }

  #string(info: number): Uint8Array {
    const length = exact(this.#argument(info))
    const start = this.#at
    demand(length <= this.#bytes.length - start, 'malformed')
    this.#at = start + length
    return copyBytes(this.#bytes, start, this.#at)
  }

  /** The number in a head, in the fewest bytes that hold it. */
  #argument(info: number): number | bigint {
    if (info < 24) return info
    demand(info <= 27, 'malformed')
    const size = 1 << (info - 24)
    if (size === 8) {
      const high = this.#unsigned(4)
      const low = this.#unsigned(4)
      demand(high > 0, 'malformed')
      const number = high * 2 ** 32 + low
      return Number.isSafeInteger(number) ? number : (BigInt(high) << 32n) | BigInt(low)
    }
    const number = this.#unsigned(size)
    demand(number >= (size === 1 ? 24 : 2 ** (4 * size)), 'malformed')
    return number
  }

  #unsigned(size: number): number {
    let number = 0
    for (let i = 0; i < size; i++) number = number * 256 + this.#byte()
    return number
  }

  #passBreak(): boolean {
    const isBreak = this.#bytes[this.#at] === BREAK
    if (isBreak) this.#at++
    return isBreak
  }

  #byte(): number {
    demand(this.#at < this.#bytes.length, 'malformed')
    return this.#bytes[this.#at++] as number
  }
}

function beyondZero(argument: number | bigint): number | bigint {
  const isExact = typeof argument === 'number' && argument < Number.MAX_SAFE_INTEGER
  return isExact ? -1 - argument : -1n - BigInt(argument)
}

function exact(argument: number | bigint): number {
  return typeof argument === 'number' ? argument : refuse('malformed')
}

function simple(info: number): boolean | null {
  if (info === 20 || info === 21) return info === 21
  return info === 22 ? null : refuse('malformed')
}
