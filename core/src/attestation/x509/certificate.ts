/** X.509 certificates, version 3 (RFC 5280, section 4.1): what a verifier needs of one, read strictly. */
import { equalBytes } from '../../codec/index.ts'
import { demand } from '../refusal.ts'
import { type SignatureAlgorithm, signatureAlgorithmOf } from './algorithms.ts'
import { DerReader, explicit, TAG } from './der.ts'
import { readExtensions } from './extensions.ts'
import { MAX_CERTIFICATE_BYTES, MAX_SERIAL_BYTES } from './limits.ts'
import { type CertificateKey, publicKeyOf } from './public-key.ts'
import { readSigned } from './signed.ts'

export interface Certificate {
  readonly der: Uint8Array
  /** What the issuer signed. */
  readonly tbs: Uint8Array
  /** Content bytes of the INTEGER; AMD's are zero. */
  readonly serial: Uint8Array
  /** DER Name. */
  readonly issuer: Uint8Array
  /** DER Name. */
  readonly subject: Uint8Array
  /** Seconds since 1970, inclusive. */
  readonly notBefore: number
  /** Seconds since 1970, inclusive. */
  readonly notAfter: number
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  readonly publicKey: CertificateKey
  readonly isCa: boolean
  /** How many intermediates may stand between this CA and a leaf. */
  readonly pathLength: number | undefined
  /** Bit `n` of the list in RFC 5280, section 4.2.1.3 is `1 << n`. */
  readonly keyUsage: number | undefined
  /** Content of each extension by dotted OID. */
  readonly extensions: ReadonlyMap<string, Uint8Array>
  readonly signatureAlgorithm: SignatureAlgorithm
  /** As the algorithm writes it: DER for ECDSA. */
  readonly signature: Uint8Array
}

export const KEY_CERT_SIGN = 1 << 5
export const CRL_SIGN = 1 << 6

const BASIC_CONSTRAINTS = '2.5.29.19'
const KEY_USAGE = '2.5.29.15'
const VERSION_3 = 2

/**
 * Views into `der`, which must not change while they are used. Nothing is verified.
 *
 * @example
 * const [pck, ca, root] = derFromPem(chain).map(parseCertificate)
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const { tbs, algorithm, signature } = readSigned(der, MAX_CERTIFICATE_BYTES)
  const fields = new DerReader(tbs).sequence()
  const version = fields.inside(explicit(0))
  demand(version.smallNatural() === VERSION_3, 'malformed')
  version.end()
  const serial = fields.integer()
  demand((serial[0] as number) < 0x80 && serial.length <= MAX_SERIAL_BYTES, 'malformed')
  // The outer copy is not signed: another algorithm there would be the attacker's choice.
  demand(equalBytes(fields.element(TAG.sequence), algorithm), 'malformed')
  const issuer = fields.element(TAG.sequence)
  const validity = fields.sequence()
  const notBefore = validity.time()
  const notAfter = validity.time()
  validity.end()
  const subject = fields.element(TAG.sequence)
  const spki = fields.element(TAG.sequence)
  const wrapped = fields.atEnd ? undefined : fields.inside(explicit(3))
  const extensions = wrapped === undefined ? NO_EXTENSIONS : readExtensions(wrapped.sequence(), KNOWN_EXTENSIONS)
  wrapped?.end()
  fields.end()

  return {
    der,
    tbs,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    spki,
    publicKey: publicKeyOf(spki),
    ...basicConstraints(extensions.get(BASIC_CONSTRAINTS)),
    keyUsage: keyUsage(extensions.get(KEY_USAGE)),
    extensions,
    signatureAlgorithm: signatureAlgorithmOf(algorithm),
    signature,
  }
}

/** Those of a chain; one that is among `known` with all its bytes is not parsed again. */
export function parseCertificates(
  chain: readonly Uint8Array[],
  known: readonly Certificate[] = [],
): readonly Certificate[] {
  return chain.map((der) => known.find((each) => equalBytes(each.der, der)) ?? parseCertificate(der))
}

const KNOWN_EXTENSIONS = [BASIC_CONSTRAINTS, KEY_USAGE]
const NO_EXTENSIONS: ReadonlyMap<string, Uint8Array> = new Map()

function basicConstraints(content: Uint8Array | undefined): Pick<Certificate, 'isCa' | 'pathLength'> {
  if (content === undefined) return { isCa: false, pathLength: undefined }
  const whole = new DerReader(content)
  const fields = whole.sequence()
  whole.end()
  const isCa = fields.next(TAG.boolean) && fields.boolean()
  const pathLength = fields.atEnd ? undefined : fields.smallNatural()
  fields.end()
  demand(isCa || pathLength === undefined, 'malformed')
  return { isCa, pathLength }
}

function keyUsage(content: Uint8Array | undefined): number | undefined {
  if (content === undefined) return undefined
  const whole = new DerReader(content)
  const bits = whole.namedBits()
  whole.end()
  return bits
}
