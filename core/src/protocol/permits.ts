/**
 * Permits as they travel: what a wallet signed as text (`core/src/permits` renders it), and what was delegated from it.
 * Guide: docs/guides/permits.md.
 */
import { type Infer, t } from '../schema/index.ts'
import { MultiSignature } from './multi-signature.ts'

/** A permit may be valid for this many blocks at most: 30 days of 3 s. What was signed by mistake ends by itself. */
export const MAX_PERMIT_LIFE = 864_000

export const permitLimits = {
  /** Contracts in one permit: they are read in a wallet's window. */
  contracts: 8,
  /** Methods named for one contract, for the same reason. */
  methods: 16,
  /** Characters of a method's name, as of the contract framework. */
  methodName: 64,
  /** Workers named in one permit: all replicas of a contract. */
  workers: 16,
  /** Characters of a site's name: an origin of a web page, or what an application calls itself. */
  site: 128,
  /** How often a permit may be handed on: an owner, his application, its service, a helper of that. */
  delegations: 3,
  /** Characters of the text: the largest permit takes 13,000. */
  text: 16_384,
} as const

/** Which contract, and which of its queries; without methods, all of them. */
export const PermittedContract = t.struct('PermittedContract', {
  contract: t.bytes32,
  methods: t.option(t.boundedVec(t.boundedText(permitLimits.methodName), permitLimits.methods)),
})
export type PermittedContract = Infer<typeof PermittedContract>

/** Everything that a permit allows. Lists are sorted and without duplicates, so that equal permits have equal bytes. */
export const PermitTerms = t.struct('PermitTerms', {
  genesis: t.hash,
  /** Ed25519: who holds it may ask. */
  key: t.bytes32,
  site: t.boundedText(permitLimits.site),
  contracts: t.boundedVec(PermittedContract, permitLimits.contracts),
  /** Absent: any worker that the chain believes. */
  workers: t.option(t.boundedVec(t.bytes32, permitLimits.workers)),
  issuedAtBlock: t.u32,
  /** The last block at which it is valid. */
  expiresAtBlock: t.u32,
  /** Queries that each worker answers under it. */
  uses: t.u32,
})
export type PermitTerms = Infer<typeof PermitTerms>

/** Terms in the name of an account, which signed their text. */
export const Permit = t.struct('Permit', { account: t.accountId, terms: PermitTerms, signature: MultiSignature })
export type Permit = Infer<typeof Permit>

/** Narrower terms for another key, signed by the key that held the permit before. */
export const Delegation = t.struct('Delegation', { terms: PermitTerms, signature: t.fixedBytes(64) })
export type Delegation = Infer<typeof Delegation>

/** A permit and what it was narrowed to, step by step. The last key may ask, as the account of the permit. */
export const PermitChain = t.struct('PermitChain', {
  permit: Permit,
  delegations: t.boundedVec(Delegation, permitLimits.delegations),
})
export type PermitChain = Infer<typeof PermitChain>
