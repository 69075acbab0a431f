/** Security lifecycle of Arm's platforms (RFC 9783, section 4.3.1; CCA has the same states). */
import type { CborKey, CborMap } from '../cose/cbor.ts'
import { naturalClaim } from '../cose/claims.ts'

/** Bits 15:8 are the state, the rest is the vendor's. */
export function lifecycleClaim(claims: CborMap, key: CborKey): number {
  return naturalClaim(claims, key, 0xffff)
}

/** In all other states somebody may debug the platform, or nobody has secured it yet. */
export function isSecured(lifecycle: number): boolean {
  return lifecycle >> 8 === 0x30
}
