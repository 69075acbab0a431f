/** Who may ask what in a session: an account that signed for this very session, or a key that an account gave a permit to. */
import { equalBytes } from '@pha/core/codec'
import { verifySignatureHere } from '@pha/core/crypto'
import { type ChainRefusal, type PermitLink, verifyChain } from '@pha/core/permits'
import {
  Call,
  MAX_SESSION_PERMIT_BLOCKS,
  type PermitTerms,
  type PermitUse,
  permitUseBytes,
  type SessionName,
  type SessionPermit,
  sessionPermitBytes,
} from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { enclaveLimits } from '../limits.ts'

export interface PermitPlace {
  readonly genesis: Uint8Array
  readonly session: SessionName
  /** Identity of this worker. */
  readonly worker: Uint8Array
  /** Number of the newest proven block. */
  readonly block: number
}

/** In whose name a session asks, and within what. */
export interface Asker {
  readonly account: Uint8Array
  readonly contract: Uint8Array
  /** The last block at which it may ask. */
  readonly expiresAtBlock: number
  /** Absent: the account signed for this session itself, and may ask anything. */
  readonly permit:
    | {
        /** First permit first. */
        readonly links: readonly PermitLink[]
        readonly methods: readonly string[] | undefined
      }
    | undefined
}

export type PermitRefusal =
  | ChainRefusal
  | 'permit.expired'
  | 'permit.not-yet'
  | 'permit.wrong-contract'
  | 'permit.wrong-site'
  | 'permit.wrong-worker'

export type PermitCheck =
  | { readonly ok: true; readonly asker: Asker }
  | { readonly ok: false; readonly reason: PermitRefusal }

/**
 * @example
 * const check = checkSessionPermit(permit, { genesis, session, worker, block: view.block.number })
 */
export function checkSessionPermit(permit: SessionPermit, { genesis, session, block }: PermitPlace): PermitCheck {
  const { account, contract, expiresAtBlock, signature } = permit
  if (expiresAtBlock < block) return { ok: false, reason: 'permit.expired' }
  if (expiresAtBlock > block + MAX_SESSION_PERMIT_BLOCKS) return { ok: false, reason: 'permit.too-long' }
  return verifySignatureHere(signature, sessionPermitBytes(genesis, session, permit), account)
    ? { ok: true, asker: { account, contract, expiresAtBlock, permit: undefined } }
    : { ok: false, reason: 'permit.bad-signature' }
}

/** What the chain has to say about a permit (revocations) is asked for elsewhere: see `account-standing.ts`. */
export function checkPermitUse(use: PermitUse, { genesis, session, worker, block }: PermitPlace): PermitCheck {
  const verdict = verifyChain(use.chain, genesis)
  if (!verdict.ok) return verdict
  const { account, links } = verdict
  const { id, terms } = links.at(-1) ?? links[0]
  const reason = refuseHere(terms, use, worker, block)
  if (reason !== undefined) return { ok: false, reason }
  const signed = permitUseBytes(genesis, session, { permit: id, contract: use.contract, site: use.site })
  const signature = { type: 'Ed25519', value: use.signature } as const
  if (!verifySignatureHere(signature, signed, terms.key)) return { ok: false, reason: 'permit.bad-signature' }
  const methods = terms.contracts.find(({ contract }) => equalBytes(contract, use.contract))?.methods
  const { expiresAtBlock } = terms
  return { ok: true, asker: { account, contract: use.contract, expiresAtBlock, permit: { links, methods } } }
}

/** The last terms are the narrowest, so what holds for them holds for all before. */
function refuseHere(
  { contracts, site, workers, issuedAtBlock, expiresAtBlock }: PermitTerms,
  use: PermitUse,
  worker: Uint8Array,
  block: number,
): PermitRefusal | undefined {
  if (expiresAtBlock < block) return 'permit.expired'
  if (issuedAtBlock > block + enclaveLimits.permitEarlyBlocks) return 'permit.not-yet'
  if (site !== use.site) return 'permit.wrong-site'
  if (workers !== undefined && !workers.some((one) => equalBytes(one, worker))) return 'permit.wrong-worker'
  return contracts.some(({ contract }) => equalBytes(contract, use.contract)) ? undefined : 'permit.wrong-contract'
}

/**
 * Why a query is outside of what the asker may ask. The name of a method is read as the contract framework reads it; a
 * contract that is made without it may take its input for something else, and whoever names methods of such a contract
 * in a permit relies on its author.
 */
export function refuseQuery({ permit }: Asker, input: Uint8Array): 'permit.wrong-method' | undefined {
  if (permit?.methods === undefined) return undefined
  const call = tryDecode(Call, input)
  return call.ok && permit.methods.includes(call.value.method) ? undefined : 'permit.wrong-method'
}
