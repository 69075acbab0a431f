/** A receiver's part of a dealing: opened, and checked against the dealer's public commitments. */
import { open, Secret } from '@pha/core/crypto'
import { contexts, type Dealt, dealtShareAad, type Party } from '@pha/core/protocol'
import { checkShare, type ShareFailure } from '@pha/core/threshold'
import type { Ceremony } from '@pha/runtime/pallets'
import type { EnclaveIdentity } from '../service/identity.ts'

export type OpenedShare =
  | { readonly ok: true; readonly share: Secret }
  /** Reasons for a complaint. */
  | { readonly ok: false; readonly reason: 'dealing.not-opened' | ShareFailure }

export interface OpenDealingParams {
  readonly genesis: Uint8Array
  readonly identity: EnclaveIdentity
  readonly ceremony: Ceremony
  readonly dealer: Party
  readonly receiver: Party
}

/**
 * @example
 * const opened = await openDealing({ genesis, identity, ceremony, dealer, receiver }, dealt)
 * if (!opened.ok) complaints.push(dealer.index)
 */
export async function openDealing(
  { genesis, identity, ceremony, dealer, receiver }: OpenDealingParams,
  { dealing: { commitments, sealed } }: Dealt,
): Promise<OpenedShare> {
  const own = sealed[ceremony.receivers.indexOf(receiver)]
  if (own === undefined) return { ok: false, reason: 'dealing.not-opened' }
  const aad = dealtShareAad(genesis, ceremony.id, { dealer: dealer.identity, receiver: receiver.identity })
  // The dealer read the registry at another block: a renewal in between has brought another key.
  const opened = await Promise.all(
    identity.agreement.opening.map(({ seed }) => open({ seed, context: contexts.dealtShare, aad, sealed: own })),
  )
  const plaintext = opened.find((each) => each !== undefined)
  if (plaintext === undefined) return { ok: false, reason: 'dealing.not-opened' }
  const share = Secret.from(plaintext)
  plaintext.fill(0)
  const check = checkShare(commitments, receiver.index, share)
  if (check.ok) return { ok: true, share }
  share.wipe()
  return check
}
