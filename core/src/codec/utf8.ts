/**
 * Strict UTF-8 (RFC 3629) without platform objects, since guests of the JavaScript executor have no TextDecoder.
 * Refuses overlong forms, surrogates and code points above U+10FFFF.
 */
import { CodecError } from './codec-error.ts'

export function utf8Encode(text: string): Uint8Array {
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) as number
    if (code >= 0xd800 && code <= 0xdfff) throw new CodecError('codec.bad-utf8', 'text holds an unpaired surrogate')
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
      i++ // a code point above U+FFFF takes two UTF-16 units
    }
  }
  return Uint8Array.from(bytes)
}

export function utf8Decode(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] as number
    const length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : 4
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || i + length > bytes.length) throw invalid(i)
    let code = length === 1 ? first : first & (0xff >> (length + 1))
    for (let k = 1; k < length; k++) {
      const next = bytes[i + k] as number
      if ((next & 0xc0) !== 0x80) throw invalid(i)
      code = (code << 6) | (next & 63)
    }
    const overlong = (length === 3 && code < 0x800) || (length === 4 && code < 0x10000)
    if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw invalid(i)
    text += String.fromCodePoint(code)
    i += length
  }
  return text
}

function invalid(offset: number): CodecError {
  return new CodecError('codec.bad-utf8', `invalid UTF-8 at byte ${offset}`)
}
