/** The keys of one enclave, made inside and kept sealed: one that signs, the same for ever, and one after another that receive secrets. */
import { type Keypair, keypairFromSeed, type Secret } from '@pha/core/crypto'
import { randomSecret } from '../random.ts'
import { AgreementKeys, type AgreementMemory, type StoredAgreement } from './agreement-keys.ts'

export interface EnclaveIdentity {
  /** ed25519: what the registry lists the enclave by. */
  readonly signing: Keypair
  /** X-Wing: others seal to it. */
  readonly agreement: AgreementKeys
}

/** What the sealed store keeps of an identity. */
export interface IdentitySeeds {
  readonly identitySeed: Secret
  readonly agreement: StoredAgreement
}

/** Fresh seeds; an enclave does this once, when there is no sealed store. */
export function newIdentitySeeds(): IdentitySeeds {
  return {
    identitySeed: randomSecret(32),
    agreement: { listed: undefined, next: randomSecret(32), former: undefined },
  }
}

export function identityFrom(
  memory: AgreementMemory & { readonly content: { readonly identitySeed: Secret } },
): EnclaveIdentity {
  return {
    signing: keypairFromSeed('ed25519', memory.content.identitySeed),
    agreement: new AgreementKeys(memory),
  }
}
