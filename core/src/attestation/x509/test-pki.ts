/** A public-key infrastructure for tests: authorities that certify and revoke, and may be told to do it wrongly. */
import { p256, p384 } from '@noble/curves/nist.js'
import { sha384 } from '@noble/hashes/sha2.js'
import { concatBytes, fromHex, utf8Encode } from '../../codec/index.ts'
import { sha256 } from '../../crypto/index.ts'
import type { EcdsaCurve } from '../signatures.ts'
import { explicit, TAG } from './der.ts'

const CURVES = {
  'P-256': {
    curve: p256,
    hash: sha256,
    signatureAlgorithm: fromHex('0x300a06082a8648ce3d040302'),
    keyAlgorithm: fromHex('0x301306072a8648ce3d020106082a8648ce3d030107'),
  },
  'P-384': {
    curve: p384,
    hash: sha384,
    signatureAlgorithm: fromHex('0x300a06082a8648ce3d040303'),
    keyAlgorithm: fromHex('0x301006072a8648ce3d020106052b81040022'),
  },
} as const

/** 2020-01-01 and 2040-01-01. */
const NOT_BEFORE = 1_577_836_800
const NOT_AFTER = 2_208_988_800

export interface TestExtension {
  readonly oid: string
  readonly content: Uint8Array
  readonly isCritical?: boolean
}

export interface IssueOptions {
  readonly subject: string
  /** Of the new key; the issuer's if absent. */
  readonly curve?: EcdsaCurve
  /** Makes the same key each time; by default the subject's name does. */
  readonly seed?: string
  readonly isCa?: boolean
  readonly pathLength?: number
  /** Bit `n` is `1 << n`. For a CA keyCertSign and cRLSign if absent. */
  readonly keyUsage?: number
  readonly extensions?: readonly TestExtension[]
  /** Seconds since 1970. */
  readonly notBefore?: number
  readonly notAfter?: number
  readonly serial?: number
  /** A name to claim in place of the issuer's own. */
  readonly issuer?: string
}

export interface CrlOptions {
  /** Serial numbers. */
  readonly revoked?: readonly number[]
  readonly thisUpdate?: number
  readonly nextUpdate?: number
  readonly extensions?: readonly TestExtension[]
  readonly issuer?: string
}

export interface TestAuthority {
  readonly certificate: Uint8Array
  readonly curve: EcdsaCurve
  /** Uncompressed. */
  readonly point: Uint8Array
  /** DER SubjectPublicKeyInfo, and its SHA-256: what a root is pinned by. */
  readonly spki: Uint8Array
  readonly pin: Uint8Array
  /** r || s. */
  sign(message: Uint8Array): Uint8Array
  /** Certifies a new key, which can certify in turn whatever its certificate says. */
  issue(options: IssueOptions): TestAuthority
  /** Certifies a key that was made elsewhere, as its DER SubjectPublicKeyInfo. */
  certify(spki: Uint8Array, options: IssueOptions): Uint8Array
  /** DER of a revocation list. */
  crl(options?: CrlOptions): Uint8Array
}

/**
 * A root with a certificate of itself.
 *
 * @example
 * const root = testAuthority({ curve: 'P-256' })
 * const ca = root.issue({ subject: 'CA', isCa: true })
 * const leaf = ca.issue({ subject: 'leaf', serial: 7 })
 * const crl = ca.crl({ revoked: [7] })
 */
export function testAuthority({
  curve = 'P-256',
  subject = 'Test Root CA',
  ...options
}: Partial<IssueOptions> = {}): TestAuthority {
  const key = keyOf(curve, options.seed ?? subject)
  return authority(key, subject, certificateOf(key, key.spki, subject, { isCa: true, ...options, subject }))
}

interface Key {
  readonly curve: EcdsaCurve
  readonly secret: Uint8Array
  readonly point: Uint8Array
  readonly spki: Uint8Array
}

function keyOf(curve: EcdsaCurve, seed: string): Key {
  const { curve: noble, keyAlgorithm } = CURVES[curve]
  const secret = noble.utils.randomSecretKey(
    concatBytes(...[0, 1, 2].map((i) => sha256(utf8Encode(`${i} ${seed}`)))).slice(0, noble.lengths.seed),
  )
  const point = noble.getPublicKey(secret, false)
  return { curve, secret, point, spki: derSequence(keyAlgorithm, derBits(point)) }
}

function authority(key: Key, subject: string, certificate: Uint8Array): TestAuthority {
  const certify = (spki: Uint8Array, options: IssueOptions) =>
    certificateOf(key, spki, options.issuer ?? subject, options)
  return {
    certificate,
    curve: key.curve,
    point: key.point,
    spki: key.spki,
    pin: sha256(key.spki),
    sign: (message) => signRaw(key, message),
    issue(options) {
      const issued = keyOf(options.curve ?? key.curve, options.seed ?? options.subject)
      return authority(issued, options.subject, certify(issued.spki, options))
    },
    certify,
    crl: (options = {}) => crlOf(key, options.issuer ?? subject, options),
  }
}

function certificateOf(issuer: Key, spki: Uint8Array, issuerName: string, options: IssueOptions): Uint8Array {
  const { isCa = false, pathLength, keyUsage = isCa ? (1 << 5) | (1 << 6) : 1, extensions = [] } = options
  const all: readonly TestExtension[] = [
    ...(isCa ? [{ oid: '2.5.29.19', content: basicConstraints(pathLength), isCritical: true }] : []),
    { oid: '2.5.29.15', content: namedBits(keyUsage), isCritical: true },
    ...extensions,
  ]
  return signed(
    issuer,
    der(explicit(0), derInteger(2)),
    derInteger(options.serial ?? 1),
    CURVES[issuer.curve].signatureAlgorithm,
    derName(issuerName),
    derSequence(derTime(options.notBefore ?? NOT_BEFORE), derTime(options.notAfter ?? NOT_AFTER)),
    derName(options.subject),
    spki,
    der(explicit(3), derSequence(...all.map(derExtension))),
  )
}

function crlOf(issuer: Key, name: string, { revoked = [], extensions = [], ...times }: CrlOptions): Uint8Array {
  const thisUpdate = times.thisUpdate ?? NOT_BEFORE
  return signed(
    issuer,
    derInteger(1),
    CURVES[issuer.curve].signatureAlgorithm,
    derName(name),
    derTime(thisUpdate),
    derTime(times.nextUpdate ?? NOT_AFTER),
    // RFC 5280, section 5.1.2.6: no list at all where nothing is revoked.
    ...(revoked.length === 0
      ? []
      : [derSequence(...revoked.map((n) => derSequence(derInteger(n), derTime(thisUpdate))))]),
    ...(extensions.length === 0 ? [] : [der(explicit(0), derSequence(...extensions.map(derExtension)))]),
  )
}

function signed(key: Key, ...fields: readonly Uint8Array[]): Uint8Array {
  const tbs = derSequence(...fields)
  return derSequence(tbs, CURVES[key.curve].signatureAlgorithm, derBits(derEcdsaSignature(signRaw(key, tbs))))
}

function signRaw({ curve, secret }: Key, message: Uint8Array): Uint8Array {
  const { curve: noble, hash } = CURVES[curve]
  return noble.sign(hash(message), secret, { prehash: false, lowS: false })
}

/** r || s as a SEQUENCE of two INTEGERs. */
export function derEcdsaSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2
  return derSequence(derNatural(raw.subarray(0, half)), derNatural(raw.subarray(half)))
}

/** One element: identifier, shortest length, content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const bytes = concatBytes(...content)
  const digits: number[] = []
  for (let rest = bytes.length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  const length = bytes.length < 0x80 ? [bytes.length] : [0x80 + digits.length, ...digits]
  return concatBytes(Uint8Array.of(tag, ...length), bytes)
}

export function derSequence(...elements: readonly Uint8Array[]): Uint8Array {
  return der(TAG.sequence, ...elements)
}

export function derInteger(value: number): Uint8Array {
  return derNatural(fromHex(`0x${value.toString(16).padStart(12, '0')}`))
}

/** INTEGER of a natural number, big-endian. */
export function derNatural(digits: Uint8Array): Uint8Array {
  const first = digits.findIndex((digit) => digit !== 0)
  const minimal = first === -1 ? Uint8Array.of(0) : digits.subarray(first)
  return der(TAG.integer, (minimal[0] as number) >= 0x80 ? Uint8Array.of(0) : Uint8Array.of(), minimal)
}

export function derOctets(content: Uint8Array): Uint8Array {
  return der(TAG.octetString, content)
}

export function derOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...more] = dotted.split('.').map(Number)
  const arcs = [first * 40 + second, ...more]
  return der(TAG.oid, Uint8Array.from(arcs.flatMap(base128)))
}

/** GeneralizedTime of seconds since 1970. */
export function derTime(seconds: number): Uint8Array {
  const iso = new Date(seconds * 1000).toISOString()
  return der(TAG.generalizedTime, utf8Encode(`${iso.slice(0, 19).replace(/[-:T]/g, '')}Z`))
}

/** A Name of one common name. */
export function derName(commonName: string): Uint8Array {
  const text = der(0x0c, utf8Encode(commonName))
  return derSequence(der(TAG.set, derSequence(derOid('2.5.4.3'), text)))
}

function derExtension({ oid, content, isCritical = false }: TestExtension): Uint8Array {
  return derSequence(derOid(oid), ...(isCritical ? [der(TAG.boolean, Uint8Array.of(0xff))] : []), derOctets(content))
}

function derBits(content: Uint8Array): Uint8Array {
  return der(TAG.bitString, Uint8Array.of(0), content)
}

function basicConstraints(pathLength: number | undefined): Uint8Array {
  const length = pathLength === undefined ? [] : [derInteger(pathLength)]
  return derSequence(der(TAG.boolean, Uint8Array.of(0xff)), ...length)
}

function namedBits(bits: number): Uint8Array {
  const last = 31 - Math.clz32(bits)
  const octets = new Uint8Array(Math.floor(last / 8) + 1)
  for (let n = 0; n <= last; n++)
    if ((bits & (1 << n)) !== 0) octets[n >> 3] = (octets[n >> 3] ?? 0) | (0x80 >> (n & 7))
  return der(TAG.bitString, Uint8Array.of(7 - (last & 7)), octets)
}

function base128(arc: number): number[] {
  const digits = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) | 0x80)
  return digits
}
