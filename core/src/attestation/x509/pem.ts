/** Certificates and revocation lists out of PEM (RFC 7468), without explanatory text around them. */
import { demand } from '../refusal.ts'
import { MAX_CHAIN_CERTIFICATES, MAX_PEM_CHARACTERS } from './limits.ts'

/**
 * DER of each block, in order, at most as many as a chain may have. Quotes end their chain with a zero byte, which is let pass.
 *
 * @example
 * const [leaf, ca, root] = derFromPem(chain).map(parseCertificate)
 */
export function derFromPem(pem: string | Uint8Array): Uint8Array[] {
  demand(pem.length <= MAX_PEM_CHARACTERS, 'malformed')
  const reader = new PemReader(typeof pem === 'string' ? asciiBytes(pem) : pem)
  const blocks: Uint8Array[] = []
  while (reader.hasMore()) {
    demand(blocks.length < MAX_CHAIN_CERTIFICATES, 'malformed')
    blocks.push(reader.block())
  }
  return blocks
}

function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) {
    const code = text.charCodeAt(i)
    demand(code < 0x80, 'malformed')
    bytes[i] = code
  }
  return bytes
}

const [TAB, LINE_FEED, CARRIAGE_RETURN, SPACE, DASH] = [0x09, 0x0a, 0x0d, 0x20, 0x2d]
const MAX_LABEL_CHARACTERS = 20

/** Character by character: patterns over a chain of 4,000 took as long as one of its signatures. */
class PemReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Whether a block follows; refuses anything else but space, and a zero at the end. */
  hasMore(): boolean {
    const bytes = this.#bytes
    while (isSpace(bytes[this.#at])) this.#at++
    const isLast = bytes[this.#at] === 0 && this.#at === bytes.length - 1
    return !isLast && this.#at < bytes.length
  }

  block(): Uint8Array {
    this.#expect('-----BEGIN ')
    const label = this.#label()
    this.#expect('-----')
    const bytes = this.#bytes
    while (bytes[this.#at] === SPACE || bytes[this.#at] === TAB) this.#at++
    if (bytes[this.#at] === CARRIAGE_RETURN) this.#at++
    demand(bytes[this.#at++] === LINE_FEED, 'malformed')
    const start = this.#at
    while (this.#at < bytes.length && bytes[this.#at] !== DASH) this.#at++
    const content = fromBase64(bytes, start, this.#at)
    this.#expect('-----END ')
    this.#expect(label)
    this.#expect('-----')
    return content
  }

  #expect(text: string): void {
    for (let i = 0; i < text.length; i++) demand(this.#bytes[this.#at++] === text.charCodeAt(i), 'malformed')
  }

  #label(): string {
    let label = ''
    for (;;) {
      const code = this.#bytes[this.#at] ?? 0
      const isOfLabel = (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === SPACE
      if (!isOfLabel) break
      demand(label.length < MAX_LABEL_CHARACTERS, 'malformed')
      label += String.fromCharCode(code)
      this.#at++
    }
    demand(label.length > 0, 'malformed')
    return label
  }
}

function isSpace(code: number | undefined): boolean {
  return code === SPACE || code === TAB || code === CARRIAGE_RETURN || code === LINE_FEED
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const EQUALS = 0x3d
const NO_DIGIT = 64
const DIGITS = new Uint8Array(256).fill(NO_DIGIT)
for (let i = 0; i < ALPHABET.length; i++) DIGITS[ALPHABET.charCodeAt(i)] = i

/** Base64 (RFC 4648, section 4) in lines: padded, and with zeros in the bits that nobody needs (section 3.5). */
function fromBase64(text: Uint8Array, start: number, end: number): Uint8Array {
  const out = new Uint8Array(Math.floor(((end - start) * 3) / 4))
  let length = 0
  let bits = 0
  let digits = 0
  let padding = 0
  for (let at = start; at < end; at++) {
    const code = text[at] as number
    if (code === LINE_FEED || code === CARRIAGE_RETURN) continue
    if (code === EQUALS) {
      padding++
      continue
    }
    const digit = DIGITS[code] as number
    demand(digit !== NO_DIGIT && padding === 0, 'malformed')
    bits = ((bits << 6) | digit) & 0xff_ffff
    digits++
    if ((digits & 3) !== 0) continue
    out[length++] = bits >> 16
    out[length++] = (bits >> 8) & 0xff
    out[length++] = bits & 0xff
  }
  const left = digits & 3
  // One digit of a group says less than a byte.
  demand(left !== 1 && padding === (4 - left) % 4, 'malformed')
  if (left === 2) {
    demand((bits & 0xf) === 0, 'malformed')
    out[length++] = (bits >> 4) & 0xff
  } else if (left === 3) {
    demand((bits & 3) === 0, 'malformed')
    out[length++] = (bits >> 10) & 0xff
    out[length++] = (bits >> 2) & 0xff
  }
  return out.slice(0, length)
}
