/** One question about a signature, and many of them packed into bytes that a thread can be handed without a copy. */
import type { MultiSignature } from '@pha/core/crypto'

export interface SignatureCheck {
  readonly scheme: MultiSignature['type']
  readonly signature: Uint8Array
  readonly message: Uint8Array
  readonly account: Uint8Array
}

/** `busy`: nobody checked it, as too many wait already, or threads end over this very one, or there are none any more. */
export type Verdict = 'holds' | 'forged' | 'busy'

const SCHEMES = ['Ed25519', 'Sr25519', 'Ecdsa'] as const satisfies readonly MultiSignature['type'][]
/** Scheme, then the lengths of signature, message and account. */
const HEAD_BYTES = 1 + 3 * 4

/** Packs checks into one buffer of their own, which may be transferred. */
export function packChecks(checks: readonly SignatureCheck[]): Uint8Array<ArrayBuffer> {
  const size = checks.reduce(
    (sum, check) => sum + HEAD_BYTES + parts(check).reduce((n, { length }) => n + length, 0),
    0,
  )
  const packed = new Uint8Array(size)
  const view = new DataView(packed.buffer)
  let at = 0
  for (const check of checks) {
    packed[at] = SCHEMES.indexOf(check.scheme)
    const fields = parts(check)
    fields.forEach((field, i) => {
      view.setUint32(at + 1 + 4 * i, field.length, true)
    })
    at += HEAD_BYTES
    for (const field of fields) {
      packed.set(field, at)
      at += field.length
    }
  }
  return packed
}

/** What `packChecks` packed; views of the same bytes. Only our own threads exchange them. */
export function* unpackChecks(packed: Uint8Array): Generator<SignatureCheck> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  let at = 0
  const take = (length: number): Uint8Array => {
    at += length
    return packed.subarray(at - length, at)
  }
  while (at < packed.length) {
    const scheme = SCHEMES[view.getUint8(at)]
    if (scheme === undefined) throw new RangeError(`scheme ${view.getUint8(at)} of a packed check`)
    const lengthOf = (field: number): number => view.getUint32(at + 1 + 4 * field, true)
    const [signature, message, account] = [lengthOf(0), lengthOf(1), lengthOf(2)]
    at += HEAD_BYTES
    yield { scheme, signature: take(signature), message: take(message), account: take(account) }
  }
}

function parts({ signature, message, account }: SignatureCheck): readonly Uint8Array[] {
  return [signature, message, account]
}
