/**
 * A trie key in its two forms: bytes, which the host takes, and text with a character for each byte, which maps take. The
 * order of the texts is the order of the bytes.
 */

export interface StateKey {
  readonly bytes: Uint8Array
  readonly text: string
  /** What bytes stored under it meant when they were last looked at; for the access to its item only. */
  meaning: Meaning | undefined
}

export interface Meaning {
  readonly bytes: Uint8Array
  readonly value: unknown
}

/**
 * @example
 * overlay.set(stateKey(utf8Encode(':code')), code)
 */
export function stateKey(bytes: Uint8Array): StateKey {
  return { bytes, text: byteText(bytes), meaning: undefined }
}

/** Longer arguments of `apply` could exceed the stack; keys are shorter. */
const MAX_APPLIED = 1_024

/** Bytes as text, a character each. */
export function byteText(bytes: Uint8Array): string {
  if (bytes.length <= MAX_APPLIED) return String.fromCharCode.apply(undefined, bytes as unknown as number[])
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
