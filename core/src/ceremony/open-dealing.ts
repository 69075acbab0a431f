/** A receiver's part of a dealing: opened, and checked against the dealer's public commitments. */
import { open, Secret } from '@pha/core/crypto'
import { contexts, type Dealt, dealtShareAad, type Party } from '@pha/core/protocol'
import { checkShare, type ShareFailure } from '@pha/core/threshold'
import type { SharingCeremony } from './sharing-ceremony.ts'

export type OpenedShare =
  | { readonly ok: true; readonly share: Secret }
  /** Reasons for a complaint. */
  | { readonly ok: false; readonly reason: 'dealing.not-opened' | ShareFailure }

export interface OpenDealingParams {
  readonly genesis: Uint8Array
  /** Seed of the key that is sealed to: one made for the ceremony, or a custodian's. */
  readonly recipient: Secret
  readonly ceremony: SharingCeremony
  readonly dealer: Party
  readonly receiver: Party
}

/**
 * @example
 * const opened = await openDealing({ genesis, recipient, ceremony, dealer, receiver }, dealt)
 * if (!opened.ok) complaints.push(dealer.index)
 */
export async function openDealing(
  { genesis, recipient, ceremony, dealer, receiver }: OpenDealingParams,
  { dealing: { commitments, sealed } }: Dealt,
): Promise<OpenedShare> {
  const own = sealed[ceremony.receivers.findIndex(({ index }) => index === receiver.index)]
  if (own === undefined) return { ok: false, reason: 'dealing.not-opened' }
  const aad = dealtShareAad(genesis, ceremony.id, { dealer: dealer.identity, receiver: receiver.identity })
  const plaintext = await open({ seed: recipient, context: contexts.dealtShare, aad, sealed: own })
  if (plaintext === undefined) return { ok: false, reason: 'dealing.not-opened' }
  const share = Secret.from(plaintext)
  plaintext.fill(0)
  const check = checkShare(commitments, receiver.index, share)
  if (check.ok) return { ok: true, share }
  share.wipe()
  return check
}
