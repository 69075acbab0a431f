/** Reads the node's answers: a wrong shape is a coded error, never a crash further on. */
import { fromHex } from '@pha/core/codec'
import { type Type, tryDecode } from '@pha/core/schema'
import { PhaError } from '../errors.ts'

/** The fields of an object. */
export function readRecord(answer: unknown, what: string): { readonly [name: string]: unknown } {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) throw badAnswer(what)
  return answer as { readonly [name: string]: unknown }
}

/** Bytes from hexadecimal text with 0x. */
export function readBytes(answer: unknown, what: string): Uint8Array {
  if (typeof answer !== 'string' || !/^0x(?:[0-9a-fA-F]{2})*$/.test(answer)) throw badAnswer(what)
  return fromHex(answer)
}

export function readHash(answer: unknown, what: string): Uint8Array {
  const bytes = readBytes(answer, what)
  if (bytes.length !== 32) throw badAnswer(what)
  return bytes
}

export function readByteList(answer: unknown, what: string): Uint8Array[] {
  if (!Array.isArray(answer)) throw badAnswer(what)
  return answer.map((item) => readBytes(item, what))
}

/** A whole number that is not negative. */
export function readNumber(answer: unknown, what: string): number {
  if (typeof answer !== 'number' || !Number.isSafeInteger(answer) || answer < 0) throw badAnswer(what)
  return answer
}

/** A SCALE value in hexadecimal text. */
export function readScale<T>(type: Type<T>, answer: unknown, what: string): T {
  const decoded = tryDecode(type, readBytes(answer, what))
  if (!decoded.ok) throw badAnswer(`${what} (${decoded.reason})`)
  return decoded.value
}

export function badAnswer(what: string): PhaError {
  return new PhaError('sdk.bad-answer', `the node gave no valid ${what}`, {
    fix: 'Check that the address belongs to a Phala node of this version, or use another node.',
  })
}
