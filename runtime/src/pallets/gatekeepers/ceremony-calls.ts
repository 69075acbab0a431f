/** What dealers and receivers say in a ceremony. The chain checks all that needs no secret, and judges no one by majority. */
import {
  complaintAnswerBytes,
  dealingBytes,
  dealingContext,
  GatekeepersMessage,
  joiningBytes,
  type Party,
  shareCheckBytes,
  topics,
} from '@pha/core/protocol'
import { checkDealing, checkRevealedShare } from '@pha/core/threshold'
import type { CeremonyRecord } from './ceremony-record.ts'
import type { GatekeepersCalls, GatekeepersContext } from './context.ts'
import type { Ceremony, CeremonyPhase } from './group-schema.ts'
import type { Operators } from './operators.ts'
import type { SignedBy } from './signed-by.ts'

type Calls = Pick<GatekeepersCalls, 'join' | 'deal' | 'check' | 'answer'>

export interface CeremonyParts {
  readonly record: CeremonyRecord
  readonly operators: Operators
  readonly signedBy: SignedBy
}

export function ceremonyCalls(context: GatekeepersContext, { record, operators, signedBy }: CeremonyParts): Calls {
  const { storage, events, errors, deps } = context

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

  /** What a dealer has to share: of a new root, anything. */
  function expectedConstant({ kind }: Ceremony, dealer: number): Uint8Array | undefined {
    if (kind.type === 'NewRoot') return undefined
    return storage.group.get()?.members.find(({ index }) => index === dealer)?.publicShare
  }

  return {
    join({ who }, { joining, signature }) {
      const { ceremony: id, receiver: index, recipient } = joining
      const ceremony = require(id, 'Join')
      const { identity } = partyOf(ceremony.receivers, index)
      if (storage.recipients.has(index)) throw errors.AlreadySpoken()
      signedBy.requireGatekeeper(who, identity, {
        message: joiningBytes(deps.system.genesisHash(), joining),
        signature,
      })
      storage.recipients.set(index, recipient)
      record.noteSpoken()
      events.Joined({ ceremony: id, receiver: index })
    },

    deal({ who }, { dealt, signature }) {
      const { ceremony: id, dealer: index, dealing } = dealt
      const ceremony = require(id, 'Deal')
      const { identity } = partyOf(ceremony.dealers, index)
      if (storage.dealings.has(index)) throw errors.AlreadySpoken()
      const genesis = deps.system.genesisHash()
      signedBy.requireGatekeeper(who, identity, { message: dealingBytes(genesis, dealt), signature })
      if (dealing.sealed.length !== ceremony.receivers.length) throw errors.BadDealing('one share for each receiver')
      const constant = expectedConstant(ceremony, index)
      const checked = checkDealing({
        commitments: dealing.commitments,
        proof: dealing.proof,
        threshold: ceremony.threshold,
        dealer: index,
        context: dealingContext(genesis, id),
        ...(constant !== undefined && { expectedConstant: constant }),
      })
      if (!checked.ok) throw errors.BadDealing(checked.reason)
      storage.dealings.set(index, dealing.commitments)
      record.noteSpoken()
      const message = GatekeepersMessage.encode({ type: 'Dealt', value: dealt })
      deps.messages.push(topics.gatekeepers, { type: 'Worker', value: identity }, message)
      events.Dealt({ ceremony: id, dealer: index })
    },

    check({ who }, { check, signature }) {
      const { ceremony: id, receiver: index, complaints } = check
      const ceremony = require(id, 'Check')
      const { identity } = partyOf(record.expectedReceivers(ceremony), index)
      if (storage.checks.has(index)) throw errors.AlreadySpoken()
      const message = shareCheckBytes(deps.system.genesisHash(), check)
      signedBy.requireGatekeeper(who, identity, { message, signature })
      const dealers = record.qualified(ceremony)
      const areDealers = complaints.every((dealer) => dealers.some((known) => known.index === dealer))
      if (!areDealers || !isAscending(complaints)) throw errors.BadComplaints()
      storage.checks.set(index, complaints)
      record.noteSpoken()
      events.Checked({ ceremony: id, receiver: index, complaints: [...complaints] })
    },

    answer({ who }, { answer, signature }) {
      const { ceremony: id, dealer: index, shares } = answer
      const ceremony = require(id, 'Answer')
      const dealer = partyOf(record.accused(ceremony), index)
      if (record.hasAnswered(index)) throw errors.AlreadySpoken()
      const message = complaintAnswerBytes(deps.system.genesisHash(), answer)
      signedBy.requireGatekeeper(who, dealer.identity, { message, signature })
      const accusers = record.accusers(ceremony, index)
      const isComplete =
        shares.length === accusers.length && shares.every(({ receiver }, i) => receiver === accusers[i])
      if (!isComplete) throw errors.IncompleteAnswer()
      record.noteSpoken()
      const commitments = storage.dealings.get(index) ?? []
      if (shares.some(({ receiver, share }) => !checkRevealedShare(commitments, receiver, share).ok)) {
        // Signed by the dealer itself: its own word against its own commitments.
        record.disqualify(ceremony, dealer, 'WrongShare', deps.system.blockNumber())
        operators.slash(dealer.identity)
        return
      }
      storage.revealed.set(index, shares)
      for (const { receiver } of shares) {
        events.ComplaintAnswered({ ceremony: id, dealer: index, receiver })
      }
    },
  }
}

function isAscending(indexes: readonly number[]): boolean {
  return indexes.every((index, i) => i === 0 || index > (indexes[i - 1] ?? index))
}
