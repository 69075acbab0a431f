/** Gatekeepers: as many members as a group may have, and the most that each may say. */
import { bind, contexts, EMPTY_TOPIC, KeyRelease, KeyRequest, limits } from '@pha/core/protocol'
import { gatekeepers } from '@pha/runtime/pallets'
import type { GatekeeperNetwork, Transaction } from '@pha/runtime/testkit'
import { byRoot, fullGatekeepers, type Prepared, put, type Scenario, type Scenarios } from '../scenario.ts'

type Enclave = GatekeeperNetwork['gatekeepers'][number]

const MOST = limits.gatekeepers

const prepared = ({ chain }: GatekeeperNetwork, [sender, call]: Transaction): Prepared => ({ chain, sender, call })

/** The ceremony of all, with so many needed, in which some have dealt. */
function dealing(threshold: number, have: 'none' | 'all'): GatekeeperNetwork {
  const network = fullGatekeepers(threshold)
  network.begin()
  if (have === 'all') network.deal()
  return network
}

/** So many accuse the first, and it may answer. */
function accused(accusers: number): { readonly network: GatekeeperNetwork; readonly by: readonly Enclave[] } {
  const network = dealing(MOST, 'all')
  const dealer = first(network)
  const by = network.gatekeepers.slice(1, 1 + accusers)
  for (const one of network.gatekeepers) {
    network.network.succeed(network.checks(one, by.includes(one) ? [dealer] : []))
  }
  network.pass()
  return { network, by }
}

/** All in office, and a contract of the most replicas. */
function releasing(): GatekeeperNetwork {
  const network = fullGatekeepers(1, 17)
  network.install(3)
  network.network.deploy({ replicas: 16 })
  return network
}

/** The operators of all are custodians, with the same shares, and may deal to gatekeepers of which so many are needed. */
function recovering(threshold: number): GatekeeperNetwork {
  const network = fullGatekeepers(MOST)
  const { chain } = network
  const group = network.install(MOST)
  const receivers = group.members.map(({ index, identity }) => ({ index, identity }))
  const members = group.members.map((member) => ({ ...member, identity: network.enclaveOf(member).operator.accountId }))
  const dealers = members.map(({ index, identity }) => ({ index, identity }))
  const messages = { from: EMPTY_TOPIC, to: EMPTY_TOPIC }
  const heard = { checked: [], disputed: [], doubted: [] }
  put(chain, gatekeepers.storage.escrow, { group: { ...group, members }, dealers: receivers, ...messages, ...heard })
  const sharing = { root: 1, sharing: 2, threshold, dealers, receivers }
  const phase = { type: 'Deal' } as const
  const ceremony = { id: 1, kind: { type: 'Recover' }, ...sharing, phase, deadline: network.number + 100 } as const
  put(chain, gatekeepers.storage.ceremony, ceremony)
  put(chain, gatekeepers.storage.awaited, MOST)
  return network
}

function first({ gatekeepers: [one] }: GatekeeperNetwork): Enclave {
  if (one === undefined) throw new Error('no gatekeeper')
  return one
}

const LAST: Pick<Scenario, 'worst'> = { worst: 'the last of sixteen replicas' }

export const gatekeepersScenarios: Scenarios<typeof gatekeepers> = {
  requestKey: {
    ...LAST,
    prepare() {
      const { chain, replicas, contract } = releasing().network
      const replica = replicas.at(-1) as (typeof replicas)[0]
      const request = {
        worker: replica.identity.publicKey,
        contract,
        root: 1,
        epoch: 0,
        recipient: new Uint8Array(1_216),
      }
      const signature = replica.identity.sign(bind(contexts.keyRequest, chain.genesis, KeyRequest.encode(request)))
      return { chain, sender: replica.operator, call: gatekeepers.calls.requestKey.encode({ request, signature }) }
    },
  },
  releaseKey: {
    ...LAST,
    prepare() {
      const network = releasing()
      const { chain, replicas, contract } = network.network
      const replica = replicas.at(-1) as (typeof replicas)[0]
      const gatekeeper = network.gatekeepers.at(-1) as Enclave
      const sealed = new Uint8Array(4_096)
      const commitment = new Uint8Array(32)
      const name = { worker: replica.identity.publicKey, contract, root: 1, epoch: 0 }
      const release = { ...name, sharing: 1, index: MOST, recipient: commitment, commitment, sealed }
      const signature = gatekeeper.identity.sign(bind(contexts.keyRelease, chain.genesis, KeyRelease.encode(release)))
      return { chain, sender: gatekeeper.operator, call: gatekeepers.calls.releaseKey.encode({ release, signature }) }
    },
  },
  setTarget: {
    worst: 'always the same',
    prepare: () =>
      byRoot(
        fullGatekeepers(MOST).chain,
        gatekeepers.calls.setTarget.encode({ target: { members: MOST, threshold: 1, refreshBlocks: 1 } }),
      ),
  },
  admitOperator: {
    worst: 'the last that there is room for',
    prepare() {
      const { chain } = fullGatekeepers(MOST)
      const operators = chain.read(gatekeepers.storage.operators)
      put(chain, gatekeepers.storage.operators, operators.slice(0, -1))
      const operator = operators.at(-1)?.account ?? new Uint8Array(32)
      return byRoot(chain, gatekeepers.calls.admitOperator.encode({ operator }))
    },
  },
  dismissOperator: {
    worst: 'the last of the list',
    prepare() {
      const { chain } = fullGatekeepers(MOST)
      const operator = chain.read(gatekeepers.storage.operators).at(-1)?.account ?? new Uint8Array(32)
      return byRoot(chain, gatekeepers.calls.dismissOperator.encode({ operator }))
    },
  },
  bond: {
    worst: 'the last of the list',
    prepare() {
      const network = fullGatekeepers(MOST)
      const { chain } = network
      const { operator: sender } = network.network.gatekeeper
      const operators = chain.read(gatekeepers.storage.operators).slice(0, -1)
      const last = { account: sender.accountId, standing: { type: 'Admitted' }, bond: 0n, enclave: undefined } as const
      put(chain, gatekeepers.storage.operators, [...operators, last])
      return { chain, sender, call: gatekeepers.calls.bond.encode({}) }
    },
  },
  unbond: {
    worst: 'a member of a group no more, with another in office, while a ceremony goes on',
    prepare() {
      const network = dealing(MOST, 'none')
      const { chain } = network
      const group = network.install(MOST)
      put(chain, gatekeepers.storage.formerGroup, { ...group, root: 0 })
      const { operator: sender } = network.network.gatekeeper
      const operators = chain.read(gatekeepers.storage.operators).slice(0, -1)
      const enclave = network.network.gatekeeper.identity.publicKey
      const last = { account: sender.accountId, standing: { type: 'Admitted' }, bond: 0n, enclave } as const
      put(chain, gatekeepers.storage.operators, [...operators, last])
      network.network.succeed([sender, gatekeepers.calls.bond.encode({})])
      return { chain, sender, call: gatekeepers.calls.unbond.encode({}) }
    },
  },
  join: {
    worst: 'always the same',
    prepare() {
      const network = fullGatekeepers(MOST)
      while (network.phase === undefined) network.pass()
      return prepared(network, network.joins(first(network)))
    },
  },
  deal: {
    worst: 'to the most receivers',
    units: { of: 'commitment', most: MOST },
    prepare(threshold) {
      const network = dealing(Math.max(1, threshold), 'none')
      return prepared(network, network.deals(first(network)))
    },
  },
  check: {
    worst: 'a complaint about everyone',
    prepare() {
      const network = dealing(1, 'all')
      return prepared(network, network.checks(first(network), network.gatekeepers))
    },
  },
  answer: {
    worst: 'everyone else accuses',
    units: { of: 'share', most: MOST - 1 },
    // A wrong answer, which is slashed.
    atLeast: { reads: 49, writes: 6 },
    prepare(count) {
      const { network, by } = accused(Math.max(1, count))
      return prepared(network, network.answers(first(network), by))
    },
  },
  rotateRoot: {
    worst: 'always the same',
    prepare() {
      const network = fullGatekeepers(MOST)
      network.install(MOST)
      return byRoot(network.chain, gatekeepers.calls.rotateRoot.encode({}))
    },
  },
  giveBeaconPartial: {
    worst: 'the last of the most that are combined',
    prepare() {
      const network = fullGatekeepers(MOST)
      network.install(MOST)
      const [last, ...members] = network.gatekeepers
      if (last === undefined) throw new Error('no gatekeeper')
      const { round, root, sharing } = network.beaconPartial(last)
      const partials = members.map((member) => network.beaconPartial(member))
      put(network.chain, gatekeepers.storage.beaconRound, { round, root, sharing, partials })
      return prepared(network, network.givesPartial(last))
    },
  },
  setCustodians: {
    worst: 'the most custodians, while an escrow goes on',
    prepare() {
      const network = recovering(MOST)
      const { chain, ceremony } = network
      put(chain, gatekeepers.storage.ceremony, { ...ceremony, kind: { type: 'Escrow' } })
      const recipient = new Uint8Array(1_216)
      const people = network.gatekeepers.map(({ operator }) => ({ account: operator.accountId, recipient }))
      return byRoot(chain, gatekeepers.calls.setCustodians.encode({ custodians: { people, threshold: 2 } }))
    },
  },
  checkEscrow: {
    worst: 'a complaint about everyone',
    prepare() {
      const network = recovering(MOST)
      const complaints = Array.from({ length: MOST }, (_, i) => i + 1)
      const call = gatekeepers.calls.checkEscrow.encode({ escrow: 0, complaints })
      return prepared(network, [first(network).operator, call])
    },
  },
  recover: {
    worst: 'while a ceremony goes on',
    prepare: () => byRoot(recovering(MOST).chain, gatekeepers.calls.recover.encode({ wanted: true })),
  },
  dealAsCustodian: {
    worst: 'to the most receivers',
    units: { of: 'commitment', most: MOST },
    prepare(threshold) {
      const network = recovering(Math.max(1, threshold))
      const call = gatekeepers.calls.dealAsCustodian.encode({ dealt: network.dealtWith(network.shareInOffice(1), 1) })
      return prepared(network, [first(network).operator, call])
    },
  },
  answerAsCustodian: {
    worst: 'everyone accuses',
    units: { of: 'share', most: MOST },
    // A wrong answer: the custodian is left out.
    atLeast: { reads: 45, writes: 3 },
    prepare(count) {
      const network = recovering(MOST)
      const { chain, ceremony } = network
      const accusers = ceremony.receivers.slice(0, Math.max(1, count))
      const { dealing } = network.dealtWith(network.shareInOffice(1), 1)
      put(chain, gatekeepers.storage.dealings, 1, dealing.commitments)
      for (const { index } of ceremony.receivers) {
        put(chain, gatekeepers.storage.checks, index, accusers.some((one) => one.index === index) ? [1] : [])
      }
      put(chain, gatekeepers.storage.ceremony, { ...ceremony, phase: { type: 'Answer' } })
      const shares = accusers.map(({ index }) => ({
        receiver: index,
        share: network.dealtTo(ceremony.id, 1, index).expose(),
      }))
      const answer = { ceremony: ceremony.id, dealer: 1, shares }
      return prepared(network, [first(network).operator, gatekeepers.calls.answerAsCustodian.encode({ answer })])
    },
  },
  proveWrongPartial: {
    worst: 'a proof that fails at its end, by the most members',
    // Shown by another account than that of the operator who pays for it.
    atLeast: { reads: 7, writes: 5 },
    prepare() {
      const network = releasing()
      const [worker] = network.network.deployed.replicas
      const member = first(network)
      const { proof } = network.released(member, worker ?? new Uint8Array(32)).partial
      // Of another salt, and so another release: a proof with one bit changed.
      const wrong = Uint8Array.from(proof, (byte, i) => (i === 0 ? byte ^ 1 : byte))
      const { signed, partial } = network.released(member, worker ?? new Uint8Array(32), { proof: wrong })
      const call = gatekeepers.calls.proveWrongPartial.encode({ signed, partial })
      return { chain: network.chain, sender: member.operator, call }
    },
  },
  reportRelease: {
    worst: 'the last report that was missing, about a gatekeeper that others have reported',
    prepare() {
      const network = releasing()
      const { chain } = network
      const { contract, replicas } = network.network
      const last = replicas.at(-1)
      if (last === undefined) throw new Error('no replica')
      const member = first(network)
      const others = replicas.slice(0, -1).map(({ identity }) => ({ contract, worker: identity.publicKey }))
      const elsewhere = { contract: new Uint8Array(32), worker: new Uint8Array(32) }
      const known = [...Array.from({ length: 64 - others.length }, () => elsewhere), ...others]
      put(chain, gatekeepers.storage.reports, member.identity.publicKey, known)
      return prepared(network, network.reports(last, network.released(member, last.identity.publicKey)))
    },
  },
}
