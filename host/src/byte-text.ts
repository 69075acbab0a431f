/** Bytes as keys of maps: text with a character for each byte, whose order is the order of the bytes. */
import { concatBytes } from '@pha/core/codec'

const scratch = Buffer.allocUnsafeSlow(1_024)

/**
 * Through one buffer: a Buffer over a short array would first move that array out of V8's heap, which costs three times
 * as much.
 */
export function byteText(bytes: Uint8Array): string {
  if (bytes.length > scratch.length) return Buffer.from(bytes).toString('latin1')
  scratch.set(bytes)
  return scratch.toString('latin1', 0, bytes.length)
}

/** As `byteText` of all parts, one behind the other. */
export function joinedText(...parts: readonly Uint8Array[]): string {
  let length = 0
  for (const part of parts) {
    if (length + part.length > scratch.length) return byteText(concatBytes(...parts))
    scratch.set(part, length)
    length += part.length
  }
  return scratch.toString('latin1', 0, length)
}

/** The bytes that `byteText` made a text of. */
export function bytesOfText(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}
