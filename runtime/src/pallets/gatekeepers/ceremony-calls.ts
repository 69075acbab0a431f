/** What gatekeepers say in a ceremony, each signed by its identity. The chain judges no one by majority. */
import { complaintAnswerBytes, dealingBytes, joiningBytes, shareCheckBytes } from '@pha/core/protocol'
import type { CeremonyRecord } from './ceremony-record.ts'
import type { CeremonySpeech } from './ceremony-speech.ts'
import type { GatekeepersCalls, GatekeepersContext } from './context.ts'
import type { SignedBy } from './signed-by.ts'

type Calls = Pick<GatekeepersCalls, 'join' | 'deal' | 'check' | 'answer'>

export interface CeremonyParts {
  readonly record: CeremonyRecord
  readonly speech: CeremonySpeech
  readonly signedBy: SignedBy
}

export function ceremonyCalls(context: GatekeepersContext, { record, speech, signedBy }: CeremonyParts): Calls {
  const { storage, events, errors, deps } = context

  return {
    join({ who }, { joining, signature }) {
      const { ceremony: id, receiver: index, recipient } = joining
      const ceremony = speech.require(id, 'Join')
      const { identity } = speech.partyOf(ceremony.receivers, index)
      if (storage.recipients.has(index)) throw errors.AlreadySpoken()
      const message = joiningBytes(deps.system.genesisHash(), joining)
      signedBy.requireGatekeeper(who, identity, { message, signature })
      storage.recipients.set(index, recipient)
      record.noteSpoken()
      events.Joined({ ceremony: id, receiver: index })
    },

    deal({ who }, { dealt, signature }) {
      const { ceremony, dealer } = speech.requireDealer(dealt.ceremony, dealt.dealer)
      const { identity } = dealer
      const message = dealingBytes(deps.system.genesisHash(), dealt)
      signedBy.requireGatekeeper(who, identity, { message, signature })
      speech.takeDealing(ceremony, dealt, { type: 'Worker', value: identity })
    },

    check({ who }, { check, signature }) {
      const { ceremony: id, receiver: index, complaints } = check
      const ceremony = speech.require(id, 'Check')
      const { identity } = speech.partyOf(record.expectedReceivers(ceremony), index)
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
      const { ceremony, dealer } = speech.requireAccused(answer.ceremony, answer.dealer)
      const message = complaintAnswerBytes(deps.system.genesisHash(), answer)
      signedBy.requireGatekeeper(who, dealer.identity, { message, signature })
      speech.takeAnswer(ceremony, dealer, answer)
    },
  }
}

function isAscending(indexes: readonly number[]): boolean {
  return indexes.every((index, i) => i === 0 || index > (indexes[i - 1] ?? index))
}
