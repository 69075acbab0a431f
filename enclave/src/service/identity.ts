/** The two keys of one enclave, made inside and kept sealed: one that signs, one that receives secrets. */
import { randomBytes } from 'node:crypto'
import { type AgreementKey, generateAgreementKey, type Keypair, keypairFromSeed, Secret } from '@pha/core/crypto'

export interface EnclaveIdentity {
  /** ed25519: what the registry lists the enclave by. */
  readonly signing: Keypair
  /** X-Wing: sessions and key releases are sealed to it. */
  readonly agreement: AgreementKey
}

/** What the sealed store keeps of an identity. */
export interface IdentitySeeds {
  readonly identitySeed: Uint8Array
  readonly agreementSeed: Uint8Array
}

/** Fresh seeds; an enclave does this once, when there is no sealed store. */
export function newIdentitySeeds(): IdentitySeeds {
  return { identitySeed: new Uint8Array(randomBytes(32)), agreementSeed: new Uint8Array(randomBytes(32)) }
}

export function identityFrom({ identitySeed, agreementSeed }: IdentitySeeds): EnclaveIdentity {
  return {
    signing: keypairFromSeed('ed25519', Secret.from(identitySeed)),
    agreement: generateAgreementKey(Secret.from(agreementSeed)),
  }
}
