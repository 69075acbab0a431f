/**
 * The one encoder of what is signed, hashed or authenticated: `context || 0x00 || lp(field) || lp(field) ...`.
 * Length prefixes keep a byte from moving between neighbouring fields; contexts hold no zero byte.
 */
import { concatBytes, lengthPrefixed, utf8Encode } from '../codec/index.ts'
import type { Context } from './contexts.ts'

/**
 * @example
 * const signature = identity.sign(bind(contexts.commit, genesis, Commit.encode(commit)))
 */
export function bind(context: Context, ...fields: readonly Uint8Array[]): Uint8Array {
  return concatBytes(utf8Encode(context), Uint8Array.of(0), ...fields.map(lengthPrefixed))
}
