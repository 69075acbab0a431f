/** What always holds between blocks; tests and fuzzing ask after every step. */
import { equalBytes } from '@pha/core/codec'
import type { GatekeepersContext } from './context.ts'
import type { Group } from './group-schema.ts'

export function gatekeeperInvariants({ storage, constants }: GatekeepersContext) {
  const groups = (): Group[] => [storage.group.get(), storage.formerGroup.get()].filter((group) => group !== undefined)

  return {
    'a group has as many members as release together, with distinct indexes and identities': () =>
      groups().every(({ threshold, members }) => {
        const indexes = new Set(members.map(({ index }) => index))
        const isDistinct = members.every(
          ({ identity }, i) => members.findIndex((other) => equalBytes(other.identity, identity)) === i,
        )
        return threshold >= 1 && members.length >= threshold && indexes.size === members.length && isDistinct
      }),

    'the former root is the one before': () => {
      const former = storage.formerGroup.get()
      return former === undefined || former.root + 1 === storage.group.get()?.root
    },

    'a rotation goes on as long as it is wanted or there is a former root, and leads to the next root': () => {
      const rotation = storage.rotation.get()
      const root = storage.group.get()?.root
      if (rotation === undefined) return !storage.formerGroup.has()
      const { from, to, since, retiredAt } = rotation
      const inOffice = since === undefined ? from : to
      const goesOn = since !== undefined && retiredAt === undefined
      return to === from + 1 && root === inOffice && goesOn === storage.formerGroup.has()
    },

    'an escrow is of a root in office or the one before, and needs at least two of its custodians': () => {
      const escrow = storage.escrow.get()
      if (escrow === undefined) return true
      const { group, checked, disputed } = escrow
      const indexes = group.members.map(({ index }) => index)
      const spoken = [...checked, ...disputed]
      return (
        group.threshold >= 2 &&
        group.members.length >= group.threshold &&
        group.root <= (storage.group.get()?.root ?? 0) &&
        new Set(spoken).size === spoken.length &&
        spoken.every((index) => indexes.includes(index))
      )
    },

    'who is in office has a root that custodians have too, while their escrow is of it': () => {
      const [group, escrow] = [storage.group.get(), storage.escrow.get()?.group]
      return group === undefined || escrow?.root !== group.root || equalBytes(group.publicKey, escrow.publicKey)
    },

    'no operator is listed twice, or has more held than the bond': () => {
      const operators = storage.operators.get()
      return operators.every(
        ({ account, bond }, i) =>
          bond <= constants.bond && operators.findIndex((other) => equalBytes(other.account, account)) === i,
      )
    },

    'only parties of a ceremony have spoken': () => {
      const { dealers = [], receivers = [] } = storage.ceremony.get() ?? {}
      if (storage.ceremony.get() === undefined) return true
      const isDealer = (dealer: number): boolean => dealers.some(({ index }) => index === dealer)
      const isReceiver = (receiver: number): boolean => receivers.some(({ index }) => index === receiver)
      return (
        [...storage.dealings.keys(), ...storage.revealed.keys(), ...storage.disqualified.get()].every(isDealer) &&
        [...storage.checks.keys()].every(isReceiver)
      )
    },
  }
}
