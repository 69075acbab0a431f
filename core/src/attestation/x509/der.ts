/**
 * A cursor over DER (ITU-T X.690, section 10) that accepts one encoding of each value: definite lengths in the fewest
 * bytes, minimal integers, BOOLEAN as 00 or ff. It descends only where its caller asks, so nesting costs a stranger's
 * bytes and nothing of ours. Whatever it does not like ends the verification as malformed.
 */
import { secondsSince1970 } from '../calendar.ts'
import { demand } from '../refusal.ts'

/** Identifier octets that certificates and revocation lists have. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** Identifier octet of `[number] EXPLICIT`. */
export function explicit(number: number): number {
  return 0xa0 | number
}

/** Longest OBJECT IDENTIFIER that is read; those of vendors take 13 bytes. */
const MAX_OID_BYTES = 32

export class DerReader {
  readonly #bytes: Uint8Array
  #at: number
  readonly #end: number

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  get atEnd(): boolean {
    return this.#at === this.#end
  }

  /** Whether the next element has this identifier octet. */
  next(tag: number): boolean {
    return this.#at < this.#end && this.#bytes[this.#at] === tag
  }

  /** Content of the next element, which must have this identifier octet; a view. */
  content(tag: number): Uint8Array {
    const start = this.#pass(tag)
    return this.#bytes.subarray(start, this.#at)
  }

  /** The next element whole, header included; a view. */
  element(tag: number): Uint8Array {
    const start = this.#at
    this.#pass(tag)
    return this.#bytes.subarray(start, this.#at)
  }

  /** A cursor over the content of the next element. It looks at the same bytes: views cost more than reading them. */
  inside(tag: number): DerReader {
    const start = this.#pass(tag)
    return new DerReader(this.#bytes, start, this.#at)
  }

  /** Goes behind the next element. @returns where its content starts */
  #pass(tag: number): number {
    const bytes = this.#bytes
    const at = this.#at
    const end = this.#end
    demand(at + 2 <= end && bytes[at] === tag, 'malformed')
    let start = at + 2
    let length = bytes[at + 1] as number
    if (length >= 0x80) {
      // 0x80 is the indefinite form; four length bytes would be more than any input that is read here.
      const size = length - 0x80
      demand(size >= 1 && size <= 3 && start + size <= end, 'malformed')
      length = 0
      for (let i = 0; i < size; i++) length = (length << 8) | (bytes[start + i] as number)
      demand(length >= (size === 1 ? 0x80 : 1 << (8 * (size - 1))), 'malformed')
      start += size
    }
    demand(length <= end - start, 'malformed')
    this.#at = start + length
    return start
  }

  sequence(): DerReader {
    return this.inside(TAG.sequence)
  }

  /** Refuses bytes after the last element that was read. */
  end(): void {
    demand(this.atEnd, 'malformed')
  }

  /** Two's complement, minimal, as its content bytes. */
  integer(): Uint8Array {
    const content = this.content(TAG.integer)
    demand(content.length > 0, 'malformed')
    const [first, second] = [content[0] as number, content[1]]
    const hasSpareByte = second !== undefined && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80)
    demand(!hasSpareByte, 'malformed')
    return content
  }

  /** A natural number, big-endian without leading zeros (zero is no bytes). */
  natural(): Uint8Array {
    const content = this.integer()
    demand((content[0] as number) < 0x80, 'malformed')
    return content[0] === 0 ? content.subarray(1) : content
  }

  /** A natural number of at most 32 bits. */
  smallNatural(): number {
    const digits = this.natural()
    demand(digits.length <= 4, 'malformed')
    let value = 0
    for (let i = 0; i < digits.length; i++) value = value * 256 + (digits[i] as number)
    return value
  }

  boolean(): boolean {
    const start = this.#pass(TAG.boolean)
    const value = this.#bytes[start]
    demand(this.#at === start + 1 && (value === 0 || value === 0xff), 'malformed')
    return value === 0xff
  }

  octets(): Uint8Array {
    return this.content(TAG.octetString)
  }

  /** Content of a BIT STRING of whole bytes. */
  bitOctets(): Uint8Array {
    const content = this.content(TAG.bitString)
    demand(content[0] === 0, 'malformed')
    return content.subarray(1)
  }

  /**
   * A BIT STRING of at most 16 named bits as a number: bit `n` of the list is `1 << n`. DER has no trailing zeros here,
   * but AMD's certificates do.
   */
  namedBits(): number {
    const [unused, ...octets] = this.content(TAG.bitString)
    demand(unused !== undefined && unused < 8 && octets.length <= 2, 'malformed')
    const last = octets.at(-1)
    demand(last === undefined ? unused === 0 : (last & ((1 << unused) - 1)) === 0, 'malformed')
    let bits = 0
    octets.forEach((octet, i) => {
      for (let bit = 0; bit < 8; bit++) if ((octet & (0x80 >> bit)) !== 0) bits |= 1 << (8 * i + bit)
    })
    return bits
  }

  /** OBJECT IDENTIFIER in dotted form. */
  oid(): string {
    const bytes = this.#bytes
    const start = this.#pass(TAG.oid)
    const end = this.#at
    demand(end > start && end - start <= MAX_OID_BYTES && (bytes[end - 1] as number) < 0x80, 'malformed')
    let text = ''
    let arc = 0
    let isFirstOctet = true
    for (let at = start; at < end; at++) {
      const octet = bytes[at] as number
      // An arc does not start with 80, and is read up to 2^32: longer ones exist in UUIDs only.
      demand(!(isFirstOctet && octet === 0x80) && arc < 2 ** 25, 'malformed')
      arc = arc * 128 + (octet & 0x7f)
      isFirstOctet = octet < 0x80
      if (!isFirstOctet) continue
      if (text === '') text = arc < 80 ? `${arc < 40 ? 0 : 1}.${arc % 40}` : `2.${arc - 80}`
      else text += `.${arc}`
      arc = 0
    }
    return text
  }

  /** UTCTime or GeneralizedTime in the form of RFC 5280, section 4.1.2.5; seconds since 1970. */
  time(): number {
    const bytes = this.#bytes
    if (this.next(TAG.utcTime)) {
      const start = this.#pass(TAG.utcTime)
      demand(this.#at - start === 13, 'malformed')
      const year = twoDigits(bytes, start)
      return secondsOf(year < 50 ? 2000 + year : 1900 + year, bytes, start + 2)
    }
    const start = this.#pass(TAG.generalizedTime)
    demand(this.#at - start === 15, 'malformed')
    return secondsOf(twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2), bytes, start + 4)
  }
}

/** `MMDDHHMMSSZ` at this place. */
function secondsOf(year: number, text: Uint8Array, at: number): number {
  demand(text[at + 10] === 0x5a, 'malformed')
  return secondsSince1970({
    year,
    month: twoDigits(text, at),
    day: twoDigits(text, at + 2),
    hour: twoDigits(text, at + 4),
    minute: twoDigits(text, at + 6),
    second: twoDigits(text, at + 8),
  })
}

function twoDigits(text: Uint8Array, at: number): number {
  const tens = (text[at] ?? 0) - 0x30
  const ones = (text[at + 1] ?? 0) - 0x30
  demand(tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9, 'malformed')
  return tens * 10 + ones
}
