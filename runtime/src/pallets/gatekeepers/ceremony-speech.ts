/** What dealers say in a ceremony, whoever they are: checked by the chain itself, and kept. Who said it, the caller has checked. */
import {
  type ComplaintAnswer,
  type Dealt,
  dealingContext,
  GatekeepersMessage,
  type Party,
  type Sender,
  topics,
} from '@pha/core/protocol'
import { checkDealing, checkRevealedShare } from '@pha/core/threshold'
import type { CeremonyRecord } from './ceremony-record.ts'
import type { GatekeepersContext } from './context.ts'
import type { Ceremony, CeremonyPhase } from './group-schema.ts'
import type { Operators } from './operators.ts'

export type CeremonySpeech = ReturnType<typeof ceremonySpeech>

interface Spoken {
  readonly ceremony: Ceremony
  readonly dealer: Party
}

export function ceremonySpeech(
  { storage, events, errors, deps }: GatekeepersContext,
  record: CeremonyRecord,
  operators: Operators,
) {
  function require(id: number, phase: CeremonyPhase['type']): Ceremony {
    const ceremony = storage.ceremony.get()
    if (ceremony?.id !== id) throw errors.NoCeremony()
    if (ceremony.phase.type !== phase) throw errors.WrongPhase()
    return ceremony
  }

  function partyOf(parties: readonly Party[], index: number): Party {
    const party = parties.find((known) => known.index === index)
    if (party === undefined) throw errors.NotParty()
    return party
  }

  /** What a dealer has to share: of a new root, anything; else the share that it holds. */
  function expectedConstant({ kind }: Ceremony, dealer: number): Uint8Array | undefined {
    if (kind.type === 'NewRoot') return undefined
    const holders = kind.type === 'Recover' ? storage.escrow.get()?.group : storage.group.get()
    const held = holders?.members.find(({ index }) => index === dealer)
    if (held === undefined) throw errors.NotParty()
    return held.publicShare
  }

  return {
    require,
    partyOf,

    requireDealer(id: number, index: number): Spoken {
      const ceremony = require(id, 'Deal')
      const dealer = partyOf(ceremony.dealers, index)
      if (storage.dealings.has(index)) throw errors.AlreadySpoken()
      return { ceremony, dealer }
    },

    takeDealing(ceremony: Ceremony, dealt: Dealt, sender: Sender): void {
      const { dealer: index, dealing } = dealt
      if (dealing.sealed.length !== ceremony.receivers.length) throw errors.BadDealing('one share for each receiver')
      const constant = expectedConstant(ceremony, index)
      const checked = checkDealing({
        commitments: dealing.commitments,
        proof: dealing.proof,
        threshold: ceremony.threshold,
        dealer: index,
        context: dealingContext(deps.system.genesisHash(), ceremony.id),
        ...(constant && { expectedConstant: constant }),
      })
      if (!checked.ok) throw errors.BadDealing(checked.reason)
      storage.dealings.set(index, dealing.commitments)
      record.noteSpoken()
      deps.messages.push(topics.gatekeepers, sender, GatekeepersMessage.encode({ type: 'Dealt', value: dealt }))
      events.Dealt({ ceremony: ceremony.id, dealer: index })
    },

    requireAccused(id: number, index: number): Spoken {
      const ceremony = require(id, 'Answer')
      const dealer = partyOf(record.accused(ceremony), index)
      if (record.hasAnswered(index)) throw errors.AlreadySpoken()
      return { ceremony, dealer }
    },

    takeAnswer(ceremony: Ceremony, dealer: Party, { shares }: ComplaintAnswer): void {
      const { kind } = ceremony
      const { index, identity } = dealer
      const accusers = record.accusers(ceremony, index)
      const isComplete =
        shares.length === accusers.length && shares.every(({ receiver }, i) => receiver === accusers[i])
      if (!isComplete) throw errors.IncompleteAnswer()
      record.noteSpoken()
      const commitments = storage.dealings.get(index) ?? []
      if (shares.some(({ receiver, share }) => !checkRevealedShare(commitments, receiver, share).ok)) {
        // Signed by the dealer itself: its own word against its own commitments. A custodian has no bond, and is only left out.
        record.disqualify(ceremony, dealer, 'WrongShare', deps.system.blockNumber())
        if (kind.type !== 'Recover') operators.slash(identity)
        return
      }
      storage.revealed.set(index, shares)
      for (const { receiver } of shares) {
        events.ComplaintAnswered({ ceremony: ceremony.id, dealer: index, receiver })
      }
    },
  }
}
