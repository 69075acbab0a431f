/**
 * The course of ceremonies: a phase ends with the block in which the last has spoken, or when its time is over, a result takes
 * office, and a failure is followed by a ceremony without those who were named.
 */
import { equalBytes } from '@pha/core/codec'
import { EMPTY_TOPIC, type Party, topics } from '@pha/core/protocol'
import { system } from '../system/schema.ts'
import type { CeremonyRecord } from './ceremony-record.ts'
import type { GatekeepersContext } from './context.ts'
import type { Ceremony, CeremonyPhase, Group } from './group-schema.ts'
import type { Operators } from './operators.ts'
import type { RootRotation } from './root-rotation.ts'
import { newRoot, reshared, type SharingResult } from './sharing-result.ts'

const { read, write } = system.constants.dbWeight.value
/** Going from one phase to the next: what everyone said is read, and each may be named. */
const STEP = 40n * read + 4n * write + 200_000_000n
/** Decoding one commitment and weighing it; half of what was measured on top. */
const COMBINE = 1_200_000_000n

export interface CourseParts {
  readonly record: CeremonyRecord
  readonly operators: Operators
  /** Begins what is due. */
  readonly plan: (block: number) => void
  readonly rotation: RootRotation
}

export function ceremonyCourse(context: GatekeepersContext, { record, operators, plan, rotation }: CourseParts) {
  const { storage, events, constants, deps } = context

  function isActive({ identity }: Party): boolean {
    return deps.registry.activeWorker(identity, 'Gatekeeper') !== undefined
  }

  /** Dealings that are needed: of a new root as many as will release together, else as many as have the root together. */
  function neededDealers({ kind, threshold }: Ceremony): number {
    if (kind.type === 'NewRoot') return threshold
    const holders = kind.type === 'Recover' ? storage.escrow.get()?.group : storage.group.get()
    return holders?.threshold ?? threshold
  }

  function enterPhase(
    ceremony: Ceremony,
    phase: CeremonyPhase['type'],
    awaited: readonly Party[],
    block: number,
  ): void {
    record.enterPhase(ceremony, phase, awaited.length, block + constants.phaseBlocks)
  }

  /** Whoever is silent already gets nothing dealt; of a new root it deals nothing either. */
  function endJoin(ceremony: Ceremony, block: number): void {
    const receivers = record.joined(ceremony)
    const silent = ceremony.receivers.filter((receiver) => !receivers.includes(receiver))
    record.nameSilent(ceremony, silent, block)
    if (receivers.length < ceremony.threshold) return fail(ceremony, block)
    const dealers = ceremony.kind.type === 'NewRoot' ? receivers : ceremony.dealers
    const dealing = { ...ceremony, dealers, receivers }
    // People take days, and are waited for no longer than until enough have dealt.
    if (ceremony.kind.type === 'Recover') {
      return record.enterPhase(dealing, 'Deal', neededDealers(ceremony), block + constants.recoveryBlocks)
    }
    return enterPhase(dealing, 'Deal', dealers, block)
  }

  function endDeal(ceremony: Ceremony, block: number): void {
    const { kind, dealers } = ceremony
    const dealt = record.qualified(ceremony)
    // Of custodians no more than are needed have to come.
    const silent = kind.type === 'Recover' ? [] : dealers.filter((dealer) => !dealt.includes(dealer))
    record.nameSilent(ceremony, silent, block)
    if (dealt.length < neededDealers(ceremony)) fail(ceremony, block)
    // People check what they got when they are there; who finds a wrong share says so then.
    else if (kind.type === 'Escrow') end(ceremony, block)
    else enterPhase(ceremony, 'Check', record.expectedReceivers(ceremony), block)
  }

  function endCheck(ceremony: Ceremony, block: number): void {
    const heard = record.heardReceivers(ceremony)
    const silent = record.expectedReceivers(ceremony).filter((receiver) => !heard.includes(receiver))
    record.nameSilent(ceremony, silent, block)
    for (const dealer of record.accused(ceremony)) {
      // Answering would reveal as many points as determine the polynomial.
      if (record.accusers(ceremony, dealer.index).length >= ceremony.threshold) {
        record.disqualify(ceremony, dealer, 'Complaints', block)
      }
    }
    const accused = record.accused(ceremony)
    if (accused.length === 0) end(ceremony, block)
    else enterPhase(ceremony, 'Answer', accused, block)
  }

  function endAnswer(ceremony: Ceremony, block: number): void {
    for (const dealer of record.accused(ceremony)) {
      if (record.hasAnswered(dealer.index)) continue
      record.disqualify(ceremony, dealer, 'NoAnswer', block)
      if (ceremony.kind.type !== 'Recover') operators.slash(dealer.identity)
    }
    end(ceremony, block)
  }

  /** Computes what came out of a ceremony whose dealings are settled. */
  function resultOf(ceremony: Ceremony): SharingResult | undefined {
    const { kind, threshold } = ceremony
    const dealers = record.qualified(ceremony)
    const receivers = kind.type === 'Escrow' ? ceremony.receivers : record.heardReceivers(ceremony).filter(isActive)
    // Of a new root only those who dealt what counts become members.
    const members = kind.type === 'NewRoot' ? receivers.filter(({ index }) => isAmong(dealers, index)) : receivers
    const needed = neededDealers(ceremony)
    if (members.length < threshold || dealers.length < needed) return undefined
    const dealings = record.dealingsOf(dealers)
    return kind.type === 'NewRoot' ? newRoot(dealings, members) : reshared(dealings, needed, members)
  }

  function end(ceremony: Ceremony, block: number): void {
    const result = resultOf(ceremony)
    const before = storage.group.get()
    if (result === undefined) return fail(ceremony, block)
    const isNew = ceremony.kind.type === 'NewRoot'
    // Each dealer dealt its share in office, so this can only be a fault of this code: the old shares stay.
    if (!isNew && !equalBytes(result.publicKey, before?.publicKey ?? result.publicKey)) return fail(ceremony, block)
    const { id, root, sharing, threshold } = ceremony
    const { publicKey, members, dealers } = result
    const group: Group = {
      root,
      sharing,
      threshold,
      publicKey,
      members: [...members],
      since: block,
      ceremony: id,
      dealers: [...dealers],
    }
    storage.ceremony.remove()
    if (ceremony.kind.type === 'Escrow') return keepEscrow(ceremony, group)
    storage.group.set(group)
    if (isNew) takeRoot(before, root)
    storage.recovering.remove()
    // Of former shares nothing can be shown any more.
    storage.reports.clear()
    storage.waitingSince.remove()
    if (isNew) events.GroupFormed({ publicKey, threshold })
    const identities = members.map(({ identity }) => identity)
    return events.GroupChanged({ ceremony: id, root, sharing, threshold, members: identities })
  }

  /** The shares of custodians are on chain, sealed, whether they look at them or not. */
  function keepEscrow({ id, dealers }: Ceremony, group: Group): void {
    const [from, to] = [storage.escrowFrom.get() ?? EMPTY_TOPIC, deps.messages.head(topics.gatekeepers)]
    const counted = dealers.filter(({ index }) => group.dealers.includes(index))
    storage.escrow.set({ group, dealers: counted, from, to, checked: [], disputed: [], doubted: [] })
    storage.escrowDue.remove()
    storage.escrowFrom.remove()
    const { root, threshold, members } = group
    events.EscrowMade({ ceremony: id, root, threshold, custodians: members.map(({ identity }) => identity) })
  }

  /** A new root is in force; the one before stays until no contract has a key of it. */
  function takeRoot(before: Group | undefined, root: number): void {
    if (before !== undefined) {
      storage.formerGroup.set(before)
      rotation.began(deps.system.blockNumber())
    }
    if (storage.custodians.has()) storage.escrowDue.set(deps.system.blockNumber())
    deps.contracts.useRoot(root)
  }

  function fail({ id }: Ceremony, block: number): void {
    events.CeremonyFailed({ ceremony: id })
    storage.ceremony.remove()
    // Who waits for a first group has waited: it begins with those who are left.
    if (storage.group.get() === undefined || storage.recovering.get()) storage.waitingSince.set(0)
    plan(block)
  }

  /** What the end of the phase may cost is set aside when the block begins: when it ends, it may be full. */
  function reserve({ kind, phase, dealers, threshold }: Ceremony): void {
    const goesOn = phase.type === 'Join' || (phase.type === 'Deal' && kind.type !== 'Escrow')
    const combining = goesOn ? 0n : COMBINE * BigInt(dealers.length * threshold)
    deps.system.consumeInHook(STEP + combining)
  }

  function advance(ceremony: Ceremony, block: number): void {
    switch (ceremony.phase.type) {
      case 'Join':
        return endJoin(ceremony, block)
      case 'Deal':
        return endDeal(ceremony, block)
      case 'Check':
        return endCheck(ceremony, block)
      case 'Answer':
        return endAnswer(ceremony, block)
      default:
        return ceremony.phase satisfies never
    }
  }

  return {
    onInitialize(block: number): void {
      rotation.retireIfDone(block)
      const ceremony = storage.ceremony.get()
      if (ceremony !== undefined) {
        reserve(ceremony)
        if (block > ceremony.deadline) advance(ceremony, block)
      } else if (block % constants.reviewBlocks === 0) plan(block)
    },

    /** In the block in which the last has spoken: nobody has to make another one for the ceremony to go on. */
    onFinalize(block: number): void {
      const ceremony = storage.ceremony.get()
      if (ceremony !== undefined) {
        if (storage.awaited.get() === 0) advance(ceremony, block)
      } else if (!storage.group.has()) plan(block)
    },
  }
}

function isAmong(parties: readonly Party[], index: number): boolean {
  return parties.some((party) => party.index === index)
}
