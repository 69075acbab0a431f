/** Keys of Arm platforms, as the chain keeps them and as verifiers take them. */
import type { AnchorKey } from '@pha/core/attestation'
import { blake2b256 } from '@pha/core/crypto'
import { AnchorKey as KeptKey } from './collateral-schema.ts'

const CURVES = { P256: 'P-256', P384: 'P-384', P521: 'P-521' } as const

export function anchorKeyOf({ curve, point }: KeptKey): AnchorKey {
  return { curve: CURVES[curve.type], point }
}

/** Tells one key of a platform from the next. */
export function anchorKeyHash(key: KeptKey): Uint8Array {
  return blake2b256(KeptKey.encode(key))
}
