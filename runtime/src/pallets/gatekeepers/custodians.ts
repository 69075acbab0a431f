/**
 * Custodians: people who hold recovery shares of the root. Gatekeepers deal the root to them as in a resharing; they check
 * what they got at leisure, and when all gatekeepers are lost they deal to new ones. The root is never in one place, in
 * neither direction.
 */
import { equalBytes } from '@pha/core/codec'
import type { CeremonySpeech } from './ceremony-speech.ts'
import type { GatekeepersCalls, GatekeepersContext } from './context.ts'
import type { Escrow } from './custody-schema.ts'
import type { Ceremony } from './group-schema.ts'

type Calls = Pick<
  GatekeepersCalls,
  'setCustodians' | 'checkEscrow' | 'recover' | 'dealAsCustodian' | 'answerAsCustodian'
>

/** One person alone would hold the root. */
const LEAST_THRESHOLD = 2

export function custodianCalls(
  { storage, events, errors, constants, deps }: GatekeepersContext,
  speech: CeremonySpeech,
): Calls {
  function requireEscrow(id: number): Escrow {
    const escrow = storage.escrow.get()
    if (escrow?.group.ceremony !== id) throw errors.NoEscrow()
    return escrow
  }

  /** Forgets the ceremony that goes on, if it is of a kind that is not wanted any more. */
  function drop(isUnwanted: (kind: Ceremony['kind']['type']) => boolean): void {
    const ceremony = storage.ceremony.get()
    if (ceremony === undefined || !isUnwanted(ceremony.kind.type)) return
    storage.ceremony.remove()
    events.CeremonyFailed({ ceremony: ceremony.id })
  }

  return {
    setCustodians(_root, { custodians }) {
      const { people, threshold } = custodians
      const accounts = people.map(({ account }) => account)
      const areDistinct = accounts.every((account, i) => accounts.findIndex((one) => equalBytes(one, account)) === i)
      const isPossible = threshold >= LEAST_THRESHOLD && threshold <= people.length && areDistinct
      if (people.length > 0 && !isPossible) throw errors.CustodiansInvalid()
      if (people.length > 0 && !storage.target.has()) throw errors.NoTarget()
      // It needs the shares of those who are named now.
      if (storage.recovering.get()) throw errors.RecoveryGoesOn()
      drop((kind) => kind === 'Escrow')
      if (people.length === 0) {
        storage.custodians.remove()
        storage.escrow.remove()
        storage.escrowDue.remove()
      } else {
        storage.custodians.set(custodians)
        storage.escrowDue.set(deps.system.blockNumber())
      }
      events.CustodiansSet({ custodians: accounts, threshold })
    },

    checkEscrow({ who }, { escrow: id, complaints }) {
      const escrow = requireEscrow(id)
      const { group, dealers, checked, disputed, doubted } = escrow
      const index = group.members.find(({ identity }) => equalBytes(identity, who))?.index
      if (index === undefined) throw errors.NotCustodian()
      if (checked.includes(index) || disputed.includes(index)) throw errors.AlreadySpoken()
      const accused = dealers.filter((dealer) => complaints.includes(dealer.index))
      // Known and distinct: as many are found as were named.
      if (accused.length !== complaints.length) throw errors.BadComplaints()
      events.EscrowChecked({ ceremony: id, custodian: who, complaints: [...complaints] })
      if (accused.length === 0) return storage.escrow.set({ ...escrow, checked: [...checked, index] })
      const others = accused.filter(({ identity }) => !doubted.some((known) => equalBytes(known, identity)))
      storage.escrow.set({
        ...escrow,
        disputed: [...disputed, index],
        doubted: [...doubted, ...others.map(({ identity }) => identity)],
      })
      // Not at once: who always complains must not keep gatekeepers busy.
      const due = Math.max(deps.system.blockNumber(), group.since + constants.escrowAgainBlocks)
      storage.escrowDue.set(storage.escrowDue.get() ?? due)
      return undefined
    },

    recover(_root, { wanted }) {
      if (!wanted) {
        if (!storage.recovering.get()) throw errors.NoRecovery()
        storage.recovering.remove()
        return drop((kind) => kind === 'Recover')
      }
      const group = storage.group.get()
      if (group === undefined) throw errors.NoGroup()
      if (storage.target.get() === undefined) throw errors.NoTarget()
      if (storage.recovering.get()) throw errors.RecoveryGoesOn()
      if (storage.escrow.get()?.group.root !== group.root) throw errors.NoEscrow()
      storage.recovering.set(true)
      // Its dealers are lost; or it makes a new root, to which nobody could bring contracts of this one.
      drop(() => true)
      events.RecoveryBegan({ root: group.root })
      return undefined
    },

    dealAsCustodian({ who }, { dealt }) {
      const { ceremony, dealer } = speech.requireDealer(dealt.ceremony, dealt.dealer)
      if (ceremony.kind.type !== 'Recover' || !equalBytes(dealer.identity, who)) throw errors.NotCustodian()
      speech.takeDealing(ceremony, dealt, { type: 'Account', value: who })
    },

    answerAsCustodian({ who }, { answer }) {
      const { ceremony, dealer } = speech.requireAccused(answer.ceremony, answer.dealer)
      if (ceremony.kind.type !== 'Recover' || !equalBytes(dealer.identity, who)) throw errors.NotCustodian()
      speech.takeAnswer(ceremony, dealer, answer)
    },
  }
}
