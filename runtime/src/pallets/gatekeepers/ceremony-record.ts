/** What a ceremony has heard so far: who joined, who dealt, who checked, who is accused. */
import { equalBytes } from '@pha/core/codec'
import type { Party } from '@pha/core/protocol'
import type { GatekeepersContext } from './context.ts'
import type { Ceremony, CeremonyPhase, Disqualification } from './group-schema.ts'
import type { CountedDealing } from './sharing-result.ts'

export type CeremonyRecord = ReturnType<typeof ceremonyRecord>

export function ceremonyRecord({ storage, events, constants }: GatekeepersContext) {
  /** Dealers whose dealings count as far as is known. */
  function qualified({ dealers }: Ceremony): Party[] {
    const disqualified = storage.disqualified.get()
    return dealers.filter(({ index }) => storage.dealings.has(index) && !disqualified.includes(index))
  }

  /** Receivers that may become members: of a new root, those who also dealt, since dealers and receivers are the same. */
  function expectedReceivers(ceremony: Ceremony): Party[] {
    const { kind, receivers } = ceremony
    return kind.type === 'NewRoot' ? receivers.filter(({ index }) => storage.dealings.has(index)) : [...receivers]
  }

  /** Who complains about a dealer, ascending. */
  function accusers({ receivers }: Ceremony, dealer: number): number[] {
    return receivers
      .filter(({ index }) => storage.checks.get(index)?.includes(dealer) === true)
      .map(({ index }) => index)
  }

  return {
    joined: ({ receivers }: Ceremony): Party[] => receivers.filter(({ index }) => storage.recipients.has(index)),

    qualified,
    expectedReceivers,
    accusers,

    heardReceivers: (ceremony: Ceremony): Party[] =>
      expectedReceivers(ceremony).filter(({ index }) => storage.checks.has(index)),

    /** Dealers who have something to answer. */
    accused: (ceremony: Ceremony): Party[] =>
      qualified(ceremony).filter(({ index }) => accusers(ceremony, index).length > 0),

    hasAnswered: (dealer: number): boolean => storage.revealed.has(dealer),

    dealingsOf: (dealers: readonly Party[]): CountedDealing[] =>
      dealers.map(({ index }) => ({ index, commitments: storage.dealings.get(index) ?? [] })),

    /** @param awaited how many have to speak before the phase ends */
    enterPhase(ceremony: Ceremony, phase: CeremonyPhase['type'], awaited: number, deadline: number): void {
      storage.ceremony.set({ ...ceremony, phase: { type: phase }, deadline })
      storage.awaited.set(awaited)
      events.PhaseBegan({ ceremony: ceremony.id, phase: { type: phase }, deadline })
    },

    /** Names those who did not speak in the phase that is over. */
    nameSilent({ id, phase }: Ceremony, silent: readonly Party[], block: number): void {
      for (const { index, identity } of silent) {
        events.Silent({ ceremony: id, index, identity, phase })
        exclude(identity, block)
      }
    },

    disqualify({ id }: Ceremony, { index, identity }: Party, reason: Disqualification['type'], block: number): void {
      storage.disqualified.mutate((known) => [...known, index])
      events.Disqualified({ ceremony: id, index, identity, reason: { type: reason } })
      exclude(identity, block)
    },

    noteSpoken(): void {
      storage.awaited.mutate((count) => Math.max(0, count - 1))
    },

    /** Forgets the ceremony before: those who come late could read what was said until now. */
    clear(): void {
      storage.recipients.clear()
      storage.dealings.clear()
      storage.checks.clear()
      storage.revealed.clear()
      storage.disqualified.remove()
    },
  }

  function exclude(identity: Uint8Array, block: number): void {
    const until = block + constants.exclusionBlocks
    storage.excluded.mutate((excluded) =>
      [
        ...excluded.filter((one) => one.until >= block && !equalBytes(one.identity, identity)),
        { identity, until },
      ].slice(-constants.maxOperators),
    )
  }
}
