/** The two tokens of Arm CCA in one: the platform's, and the realm's (draft-ffm-rats-cca-token). */
import { type CborMap, CborTagged, type CborValue, isCborArray, readCbor } from '../cose/cbor.ts'
import { mapOf } from '../cose/claims.ts'
import { readSign1, type Sign1 } from '../cose/sign1.ts'
import { demand, refuse } from '../refusal.ts'

export interface CcaCollection {
  readonly platform: Sign1
  readonly realm: Sign1
}

/** Revisions 00 and 01 of the draft, RMM 1.0: each token is a byte string. */
const BARE_TOKENS = 399
/** From revision 02 on, RMM 2.0: each is a record of its media type and a byte string (conceptual message wrapper). */
const TYPED_TOKENS = 907

/** `application/eat+cwt` as a CoAP content format. */
const EAT_CWT = 263

const PLATFORM = 44_234
const REALM = 44_241

/** Takes the collection apart; nothing is verified. */
export function readCollection(token: Uint8Array): CcaCollection {
  const whole = readCbor(token)
  if (!(whole instanceof CborTagged)) return refuse('malformed')
  const { tag } = whole
  demand(tag === BARE_TOKENS || tag === TYPED_TOKENS, 'unsupported-version')
  const tokens = mapOf(whole.content)
  demand(tokens.size === 2, 'malformed')
  const read = tag === BARE_TOKENS ? bareToken : typedToken
  return { platform: readSign1(read(tokens, PLATFORM)), realm: readSign1(read(tokens, REALM)) }
}

function bareToken(tokens: CborMap, key: number): Uint8Array {
  return bytes(tokens.get(key))
}

function typedToken(tokens: CborMap, key: number): Uint8Array {
  const record = tokens.get(key)
  if (record === undefined || !isCborArray(record) || record.length !== 2) return refuse('malformed')
  demand(record[0] === EAT_CWT, 'malformed')
  return bytes(record[1])
}

function bytes(value: CborValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : refuse('malformed')
}
