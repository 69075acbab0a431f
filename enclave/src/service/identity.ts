/** The two keys of one enclave, made inside and kept sealed: one that signs, one that receives secrets. */
import { type AgreementKey, generateAgreementKey, type Keypair, keypairFromSeed, type Secret } from '@pha/core/crypto'
import { randomSecret } from '../random.ts'

export interface EnclaveIdentity {
  /** ed25519: what the registry lists the enclave by. */
  readonly signing: Keypair
  /** X-Wing: sessions and key releases are sealed to it. */
  readonly agreement: AgreementKey
}

/** What the sealed store keeps of an identity. */
export interface IdentitySeeds {
  readonly identitySeed: Secret
  readonly agreementSeed: Secret
}

/** Fresh seeds; an enclave does this once, when there is no sealed store. */
export function newIdentitySeeds(): IdentitySeeds {
  return { identitySeed: randomSecret(32), agreementSeed: randomSecret(32) }
}

export function identityFrom({ identitySeed, agreementSeed }: IdentitySeeds): EnclaveIdentity {
  return {
    signing: keypairFromSeed('ed25519', identitySeed),
    agreement: generateAgreementKey(agreementSeed),
  }
}
