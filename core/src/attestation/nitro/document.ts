/** The payload of Nitro's attestation documents, with the sizes that AWS gives ("Verifying the root of trust"). */
import type { CborMap, CborValue } from '../cose/cbor.ts'
import { bytesOf, listClaim, mapClaim, naturalClaim, optionalBytesClaim, textClaim } from '../cose/claims.ts'
import { HASH_LENGTHS } from '../cose/named-hash.ts'
import { demand, refuse } from '../refusal.ts'
import { MAX_CHAIN_CERTIFICATES } from '../x509/limits.ts'

export interface NitroDocument {
  readonly moduleId: string
  readonly digest: string
  readonly timestampMs: number
  readonly pcrs: ReadonlyMap<number, Uint8Array>
  /** DER. */
  readonly certificate: Uint8Array
  /** DER, root first. */
  readonly caBundle: readonly Uint8Array[]
  readonly publicKey: Uint8Array | undefined
  readonly userData: Uint8Array | undefined
  readonly nonce: Uint8Array | undefined
}

/** AWS's CDDL bounds all three fields of the enclave and each certificate alike. */
const MAX_FIELD_BYTES = 1024
const MAX_PCRS = 32
/** An instance's id and an enclave's take 39 characters. */
const MAX_MODULE_ID_LENGTH = 128

export function readDocument(claims: CborMap): NitroDocument {
  const moduleId = textClaim(claims, 'module_id')
  demand(moduleId.length > 0 && moduleId.length <= MAX_MODULE_ID_LENGTH, 'malformed')
  const digest = textClaim(claims, 'digest')
  demand(digest === 'SHA384', 'unsupported-algorithm')
  const caBundle = listClaim(claims, 'cabundle')
  demand(caBundle.length < MAX_CHAIN_CERTIFICATES, 'malformed')
  return {
    moduleId,
    digest,
    timestampMs: naturalClaim(claims, 'timestamp', Number.MAX_SAFE_INTEGER),
    pcrs: pcrsOf(mapClaim(claims, 'pcrs')),
    certificate: certificateOf(claims.get('certificate') ?? refuse('missing-claim')),
    caBundle: caBundle.map(certificateOf),
    publicKey: fieldOf(claims, 'public_key'),
    userData: fieldOf(claims, 'user_data'),
    nonce: fieldOf(claims, 'nonce'),
  }
}

function pcrsOf(registers: CborMap): ReadonlyMap<number, Uint8Array> {
  demand(registers.size <= MAX_PCRS, 'malformed')
  const pcrs = new Map<number, Uint8Array>()
  for (const [index, value] of registers) {
    if (typeof index !== 'number' || index < 0 || index >= MAX_PCRS) return refuse('malformed')
    pcrs.set(index, bytesOf(value, HASH_LENGTHS))
  }
  return pcrs
}

function certificateOf(value: CborValue): Uint8Array {
  if (!(value instanceof Uint8Array)) return refuse('malformed')
  demand(value.length > 0 && value.length <= MAX_FIELD_BYTES, 'malformed')
  return value
}

function fieldOf(claims: CborMap, key: string): Uint8Array | undefined {
  const field = optionalBytesClaim(claims, key)
  demand(field === undefined || field.length <= MAX_FIELD_BYTES, 'malformed')
  return field
}
