/** ECDSA signatures as certificates write them (RFC 3279, section 2.2.3): a SEQUENCE of two INTEGERs. */
import { verdictOf } from '../refusal.ts'
import { DerReader } from './der.ts'

/** r || s, `scalarBytes` each; undefined unless `der` is the only way to write them. */
export function ecdsaSignatureFromDer(der: Uint8Array, scalarBytes: number): Uint8Array | undefined {
  const verdict = verdictOf(() => {
    const whole = new DerReader(der)
    const fields = whole.sequence()
    whole.end()
    const scalars = [fields.natural(), fields.natural()]
    fields.end()
    return scalars
  })
  if (!verdict.ok) return undefined
  const raw = new Uint8Array(2 * scalarBytes)
  for (const [i, scalar] of verdict.facts.entries()) {
    if (scalar.length > scalarBytes) return undefined
    raw.set(scalar, (i + 1) * scalarBytes - scalar.length)
  }
  return raw
}
