/** Certificate revocation lists, version 2 (RFC 5280, section 5): complete ones of one issuer. */
import { equalBytes } from '../../codec/index.ts'
import { demand } from '../refusal.ts'
import { type SignatureAlgorithm, signatureAlgorithmOf } from './algorithms.ts'
import { DerReader, explicit, TAG } from './der.ts'
import { readExtensions } from './extensions.ts'
import { MAX_CRL_BYTES, MAX_SERIAL_BYTES } from './limits.ts'
import { readSigned } from './signed.ts'

export interface Crl {
  /** DER Name. */
  readonly issuer: Uint8Array
  /** Seconds since 1970, inclusive. */
  readonly thisUpdate: number
  /** Seconds since 1970, inclusive. */
  readonly nextUpdate: number
  /** What the issuer signed. */
  readonly tbs: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Uint8Array
  /** Whether a certificate is listed; a walk through the list. */
  has(serial: Uint8Array): boolean
}

const VERSION_2 = 1

/**
 * Views into `der`. Nothing is verified: `checkCrl` does.
 *
 * Critical extensions are refused, of the list and of its entries: they say that the list is partial, or of another
 * issuer's certificates, and then absence from it means nothing.
 */
export function parseCrl(der: Uint8Array): Crl {
  const { tbs, algorithm, signature } = readSigned(der, MAX_CRL_BYTES)
  const fields = new DerReader(tbs).sequence()
  demand(fields.smallNatural() === VERSION_2, 'malformed')
  demand(equalBytes(fields.element(TAG.sequence), algorithm), 'malformed')
  const issuer = fields.element(TAG.sequence)
  const thisUpdate = fields.time()
  // A list without an end would be replayed for ever.
  const nextUpdate = fields.time()
  const serials = fields.next(TAG.sequence) ? serialsOf(fields.sequence()) : []
  if (fields.next(explicit(0))) {
    const wrapped = fields.inside(explicit(0))
    readExtensions(wrapped.sequence(), [])
    wrapped.end()
  }
  fields.end()

  return {
    issuer,
    thisUpdate,
    nextUpdate,
    tbs,
    signatureAlgorithm: signatureAlgorithmOf(algorithm),
    signature,
    has: (serial) => serials.some((listed) => equalBytes(listed, serial)),
  }
}

/** Those that are revoked; an entry takes 20 bytes at least, which bounds how many there are. */
function serialsOf(entries: DerReader): readonly Uint8Array[] {
  const serials: Uint8Array[] = []
  while (!entries.atEnd) {
    const entry = entries.sequence()
    const serial = entry.integer()
    demand(serial.length <= MAX_SERIAL_BYTES, 'malformed')
    entry.time()
    if (!entry.atEnd) readExtensions(entry.sequence(), [])
    entry.end()
    serials.push(serial)
  }
  return serials
}
