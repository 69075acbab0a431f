/** Text forms of content identifiers: the one canonical base32 text of a CIDv1 of raw bytes with SHA-256, nothing else. */
import { cidOf } from '@pha/core/protocol'
import { base32 } from 'multiformats/bases/base32'

const EXAMPLE = cidOf(new Uint8Array())
/** Version, codec, hash function and its length: equal for every CID of this network. */
const PREFIX = EXAMPLE.subarray(0, EXAMPLE.length - 32)
/** `b`, then 58 letters: 36 bytes in base32. Nothing here can name a folder or leave one. */
const CID_TEXT = /^b[a-z2-7]{58}$/

/**
 * The text of a binary CID, which is also the name of its file.
 * @returns `undefined` unless the bytes are a CID of the one form that this network uses
 * @example
 * cidText(cidOf(blob)) // bafkrei...
 */
export function cidText(cid: Uint8Array): string | undefined {
  if (cid.length !== EXAMPLE.length || !PREFIX.every((byte, i) => byte === cid[i])) return undefined
  return base32.encode(cid)
}

/**
 * The binary CID in a text that a stranger sent, as in `GET /blob/<cid>`.
 * @returns `undefined` for every text but the canonical one of an allowed CID
 */
export function parseCidText(text: string): Uint8Array | undefined {
  if (!CID_TEXT.test(text)) return undefined
  let cid: Uint8Array
  try {
    cid = base32.decode(text)
  } catch {
    return undefined
  }
  // Base32 has spare bits at the end: only one text of each CID is accepted.
  return cidText(cid) === text ? cid : undefined
}
