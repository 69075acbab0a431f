/**
 * JSON (RFC 8259) as vendors sign it, strictly: ASCII, numbers that are whole and not negative, no key twice in an object.
 *
 * `JSON.parse` keeps the last of two equal keys, where another verifier may keep the first: then one signed text says
 * two things.
 */
import { refuse } from './refusal.ts'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = ReadonlyMap<string, Json>

export interface JsonBounds {
  readonly bytes: number
  /** Arrays and objects inside each other. */
  readonly depth: number
  /** Values of all kinds, the outermost included. */
  readonly values: number
}

/** The value that the text holds; refuses `malformed` for anything else, and whatever exceeds the bounds. */
export function parseJson(text: Uint8Array, bounds: JsonBounds): Json {
  if (text.length > bounds.bytes) refuse('malformed')
  const parser = new Parser(text, bounds)
  const value = parser.value(0)
  parser.end()
  return value
}

const [TAB, LINE_FEED, CARRIAGE_RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20]
const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c]
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d]
const [DIGIT_0, DIGIT_9, LETTER_U, DELETE] = [0x30, 0x39, 0x75, 0x7f]
const LITERALS: readonly (readonly [string, null | boolean])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]
const ESCAPES: ReadonlyMap<number, string> = new Map(
  (['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'] as const).map((pair) => [
    pair.charCodeAt(0),
    pair.charAt(1),
  ]),
)

/** Words without escapes that are remembered; a power of two. */
const WORDS = 64

interface Word {
  /** Where it was met first. */
  readonly start: number
  readonly text: string
}

class Parser {
  readonly #text: Uint8Array
  readonly #bounds: JsonBounds
  readonly #words = new Array<Word | undefined>(WORDS)
  #at = 0
  #values = 0

  constructor(text: Uint8Array, bounds: JsonBounds) {
    this.#text = text
    this.#bounds = bounds
  }

  value(depth: number): Json {
    if (++this.#values > this.#bounds.values) refuse('malformed')
    this.#skipSpace()
    const first = this.#peek()
    if (first === QUOTE) return this.#string()
    if (first === OBJECT) return this.#object(depth + 1)
    if (first === ARRAY) return this.#array(depth + 1)
    if (isDigit(first)) return this.#number()
    return this.#literal()
  }

  end(): void {
    this.#skipSpace()
    if (this.#at !== this.#text.length) refuse('malformed')
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, Json>()
    if (this.#isEmpty(depth, OBJECT_END)) return members
    do {
      this.#skipSpace()
      const key = this.#string()
      if (members.has(key)) refuse('malformed')
      this.#skipSpace()
      this.#expect(COLON)
      members.set(key, this.value(depth))
      this.#skipSpace()
    } while (this.#accepts(COMMA))
    this.#expect(OBJECT_END)
    return members
  }

  #array(depth: number): readonly Json[] {
    const elements: Json[] = []
    if (this.#isEmpty(depth, ARRAY_END)) return elements
    do {
      elements.push(this.value(depth))
      this.#skipSpace()
    } while (this.#accepts(COMMA))
    this.#expect(ARRAY_END)
    return elements
  }

  /** Goes into an array or object. */
  #isEmpty(depth: number, end: number): boolean {
    if (depth > this.#bounds.depth) refuse('malformed')
    this.#at++
    this.#skipSpace()
    return this.#accepts(end)
  }

  #string(): string {
    this.#expect(QUOTE)
    const start = this.#at
    for (;;) {
      const code = this.#next()
      if (code === QUOTE) return this.#plain(start, this.#at - 1)
      if (code === BACKSLASH) break
      if (code < SPACE || code >= DELETE) refuse('malformed')
    }
    this.#at = start
    let value = ''
    for (;;) {
      const code = this.#next()
      if (code === QUOTE) return value
      if (code < SPACE || code >= DELETE) refuse('malformed')
      value += code === BACKSLASH ? this.#escape() : String.fromCharCode(code)
    }
  }

  /** The text between two places. TCB info says the same few words a thousand times: one string for all of them. */
  #plain(start: number, end: number): string {
    const text = this.#text
    const length = end - start
    const slot = (length ^ ((text[start] as number) << 2) ^ (text[end - 1] as number)) & (WORDS - 1)
    const word = this.#words[slot]
    if (word !== undefined && word.text.length === length) {
      let same = 0
      while (same < length && text[word.start + same] === text[start + same]) same++
      if (same === length) return word.text
    }
    let value = ''
    for (let at = start; at < end; at++) value += String.fromCharCode(text[at] as number)
    this.#words[slot] = { start, text: value }
    return value
  }

  #escape(): string {
    const code = this.#next()
    if (code !== LETTER_U) return ESCAPES.get(code) ?? refuse('malformed')
    let unit = 0
    for (let i = 0; i < 4; i++) {
      const digit = Number.parseInt(String.fromCharCode(this.#next()), 16)
      if (Number.isNaN(digit)) refuse('malformed')
      unit = unit * 16 + digit
    }
    return String.fromCharCode(unit)
  }

  #number(): number {
    const start = this.#at
    let value = 0
    while (isDigit(this.#peek())) value = value * 10 + (this.#next() - DIGIT_0)
    const hasLeadingZero = this.#text[start] === DIGIT_0 && this.#at > start + 1
    if (hasLeadingZero || !Number.isSafeInteger(value)) refuse('malformed')
    return value
  }

  #literal(): null | boolean {
    for (const [name, value] of LITERALS) {
      if (this.#peek() !== name.charCodeAt(0)) continue
      for (let i = 0; i < name.length; i++) this.#expect(name.charCodeAt(i))
      return value
    }
    return refuse('malformed')
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#peek()
      if (code !== SPACE && code !== LINE_FEED && code !== CARRIAGE_RETURN && code !== TAB) return
      this.#at++
    }
  }

  #peek(): number {
    return this.#text[this.#at] ?? -1
  }

  #next(): number {
    return this.#text[this.#at++] ?? refuse('malformed')
  }

  #accepts(code: number): boolean {
    if (this.#peek() !== code) return false
    this.#at++
    return true
  }

  #expect(code: number): void {
    if (!this.#accepts(code)) refuse('malformed')
  }
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9
}
