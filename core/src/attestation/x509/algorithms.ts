/**
 * Signature and key algorithms by their whole DER AlgorithmIdentifier: parameters included, so that no parameter has to
 * be judged by itself. RFC 4055, section 3.1 and RFC 5758, section 3.2 say what they have to be.
 */
import { toHex } from '../../codec/index.ts'
import { refuse } from '../refusal.ts'
import type { SignatureHash } from '../signatures.ts'

export interface SignatureAlgorithm {
  readonly scheme: 'ecdsa' | 'rsaPkcs1' | 'rsaPss'
  readonly hash: SignatureHash
}

/** RSASSA-PSS with SHA-384, MGF1 with SHA-384, 48 bytes of salt; AMD's. */
const PSS_SHA384 =
  '06092a864886f70d01010a30{LENGTH}a00f300d06096086480165030402020500' +
  'a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130'

const SIGNATURE_ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['0x300a06082a8648ce3d040302', { scheme: 'ecdsa', hash: 'SHA-256' }],
  ['0x300a06082a8648ce3d040303', { scheme: 'ecdsa', hash: 'SHA-384' }],
  ['0x300a06082a8648ce3d040304', { scheme: 'ecdsa', hash: 'SHA-512' }],
  ['0x300d06092a864886f70d01010b0500', { scheme: 'rsaPkcs1', hash: 'SHA-256' }],
  ['0x300d06092a864886f70d01010c0500', { scheme: 'rsaPkcs1', hash: 'SHA-384' }],
  ['0x300d06092a864886f70d01010d0500', { scheme: 'rsaPkcs1', hash: 'SHA-512' }],
  [`0x3041${PSS_SHA384.replace('{LENGTH}', '34')}`, { scheme: 'rsaPss', hash: 'SHA-384' }],
  // AMD's certificates write the default trailer field out, which DER does not.
  [`0x3046${PSS_SHA384.replace('{LENGTH}', '39')}a303020101`, { scheme: 'rsaPss', hash: 'SHA-384' }],
])

export function signatureAlgorithmOf(identifier: Uint8Array): SignatureAlgorithm {
  return SIGNATURE_ALGORITHMS.get(toHex(identifier)) ?? refuse('unsupported-algorithm')
}
