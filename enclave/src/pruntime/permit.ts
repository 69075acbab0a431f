/** Permits: an account's signature that lets one session ask one contract until a block. */

import { verifySignature } from '@pha/core/crypto'
import { MAX_PERMIT_BLOCKS, type Permit, permitBytes, type SessionName } from '@pha/core/protocol'

export interface PermitPlace {
  readonly genesis: Uint8Array
  readonly session: SessionName
  /** Number of the newest proven block. */
  readonly block: number
}

export type PermitCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'permit.expired' | 'permit.too-long' | 'permit.bad-signature' }

/**
 * @example
 * const check = checkPermit(permit, { genesis, session, block: view.block.number })
 */
export function checkPermit(permit: Permit, { genesis, session, block }: PermitPlace): PermitCheck {
  if (permit.expiresAtBlock < block) return { ok: false, reason: 'permit.expired' }
  if (permit.expiresAtBlock > block + MAX_PERMIT_BLOCKS) return { ok: false, reason: 'permit.too-long' }
  return verifySignature(permit.signature, permitBytes(genesis, session, permit), permit.account)
    ? { ok: true }
    : { ok: false, reason: 'permit.bad-signature' }
}
