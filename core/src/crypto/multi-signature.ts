/** Substrate's MultiSignature: a signature with its scheme, checked against a 32-byte account. */

import { equalBytes } from '@pha/core/codec'
import { primitives } from '#primitives'
import { ecdsaAccountId, recoverEcdsa } from './ecdsa.ts'
import { verifyEd25519 } from './ed25519.ts'
import type { Keypair, SignatureScheme } from './keypair.ts'
import { verifySr25519 } from './sr25519.ts'

export type MultiSignature = {
  readonly type: 'Ed25519' | 'Sr25519' | 'Ecdsa'
  readonly value: Uint8Array
}

const MULTI_SIGNATURE_TYPE = { ed25519: 'Ed25519', sr25519: 'Sr25519', ecdsa: 'Ecdsa' } as const satisfies Record<
  SignatureScheme,
  MultiSignature['type']
>

/**
 * Whether `accountId` signed `message`. For Ed25519 and Sr25519 the account is the public key; for Ecdsa the key is
 * recovered and hashed. `false` for malformed bytes, never a throw.
 *
 * @example
 * if (!verifySignature(extrinsic.signature, payload, extrinsic.signer)) return { ok: false, reason: 'bad-proof' }
 */
export function verifySignature(signature: MultiSignature, message: Uint8Array, accountId: Uint8Array): boolean {
  switch (signature.type) {
    case 'Ed25519':
      return verifyEd25519(accountId, message, signature.value)
    case 'Sr25519':
      return verifySr25519(accountId, message, signature.value)
    case 'Ecdsa': {
      const publicKey = recoverEcdsa(message, signature.value)
      return publicKey !== undefined && equalBytes(ecdsaAccountId(publicKey), accountId)
    }
    default:
      return signature.type satisfies never
  }
}

/**
 * As `verifySignature`, by the platform's own Ed25519: for sessions and permits, where nothing has to be decided alike
 * elsewhere. Who can craft a signature that only one of the two takes can act as the crafted key, which nobody has.
 */
export function verifySignatureHere(signature: MultiSignature, message: Uint8Array, accountId: Uint8Array): boolean {
  return signature.type === 'Ed25519'
    ? primitives.ed25519Verify(accountId, message, signature.value)
    : verifySignature(signature, message, accountId)
}

/** Signs as an account does. */
export function multiSign(keypair: Keypair, message: Uint8Array): MultiSignature {
  return { type: MULTI_SIGNATURE_TYPE[keypair.scheme], value: keypair.sign(message) }
}
