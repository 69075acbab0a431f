/** Sealed sessions between a client and one pRuntime: permits, queries, answers. */
import { type Infer, t } from '../schema/index.ts'
import { bind } from './bind.ts'
import { contexts } from './contexts.ts'
import { limits } from './limits.ts'
import { MultiSignature } from './multi-signature.ts'
import { PermitChain, permitLimits } from './permits.ts'

/** Shows who asks: an account's signature for one contract, one session, until a block. */
export const SessionPermit = t.struct('SessionPermit', {
  account: t.accountId,
  contract: t.bytes32,
  expiresAtBlock: t.u32,
  signature: MultiSignature,
})
export type SessionPermit = Infer<typeof SessionPermit>

/** A session's permit may be valid for this many blocks at most (one day of 3 s blocks); longer ones are refused. */
export const MAX_SESSION_PERMIT_BLOCKS = 28_800

/** Both halves that make a session: what the client sent to open it, and the id that the pRuntime answered. */
export interface SessionName {
  /** The client's X-Wing encapsulation, 1120 bytes. */
  readonly encapsulation: Uint8Array
  /** 32 random bytes of the pRuntime, new for each opening. */
  readonly id: Uint8Array
}

/**
 * What the account signs. The permit is of no use in another session: not in one that somebody else opened, nor in one
 * that a host opens again with a recorded encapsulation. The latter would have the keys of the first and count from 0,
 * so a pRuntime encrypts nothing before it has seen a permit over its own new id.
 */
export function sessionPermitBytes(
  genesis: Uint8Array,
  { encapsulation, id }: SessionName,
  { account, contract, expiresAtBlock }: Omit<SessionPermit, 'signature'>,
): Uint8Array {
  return bind(contexts.permit, genesis, encapsulation, id, account, contract, t.u32.encode(expiresAtBlock))
}

/** Shows who asks by a permit that was signed before: the last key of its chain signs for this session. */
export const PermitUse = t.struct('PermitUse', {
  chain: PermitChain,
  /** The one contract of the permit that this session asks. */
  contract: t.bytes32,
  /** Where it is asked from, which has to be the permit's site. */
  site: t.boundedText(permitLimits.site),
  signature: t.fixedBytes(64),
})
export type PermitUse = Infer<typeof PermitUse>

/** What the key of a permit signs for one session, for the same reasons as an account does. `permit` is the last id. */
export function permitUseBytes(
  genesis: Uint8Array,
  { encapsulation, id }: SessionName,
  { permit, contract, site }: { readonly permit: Uint8Array; readonly contract: Uint8Array; readonly site: string },
): Uint8Array {
  return bind(contexts.permitUse, genesis, encapsulation, id, permit, contract, t.text.encode(site))
}

/** HPKE `info` of a session: no session exists for another chain or another worker. */
export function sessionInfo(genesis: Uint8Array, worker: Uint8Array): Uint8Array {
  return bind(contexts.session, genesis, worker)
}

export const SessionRequest = t.enum('SessionRequest', {
  /** Says who asks in this session. The first message must be this, and no other may; anything else closes the session. */
  Authorize: SessionPermit,
  /** Reads finalised state of the permit's contract. */
  Query: { input: t.boundedBytes(limits.input) },
  /** In place of `Authorize`: by a permit that the account signed before, or that was delegated from one. */
  UsePermit: PermitUse,
})
export type SessionRequest = Infer<typeof SessionRequest>

export const SessionResponse = t.enum('SessionResponse', {
  Authorized: null,
  /** The answer of the contract, and the finalised block and contract state root it was read from. */
  Answer: { output: t.boundedBytes(limits.output), block: t.u32, stateRoot: t.hash },
  /** The contract's own error. */
  Rejected: { output: t.boundedBytes(limits.output) },
  /** A coded refusal of the pRuntime, such as `session.not-authorized`. */
  Refused: { code: t.boundedText(64) },
})
export type SessionResponse = Infer<typeof SessionResponse>
