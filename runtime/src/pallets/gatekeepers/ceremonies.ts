/**
 * The course of ceremonies: a phase ends with the block in which the last has spoken, or when its time is over, a result takes
 * office, a failure is followed by a ceremony without those who were named, and a group that is not what governance wants
 * is shared anew.
 */
import { equalBytes } from '@pha/core/codec'
import type { Party } from '@pha/core/protocol'
import { system } from '../system/schema.ts'
import type { CeremonyRecord } from './ceremony-record.ts'
import { areSame, chooseMembers } from './choose-members.ts'
import type { GatekeepersContext } from './context.ts'
import type { Ceremony, CeremonyPhase, Group, Target } from './group-schema.ts'
import type { Candidate, Operators } from './operators.ts'
import { newRoot, reshared, type SharingResult } from './sharing-result.ts'

const { read, write } = system.constants.dbWeight.value
/** Reading an operator, the list of its enclaves, and the enclave that stands for it. */
const LOOK = 3n * read + 20_000_000n
/** Going from one phase to the next: what everyone said is read, and each may be named. */
const STEP = 40n * read + 4n * write + 200_000_000n
/** Decoding one commitment and weighing it; half of what was measured on top. */
const COMBINE = 1_200_000_000n
/** Forgetting what one dealer, or one receiver, said. */
const FORGET = 2n * write

export function ceremonyCourse(context: GatekeepersContext, record: CeremonyRecord, operators: Operators) {
  const { storage, events, constants, deps } = context

  function isActive({ identity }: Party): boolean {
    return deps.registry.activeWorker(identity, 'Gatekeeper') !== undefined
  }

  function enterPhase(
    ceremony: Ceremony,
    phase: CeremonyPhase['type'],
    awaited: readonly Party[],
    block: number,
  ): void {
    const deadline = block + constants.phaseBlocks
    storage.ceremony.set({ ...ceremony, phase: { type: phase }, deadline })
    storage.awaited.set(awaited.length)
    events.PhaseBegan({ ceremony: ceremony.id, phase: { type: phase }, deadline })
  }

  /** Dealings that are needed: of a new root as many as will release together, else as many as release now. */
  function neededDealers({ kind, threshold }: Ceremony): number {
    return kind.type === 'NewRoot' ? threshold : (storage.group.get()?.threshold ?? threshold)
  }

  /** Whoever is silent already gets nothing dealt; of a new root it deals nothing either. */
  function endJoin(ceremony: Ceremony, block: number): void {
    const receivers = record.joined(ceremony)
    record.nameSilent(
      ceremony,
      ceremony.receivers.filter((receiver) => !receivers.includes(receiver)),
      block,
    )
    if (receivers.length < ceremony.threshold) return fail(ceremony, block)
    const dealers = ceremony.kind.type === 'NewRoot' ? receivers : ceremony.dealers
    enterPhase({ ...ceremony, dealers, receivers }, 'Deal', dealers, block)
  }

  function endDeal(ceremony: Ceremony, block: number): void {
    const dealt = record.qualified(ceremony)
    record.nameSilent(
      ceremony,
      ceremony.dealers.filter((dealer) => !dealt.includes(dealer)),
      block,
    )
    if (dealt.length < neededDealers(ceremony)) fail(ceremony, block)
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
      operators.slash(dealer.identity)
    }
    end(ceremony, block)
  }

  /** Computes what came out of a ceremony whose dealings are settled. */
  function resultOf(ceremony: Ceremony): SharingResult | undefined {
    const { kind, threshold } = ceremony
    const dealers = record.qualified(ceremony)
    const receivers = record.heardReceivers(ceremony).filter(isActive)
    // Of a new root only those who dealt what counts become members.
    const members = kind.type === 'Reshare' ? receivers : receivers.filter(({ index }) => isAmong(dealers, index))
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
    storage.group.set({ root, sharing, threshold, publicKey, members, since: block, ceremony: id, dealers })
    if (isNew) takeRoot(before, root)
    storage.ceremony.remove()
    // Of former shares nothing can be shown any more.
    storage.reports.clear()
    storage.waitingSince.remove()
    if (isNew) events.GroupFormed({ publicKey, threshold })
    const identities = members.map(({ identity }) => identity)
    events.GroupChanged({ ceremony: id, root, sharing, threshold, members: identities })
  }

  /** A new root is in force; the one before stays until no contract has a key of it. */
  function takeRoot(before: Group | undefined, root: number): void {
    storage.rotating.remove()
    if (before !== undefined) storage.formerGroup.set(before)
    deps.contracts.useRoot(root)
  }

  function fail({ id }: Ceremony, block: number): void {
    events.CeremonyFailed({ ceremony: id })
    storage.ceremony.remove()
    // Who waits for a first group has waited: it begins with those who are left.
    if (storage.group.get() === undefined) storage.waitingSince.set(0)
    plan(block)
  }

  /** What the end of the phase may cost is set aside when the block begins: when it ends, it may be full. */
  function reserve({ phase, dealers, threshold }: Ceremony): void {
    const combining = phase.type === 'Deal' ? 0n : COMBINE * BigInt(dealers.length * threshold)
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

  function begin(
    ceremony: Pick<Ceremony, 'kind' | 'root' | 'sharing' | 'threshold' | 'dealers'>,
    chosen: readonly Candidate[],
    block: number,
  ): void {
    record.clear()
    operators.noteEnclaves(chosen)
    const id = storage.ceremonies.get() + 1
    storage.ceremonies.set(id)
    const receivers = partiesOf(chosen)
    const { root, sharing, threshold, dealers } = ceremony
    const counts = { dealers: dealers.length, receivers: receivers.length }
    events.CeremonyBegan({ ceremony: id, root, sharing, threshold, ...counts })
    enterPhase({ ...ceremony, id, receivers, phase: { type: 'Join' }, deadline: 0 }, 'Join', receivers, block)
    deps.system.consumeInHook(FORGET * BigInt(constants.maxMembers))
  }

  /** A first group waits for all members that are wanted, but not for ever. */
  function isWorthBeginning(candidates: number, { members, threshold }: Target, block: number): boolean {
    if (candidates >= members) return true
    if (candidates < threshold) return false
    const since = storage.waitingSince.get()
    if (since === undefined) storage.waitingSince.set(block)
    return since !== undefined && (since === 0 || block - since >= constants.patienceBlocks)
  }

  function planNewRoot(target: Target, candidates: readonly Candidate[], block: number): void {
    const { root = 0, members = [] } = storage.group.get() ?? {}
    const chosen = chooseMembers(candidates, members, target.members)
    const dealers = partiesOf(chosen)
    const { threshold } = target
    begin({ kind: { type: 'NewRoot' }, root: root + 1, sharing: 1, threshold, dealers }, chosen, block)
  }

  /** Those in office who can deal: without those who were silent lately, if that leaves enough. */
  function dealersOf({ members, threshold }: Group, block: number): Party[] {
    const active = members.filter(isActive).map(({ index, identity }) => ({ index, identity }))
    const excluded = storage.excluded.get().filter(({ until }) => until >= block)
    const heard = active.filter(({ identity }) => !excluded.some((one) => equalBytes(one.identity, identity)))
    return heard.length >= threshold ? heard : active
  }

  function planReshare(target: Target, group: Group, candidates: readonly Candidate[], block: number): void {
    const { threshold } = target
    const chosen = chooseMembers(candidates, group.members, target.members)
    const isOld = target.refreshBlocks > 0 && block - group.since >= target.refreshBlocks
    if (!isOld && threshold === group.threshold && areSame(chosen, group.members)) return
    const dealers = dealersOf(group, block)
    // Then the shares in office are better than none.
    if (chosen.length < threshold || dealers.length < group.threshold) return
    const { root, sharing } = group
    begin({ kind: { type: 'Reshare' }, root, sharing: sharing + 1, threshold, dealers }, chosen, block)
  }

  /** Begins the ceremony that is due, if one is. */
  function plan(block: number): void {
    const target = storage.target.get()
    if (target === undefined) return
    const candidates = operators.candidates(block)
    deps.system.consumeInHook(LOOK * BigInt(storage.operators.get().length + 1))
    const group = storage.group.get()
    if (group === undefined) {
      if (isWorthBeginning(candidates.length, target, block)) planNewRoot(target, candidates, block)
    } else if (storage.rotating.get() && storage.formerGroup.get() === undefined) {
      if (candidates.length >= target.threshold) planNewRoot(target, candidates, block)
    } else planReshare(target, group, candidates, block)
  }

  function retireRoot(): void {
    const former = storage.formerGroup.get()
    if (former === undefined || deps.contracts.hasFormerRoot()) return
    storage.formerGroup.remove()
    events.RootRetired({ root: former.root })
  }

  return {
    onInitialize(block: number): void {
      if (storage.formerGroup.has()) retireRoot()
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

function partiesOf(chosen: readonly Candidate[]): Party[] {
  return chosen.map(({ identity }, i) => ({ index: i + 1, identity }))
}

function isAmong(parties: readonly Party[], index: number): boolean {
  return parties.some((party) => party.index === index)
}
