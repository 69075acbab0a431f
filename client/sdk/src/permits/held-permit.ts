/** A permit with the key that may use it: what an application keeps, and what its user can take back. */
import { type Keypair, keypairFromSeed, type Secret } from '@pha/core/crypto'
import { type PermitLink, verifyChain } from '@pha/core/permits'
import type { PermitChain } from '@pha/core/protocol'
import { PhaError } from '../errors.ts'

/** Whoever has the key reads what the permit allows: keep it as you would a password. */
export interface HeldPermit {
  readonly chain: PermitChain
  /** Of the last permit of the chain. */
  readonly key: Keypair
}

/** The key of a permit, from 32 random bytes that are kept with it. */
export function permitKey(seed: Secret): Keypair {
  return keypairFromSeed('ed25519', seed)
}

/** Chains that were verified: signatures are checked once, not for each query. */
const verified = new WeakMap<PermitChain, PermitLink>()

/**
 * The last permit of a chain, which has the narrowest terms.
 * @throws PhaError `sdk.permit-refused` if no worker would accept the chain
 */
export function lastLink(chain: PermitChain): PermitLink {
  const known = verified.get(chain)
  if (known !== undefined) return known
  const verdict = verifyChain(chain, chain.permit.terms.genesis)
  if (!verdict.ok) {
    throw new PhaError('sdk.permit-refused', `this permit is none that a worker accepts: ${verdict.reason}`)
  }
  const last = verdict.links.at(-1) ?? verdict.links[0]
  verified.set(chain, last)
  return last
}

/** Where this code runs: the origin of a web page. Elsewhere a program is what it says it is. */
export function siteHere(said: string): string {
  const origin = globalThis.location?.origin
  return origin === undefined || origin === 'null' ? said : origin
}
