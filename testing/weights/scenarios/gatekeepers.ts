/** Gatekeepers: as many members as a group may have, and the most that each may say. */
import { bind, contexts, KeyRelease, KeyRequest, limits } from '@pha/core/protocol'
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
      const release = { ...name, sharing: 1, index: MOST, commitment, sealed }
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
