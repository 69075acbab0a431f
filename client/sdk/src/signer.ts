/** Who signs: any key pair of `@pha/core/crypto`, or something that asks a wallet. */
import type { SignatureScheme } from '@pha/core/crypto'
import type { MultiSignature } from '@pha/core/protocol'
import type { HeldPermit } from './permits/held-permit.ts'

/** A `Keypair` is one. `sign` signs the message as it is, without wrapping it. */
export interface Signer {
  readonly scheme: SignatureScheme
  /** 32 bytes: what the chain knows the key by. */
  readonly accountId: Uint8Array
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** Who asks a query: an account, which signs for each session, or a permit that one gave. */
export type Asker =
  | { readonly signer: Signer; readonly permit?: undefined }
  | { readonly permit: HeldPermit; readonly signer?: undefined }

export async function signAs(signer: Signer, message: Uint8Array): Promise<MultiSignature> {
  const value = await signer.sign(message)
  switch (signer.scheme) {
    case 'ed25519':
      return { type: 'Ed25519', value }
    case 'sr25519':
      return { type: 'Sr25519', value }
    case 'ecdsa':
      return { type: 'Ecdsa', value }
    default:
      return signer.scheme satisfies never
  }
}
