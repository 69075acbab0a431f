/** Anchor keys as their owners hand them out: JSON Web Keys (RFC 7517; RFC 7518, section 6.2). */
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { base64urlnopad } from '@scure/base'
import { concatBytes } from '../codec/index.ts'
import { MAX_JWK_CHARACTERS } from './cose/limits.ts'
import type { AnchorKey } from './evidence.ts'

const CURVES = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const
const COORDINATE_BYTES = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const

/**
 * The public key that `text` holds; undefined for anything else: other kinds of keys, points off their curve, and private
 * keys, which whoever verifies must not have been given. Other members, such as `kid`, are not looked at.
 *
 * @example
 * const cpak = anchorKeyFromJwk('{"kty":"EC","crv":"P-384","x":"IShn…","y":"hM4t…"}')
 */
export function anchorKeyFromJwk(text: string): AnchorKey | undefined {
  if (text.length > MAX_JWK_CHARACTERS) return undefined
  try {
    const { kty, crv, x, y, d } = JSON.parse(text) as Readonly<Record<string, unknown>>
    if (kty !== 'EC' || d !== undefined || typeof x !== 'string' || typeof y !== 'string') return undefined
    if (crv !== 'P-256' && crv !== 'P-384' && crv !== 'P-521') return undefined
    const point = concatBytes(Uint8Array.of(4), coordinate(x, crv), coordinate(y, crv))
    CURVES[crv].Point.fromBytes(point).assertValidity()
    return { curve: crv, point }
  } catch {
    // No JSON object, no base64url, or no point of the curve.
    return undefined
  }
}

/** Full length, leading zeros included (RFC 7518, section 6.2.1.2). */
function coordinate(text: string, curve: AnchorKey['curve']): Uint8Array {
  const bytes = base64urlnopad.decode(text)
  if (bytes.length !== COORDINATE_BYTES[curve]) throw new RangeError('a coordinate has the length of its curve')
  return bytes
}
