/**
 * What becomes of a release that is of no use. A partial whose proof fails is a lie that anyone can check, since the release
 * committed to it before the worker opened it, whichever way it came. What cannot be opened proves nothing: then the word of replicas counts, and
 * costs no bond.
 */
import { equalBytes } from '@pha/core/codec'
import {
  contractKeyInput,
  type KeyRelease,
  partialCommitment,
  releaseBytes,
  releaseReportBytes,
  type SignedRelease,
} from '@pha/core/protocol'
import { proofFails } from '@pha/core/threshold'
import type { GatekeepersCalls, GatekeepersContext } from './context.ts'
import type { Group, Member } from './group-schema.ts'
import { MAX_PROVEN, MAX_REPORTS } from './limits.ts'
import type { Operators } from './operators.ts'
import type { SignedBy } from './signed-by.ts'

type Calls = Pick<GatekeepersCalls, 'proveWrongPartial' | 'reportRelease'>

/** One alone could be the liar: whoever breaks a worker can deploy a contract of one replica. */
const MIN_REPORTERS = 2

interface Accused {
  readonly group: Group
  readonly member: Member
}

export interface AccusationParts {
  readonly operators: Operators
  readonly signedBy: SignedBy
}

export function accusationCalls(context: GatekeepersContext, { operators, signedBy }: AccusationParts): Calls {
  const { storage, events, errors, deps, env } = context

  /** Who made a release. Of former shares the chain does not know the public part any more. */
  function accusedOf({ root, sharing, index }: KeyRelease): Accused {
    const group = [storage.group.get(), storage.formerGroup.get()].find((each) => each?.root === root)
    if (group?.sharing !== sharing) throw errors.WrongSharing()
    const member = group.members.find((known) => known.index === index)
    if (member === undefined) throw errors.NotMember()
    return { group, member }
  }

  /** That the accused said so: its signature, which no accuser can make. */
  function requireSaid({ identity }: Member, { release, signature }: SignedRelease): void {
    const message = releaseBytes(deps.system.genesisHash(), release)
    if (!env.verify('Ed25519', signature, message, identity)) throw errors.BadSignature()
  }

  /** Whether those in office can still release without it. */
  function canSpare({ members, threshold }: Group, { identity }: Member): boolean {
    const others = members.filter((other) => !equalBytes(other.identity, identity))
    const active = others.filter((other) => deps.registry.activeWorker(other.identity, 'Gatekeeper') !== undefined)
    return active.length >= threshold
  }

  return {
    proveWrongPartial(_origin, { signed, partial }) {
      const { release } = signed
      const { member } = accusedOf(release)
      const { contract, root, epoch, commitment } = release
      const proven = storage.provenLies.get()
      if (proven.some((known) => equalBytes(known, commitment))) throw errors.AlreadyProven()
      const genesis = deps.system.genesisHash()
      if (!equalBytes(partialCommitment(genesis, partial), commitment)) throw errors.NotCommitted()
      requireSaid(member, signed)
      const input = contractKeyInput(genesis, contract, root, epoch)
      if (!proofFails(member.publicShare, input, partial)) throw errors.PartialRight()
      storage.provenLies.set([...proven, commitment].slice(-MAX_PROVEN))
      events.WrongPartialProven({ identity: member.identity, contract, root, epoch })
      operators.slash(member.identity)
    },

    reportRelease({ who }, { signed, signature }) {
      const { release } = signed
      const { worker, contract: id } = release
      const { group, member } = accusedOf(release)
      const enclave = deps.registry.activeWorker(worker, 'Worker')
      if (enclave === undefined) throw errors.NotWorker()
      const { replicas = [] } = deps.contracts.contract(id) ?? {}
      if (!replicas.some((replica) => equalBytes(replica, worker))) throw errors.NotAssigned()
      const { identity } = member
      const known = storage.reports.get(identity)
      const ofContract = known.filter(({ contract }) => equalBytes(contract, id))
      if (ofContract.some((report) => equalBytes(report.worker, worker))) throw errors.AlreadyReported()
      const message = releaseReportBytes(deps.system.genesisHash(), release)
      signedBy.requireSigned(who, worker, enclave, { message, signature })
      requireSaid(member, signed)

      events.ReleaseReported({ identity, contract: id, worker })
      const reporters = [...ofContract.map((report) => report.worker), worker].filter((reporter) =>
        replicas.some((replica) => equalBytes(replica, reporter)),
      )
      const isMost = reporters.length >= MIN_REPORTERS && reporters.length * 2 > replicas.length
      if (!isMost || !canSpare(group, member)) {
        storage.reports.set(identity, [...known, { contract: id, worker }].slice(-MAX_REPORTS))
        return
      }
      storage.reports.remove(identity)
      deps.registry.suspend(identity)
      events.GatekeeperLeftOut({ identity, contract: id })
    },
  }
}
