/** One dealer's dealing in a ceremony: a polynomial, commitments to it, and each receiver's share, sealed to it. */
import { CryptoError, type RandomBytes, type SealParams, type Secret, seal } from '@pha/core/crypto'
import { contexts, type Dealt, dealingContext, dealtShareAad, limits, type Party } from '@pha/core/protocol'
import { deal, shareFor } from '@pha/core/threshold'
import type { SharingCeremony } from './sharing-ceremony.ts'

export interface DealingParams {
  readonly genesis: Uint8Array
  readonly ceremony: SharingCeremony
  readonly dealer: Party
  /** The share that the dealer passes on; for a new root a random secret is made. */
  readonly secret: Secret | undefined
  /** Keys that receivers made for this ceremony, in the order of receivers, from proven state. */
  readonly recipients: readonly (Uint8Array | undefined)[]
  /** The share that a receiver is dealt. */
  readonly shareFor?: typeof shareFor
  readonly random: RandomBytes
}

export interface MadeDealing {
  readonly dealt: Dealt
  readonly polynomial: Secret
}

/**
 * Different at every call: whoever publishes it has sealed it before.
 * @example
 * const { dealt, polynomial } = await makeDealing({ genesis, ceremony, dealer, secret, recipients, random })
 */
export async function makeDealing(params: DealingParams): Promise<MadeDealing> {
  const { genesis, ceremony, dealer, secret, recipients, shareFor: shareOf = shareFor, random } = params
  const { polynomial, commitments, proof } = deal({
    threshold: ceremony.threshold,
    dealer: dealer.index,
    context: dealingContext(genesis, ceremony.id),
    random,
    ...(secret && { secret }),
  })
  const sealed = await Promise.all(
    ceremony.receivers.map(async (receiver, i) => {
      const recipient = recipients[i]
      // The chain lets nobody receive who made no key: such zeros cost that receiver a complaint, and nobody else anything.
      if (recipient === undefined) return new Uint8Array(limits.dealtShare)
      const share = shareOf(polynomial, receiver.index)
      const aad = dealtShareAad(genesis, ceremony.id, { dealer: dealer.identity, receiver: receiver.identity })
      const plaintext = share.expose()
      const envelope = await sealIfKey({ recipient, context: contexts.dealtShare, aad, plaintext, random })
      share.wipe()
      return envelope
    }),
  )
  return { dealt: { ceremony: ceremony.id, dealer: dealer.index, dealing: { commitments, proof, sealed } }, polynomial }
}

/** For what is no key there are zeros, which nobody opens: whoever named it must not keep the others from their shares. */
async function sealIfKey(params: SealParams): Promise<Uint8Array> {
  try {
    return await seal(params)
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    return new Uint8Array(limits.dealtShare)
  }
}
