/** A permit and its delegations: who signed what, what each is called, and what is left of the rights at the end. */
import { equalBytes } from '../codec/index.ts'
import { blake2b256, type Keypair, verifySignatureHere } from '../crypto/index.ts'
import { bind, contexts, type Delegation, type PermitChain, PermitTerms } from '../protocol/index.ts'
import { isWithin } from './narrow.ts'
import { refuseTerms, type TermsRefusal } from './terms.ts'
import { permitText, wrapped } from './text.ts'

/** One permit of a chain: the first, or a delegation. */
export interface PermitLink {
  /** Names it for revocations and counts. */
  readonly id: Uint8Array
  /** The account that gave it, or the key of the permit before; both are accounts, which can take it back. */
  readonly issuer: Uint8Array
  readonly terms: PermitTerms
}

export type ChainRefusal = TermsRefusal | 'permit.other-chain' | 'permit.bad-signature' | 'permit.wider'

export type ChainVerdict =
  | {
      readonly ok: true
      /** In whose name the last key asks. */
      readonly account: Uint8Array
      /** First permit first; the last has the narrowest terms. */
      readonly links: readonly [PermitLink, ...PermitLink[]]
    }
  | { readonly ok: false; readonly reason: ChainRefusal }

/**
 * Id of a permit: hash over what it was derived from and its terms.
 * @param from account of the first permit, id of the one before otherwise
 */
export function permitId(from: Uint8Array, terms: PermitTerms): Uint8Array {
  return blake2b256(bind(contexts.permitId, from, PermitTerms.encode(terms)))
}

/** What the key of a permit signs to hand on narrower terms. */
export function delegationBytes(parent: Uint8Array, terms: PermitTerms): Uint8Array {
  return bind(contexts.permitDelegation, terms.genesis, parent, PermitTerms.encode(terms))
}

/**
 * Checks everything about a chain that needs neither a block nor a worker. Every byte of it comes from a stranger.
 *
 * @example
 * const verdict = verifyChain(chain, genesis)
 * if (verdict.ok) console.log(verdict.links.at(-1).terms.expiresAtBlock)
 */
export function verifyChain({ permit, delegations }: PermitChain, genesis: Uint8Array): ChainVerdict {
  const { account, terms, signature } = permit
  const refusal = refuseLink(terms, genesis)
  if (refusal !== undefined) return { ok: false, reason: refusal }
  if (!verifySignatureHere(signature, wrapped(permitText({ account, terms })), account)) {
    return { ok: false, reason: 'permit.bad-signature' }
  }
  const links: [PermitLink, ...PermitLink[]] = [{ id: permitId(account, terms), issuer: account, terms }]
  let parent: PermitLink = links[0]
  for (const delegation of delegations) {
    const reason = refuseLink(delegation.terms, genesis) ?? refuseDelegation(delegation, parent)
    if (reason !== undefined) return { ok: false, reason }
    parent = { id: permitId(parent.id, delegation.terms), issuer: parent.terms.key, terms: delegation.terms }
    links.push(parent)
  }
  return { ok: true, account, links }
}

/** Signs narrower terms for another key. The caller sees to it that they are narrower; nobody accepts them otherwise. */
export function signDelegation(parent: PermitLink, terms: PermitTerms, holder: Keypair): Delegation {
  return { terms, signature: holder.sign(delegationBytes(parent.id, terms)) }
}

function refuseLink(terms: PermitTerms, genesis: Uint8Array): ChainRefusal | undefined {
  return refuseTerms(terms) ?? (equalBytes(terms.genesis, genesis) ? undefined : 'permit.other-chain')
}

/** The cheap question first: a stranger who widens his permit is told before a signature is checked. */
function refuseDelegation({ terms, signature }: Delegation, parent: PermitLink): ChainRefusal | undefined {
  if (!isWithin(terms, parent.terms)) return 'permit.wider'
  const signed = { type: 'Ed25519', value: signature } as const
  const isSigned = verifySignatureHere(signed, delegationBytes(parent.id, terms), parent.terms.key)
  return isSigned ? undefined : 'permit.bad-signature'
}
