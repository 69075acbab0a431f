/** COSE_Sign1 (RFC 9052, section 4.2): one payload, one signature, both kept as the bytes that were signed. */
import { concatBytes, utf8Encode } from '../../codec/index.ts'
import type { AnchorKey } from '../evidence.ts'
import { demand, refuse } from '../refusal.ts'
import type { SignatureVerifier } from '../signatures.ts'
import { COSE_ALGORITHMS, type CoseAlgorithm } from './algorithms.ts'
import { type CborMap, CborTagged, isCborArray, readCbor } from './cbor.ts'
import { cborBytes, cborHead } from './cbor-head.ts'

export interface Sign1 {
  readonly algorithm: CoseAlgorithm
  /** CBOR of the protected header as it came. */
  readonly protectedHeader: Uint8Array
  readonly payload: Uint8Array
  /** r || s. */
  readonly signature: Uint8Array
}

/** Tag of COSE_Sign1. The signature doesn't cover it, and Nitro's documents have none: it may be left out. */
const SIGN1_TAG = 18

/** Header labels (RFC 9052, section 3.1). */
const ALGORITHM = 1
const CRITICAL = 2

/** Takes the message apart; nothing is verified. */
export function readSign1(bytes: Uint8Array): Sign1 {
  const whole = readCbor(bytes)
  const parts = whole instanceof CborTagged && whole.tag === SIGN1_TAG ? whole.content : whole
  if (!isCborArray(parts) || parts.length !== 4) return refuse('malformed')
  const [protectedHeader, unprotected, payload, signature] = parts
  if (!(protectedHeader instanceof Uint8Array && payload instanceof Uint8Array && signature instanceof Uint8Array)) {
    return refuse('malformed')
  }
  if (!(unprotected instanceof Map)) return refuse('malformed')
  const header = readMap(protectedHeader)
  // Section 3: a label is in one header only, or who reads the other is told something else.
  for (const label of unprotected.keys()) demand(!header.has(label), 'malformed')
  // Section 3.1: what the signer calls critical must be understood, and no extension is.
  demand(!header.has(CRITICAL), 'unsupported-algorithm')
  const algorithm = COSE_ALGORITHMS.get(header.get(ALGORITHM)) ?? refuse('unsupported-algorithm')
  return { algorithm, protectedHeader, payload, signature }
}

/** CBOR that must be a map: a header, or the claims of a token. */
export function readMap(bytes: Uint8Array): CborMap {
  const value = readCbor(bytes)
  return value instanceof Map ? value : refuse('malformed')
}

/** Whether `key` signed the message. The algorithm's curve is the key's: a signer can't choose a weaker one. */
export function isSignedWith(message: Sign1, { curve, point }: AnchorKey, signatures: SignatureVerifier): boolean {
  const { algorithm, signature } = message
  return curve === algorithm.curve && signatures.ecdsa(curve, algorithm.hash, point, signedBytes(message), signature)
}

const signature1 = concatBytes(cborHead(3, 10), utf8Encode('Signature1'))
const noExternalData = cborBytes(Uint8Array.of())

/** `Sig_structure` (section 4.4): the only CBOR that is written here, around bytes that stay as they came. */
function signedBytes({ protectedHeader, payload }: Sign1): Uint8Array {
  return concatBytes(cborHead(4, 4), signature1, cborBytes(protectedHeader), noExternalData, cborBytes(payload))
}
