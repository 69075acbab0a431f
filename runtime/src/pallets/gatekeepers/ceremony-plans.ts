/** Which ceremony is due: a first root, its recovery, a new root, other holders, fresh shares, an escrow; one at a time. */
import { equalBytes } from '@pha/core/codec'
import { type Party, topics } from '@pha/core/protocol'
import { system } from '../system/schema.ts'
import type { CeremonyRecord } from './ceremony-record.ts'
import { areSame, chooseMembers } from './choose-members.ts'
import type { GatekeepersContext } from './context.ts'
import type { Ceremony, Group, Target } from './group-schema.ts'
import type { Candidate, Operators } from './operators.ts'
import type { RootRotation } from './root-rotation.ts'

const { read, write } = system.constants.dbWeight.value
/** Reading an operator, the list of its enclaves, and the enclave that stands for it. */
const LOOK = 3n * read + 20_000_000n
/** Forgetting what one dealer, or one receiver, said. */
const FORGET = 2n * write

type Planned = Pick<Ceremony, 'kind' | 'root' | 'sharing' | 'threshold' | 'dealers' | 'receivers'>

export interface PlanningParts {
  readonly record: CeremonyRecord
  readonly operators: Operators
  readonly rotation: RootRotation
}

/** Begins the ceremony that is due, if one is. */
export function ceremonyPlans(context: GatekeepersContext, { record, operators, rotation }: PlanningParts) {
  const { storage, events, constants, deps } = context

  function begin(planned: Planned, block: number): void {
    record.clear()
    const id = storage.ceremonies.get() + 1
    storage.ceremonies.set(id)
    const { kind, root, sharing, threshold, dealers, receivers } = planned
    const counts = { dealers: dealers.length, receivers: receivers.length }
    events.CeremonyBegan({ ceremony: id, root, sharing, threshold, ...counts })
    // Custodians have said before what their shares are sealed to.
    const phase = kind.type === 'Escrow' ? 'Deal' : 'Join'
    const awaited = phase === 'Deal' ? dealers : receivers
    const ceremony = { ...planned, id, phase: { type: phase }, deadline: 0 } as const
    record.enterPhase(ceremony, phase, awaited.length, block + constants.phaseBlocks)
    deps.system.consumeInHook(FORGET * BigInt(constants.maxMembers))
  }

  /** Gatekeepers wait for all members that are wanted, but not for ever. */
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
    const parties = partiesOf(chosen)
    const { threshold } = target
    operators.noteEnclaves(chosen)
    const kind = { type: 'NewRoot' } as const
    begin({ kind, root: root + 1, sharing: 1, threshold, dealers: parties, receivers: parties }, block)
  }

  /** Holders who may deal, without those whom `isOut` names if that leaves enough. */
  function dealersOf(
    { threshold }: Group,
    members: readonly Party[],
    isOut: (identity: Uint8Array) => boolean,
  ): Party[] {
    const all = members.map(({ index, identity }) => ({ index, identity }))
    const heard = all.filter(({ identity }) => !isOut(identity))
    return heard.length >= threshold ? heard : all
  }

  function exclusion(block: number): (identity: Uint8Array) => boolean {
    const excluded = storage.excluded.get().filter(({ until }) => until >= block)
    return (identity) => excluded.some((one) => equalBytes(one.identity, identity))
  }

  /** Those in office whose word counts now. */
  function activeIn({ members }: Group): Party[] {
    return members.filter(({ identity }) => deps.registry.activeWorker(identity, 'Gatekeeper') !== undefined)
  }

  /** @returns whether it is due: shares in office are not those that are wanted */
  function planReshare(target: Target, group: Group, candidates: readonly Candidate[], block: number): boolean {
    const { threshold } = target
    const chosen = chooseMembers(candidates, group.members, target.members)
    const isOld = target.refreshBlocks > 0 && block - group.since >= target.refreshBlocks
    if (!isOld && threshold === group.threshold && areSame(chosen, group.members)) return false
    const dealers = dealersOf(group, activeIn(group), exclusion(block))
    // Then the shares in office are better than none.
    if (chosen.length < threshold || dealers.length < group.threshold) return false
    const { root, sharing } = group
    const kind = { type: 'Reshare' } as const
    operators.noteEnclaves(chosen)
    begin({ kind, root, sharing: sharing + 1, threshold, dealers, receivers: partiesOf(chosen) }, block)
    return true
  }

  /** The same root, dealt to people. */
  function planEscrow(group: Group, block: number): void {
    const due = storage.escrowDue.get()
    const custodians = storage.custodians.get()
    if (due === undefined || block < due || custodians === undefined) return
    const { doubted = [], group: before } = storage.escrow.get() ?? {}
    const isExcluded = exclusion(block)
    const isDoubted = (identity: Uint8Array) => doubted.some((one) => equalBytes(one, identity))
    const dealers = dealersOf(group, activeIn(group), (identity) => isExcluded(identity) || isDoubted(identity))
    if (dealers.length < group.threshold) return
    const { root } = group
    const sharing = before?.root === root ? before.sharing + 1 : 1
    const receivers = partiesOf(custodians.people.map(({ account }) => ({ identity: account })))
    storage.escrowFrom.set(deps.messages.head(topics.gatekeepers))
    const kind = { type: 'Escrow' } as const
    begin({ kind, root, sharing, threshold: custodians.threshold, dealers, receivers }, block)
    for (const [i, { recipient }] of custodians.people.entries()) storage.recipients.set(i + 1, recipient)
    deps.system.consumeInHook(write * BigInt(receivers.length))
  }

  /** The root comes back from custodians to whoever may be gatekeeper now. */
  function planRecovery(target: Target, group: Group, candidates: readonly Candidate[], block: number): void {
    const escrow = storage.escrow.get()
    if (escrow === undefined || !isWorthBeginning(candidates.length, target, block)) return
    const chosen = chooseMembers(candidates, group.members, target.members)
    const dealers = dealersOf(escrow.group, escrow.group.members, exclusion(block))
    const { root, sharing } = group
    const { threshold } = target
    const kind = { type: 'Recover' } as const
    operators.noteEnclaves(chosen)
    begin({ kind, root, sharing: sharing + 1, threshold, dealers, receivers: partiesOf(chosen) }, block)
  }

  return function plan(block: number): void {
    const target = storage.target.get()
    if (target === undefined) return
    const candidates = operators.candidates(block)
    deps.system.consumeInHook(LOOK * BigInt(storage.operators.get().length + 1))
    const group = storage.group.get()
    if (group === undefined) {
      if (isWorthBeginning(candidates.length, target, block)) planNewRoot(target, candidates, block)
    } else if (storage.recovering.get()) {
      planRecovery(target, group, candidates, block)
    } else if (rotation.isWanted() && storage.formerGroup.get() === undefined) {
      if (candidates.length >= target.threshold) planNewRoot(target, candidates, block)
    } else if (!planReshare(target, group, candidates, block)) planEscrow(group, block)
  }
}

function partiesOf(chosen: readonly { readonly identity: Uint8Array }[]): Party[] {
  return chosen.map(({ identity }, i) => ({ index: i + 1, identity }))
}
