import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import type { OpenedContract } from '../contracts/exposure-schema.ts'
import { contracts } from '../contracts/schema.ts'
import { user } from '../contracts/test-network.ts'
import { registry } from '../registry/schema.ts'
import type { TestEnclave } from '../registry/test-enclave.ts'
import { BLAST_PAGE, BLAST_WALK, BlastQuestion, BlastRadius, type Broken } from './radius-schema.ts'
import { gatekeepers } from './schema.ts'
import { GatekeeperNetwork } from './test-gatekeepers.ts'

const SIMULATED: Broken = { type: 'Vendor', value: { type: 'Simulated' } }
const THRESHOLD: Broken = { type: 'Threshold' }

function ask(network: GatekeeperNetwork, broken: Broken, after?: Uint8Array): BlastRadius {
  return BlastRadius.decode(network.chain.call('KeysApi_blast_radius', BlastQuestion.encode({ broken, after })))
}

const enclave = ({ identity }: TestEnclave): Broken => ({ type: 'Enclave', value: identity.publicKey })

/** All pages. */
function allOf(network: GatekeeperNetwork, broken: Broken): { contracts: OpenedContract[]; pages: number } {
  const all: OpenedContract[] = []
  for (let pages = 1, after: Uint8Array | undefined; ; pages++) {
    const { contracts, next } = ask(network, broken, after)
    ok(contracts.length <= BLAST_PAGE)
    all.push(...contracts)
    if (next === undefined) return { contracts: all, pages }
    after = next
  }
}

/** Gatekeepers in office, and a contract to whose first epoch commands of these lengths were sealed. */
function serving(...lengths: readonly number[]): GatekeeperNetwork {
  const network = new GatekeeperNetwork()
  network.conclude()
  network.network.deploy()
  network.network.agreeOnKey()
  network.network.succeed(...lengths.map((length) => sends(network, 0, length)))
  return network
}

function sends({ network: { contract } }: GatekeeperNetwork, epoch: number, length: number) {
  return [user, contracts.calls.send.encode({ contract, epoch, sealed: new Uint8Array(length) })] as const
}

/** Copies of the contract, each with its three replicas. */
function addCopies({ chain, network }: GatekeeperNetwork, count: number): void {
  const { host } = chain
  const contract = contracts.storage.contracts.type.encode(network.deployed)
  for (let i = 0; i < count; i++) {
    const id = blake2b256(new TextEncoder().encode(`copy ${i}`))
    host.set(contracts.storage.contracts.key(id), contract)
    for (const replica of network.deployed.replicas)
      host.set(contracts.storage.assignments.key(replica, id), new Uint8Array())
  }
}

describe('the blast radius of a worker', () => {
  it('is its contracts: epochs whose keys live, commands and bytes as they were taken', () => {
    const network = serving(100, 250)
    const { replicas, spare, contract } = network.network
    const [replica] = replicas as [TestEnclave]
    const { contracts: opened, hasRoot, shares, next } = ask(network, enclave(replica))
    deepEqual(opened, [
      {
        contract,
        epochs: [{ epoch: 0, standing: { type: 'InForce' }, sealed: { commands: 2n, bytes: 350n } }],
        closed: { commands: 0n, bytes: 0n },
        uncounted: 0n,
        deltas: 0,
      },
    ])
    deepEqual([hasRoot, next], [false, undefined])
    deepEqual(shares, [{ holders: { type: 'Gatekeepers' }, root: 1, held: 0, threshold: 3, members: 5 }])
    deepEqual(ask(network, enclave(spare[0] as TestEnclave)).contracts, [])
  })

  it('follows assignments, suspended or not', () => {
    const network = serving(10)
    const [replica] = network.network.replicas as [TestEnclave]
    const key = registry.storage.workers.key(replica.identity.publicKey)
    const worker = registry.storage.workers.decode(network.chain.host.get(key))
    if (worker === undefined) throw new Error('not registered')
    const status = { type: 'Suspended', value: { since: 1 } } as const
    network.chain.host.set(key, registry.storage.workers.type.encode({ ...worker, status }))
    equal(ask(network, enclave(replica)).contracts.length, 1)
  })

  it('has settled batches as deltas, and a pending epoch with nothing sealed to it', () => {
    const network = serving(10)
    network.network.settle()
    equal(network.govern(gatekeepers.calls.rotateRoot.encode({})), 'ok')
    network.conclude()
    network.pass()
    const [replica] = network.network.replicas as [TestEnclave]
    const [opened] = ask(network, enclave(replica)).contracts
    equal(opened?.deltas, 1)
    deepEqual(opened?.epochs, [
      { epoch: 0, standing: { type: 'InForce' }, sealed: { commands: 1n, bytes: 10n } },
      { epoch: 1, standing: { type: 'Pending' }, sealed: { commands: 0n, bytes: 0n } },
    ])
  })

  it('does not count what was refused', () => {
    const network = serving(10)
    const [outcome] = network.chain.block(sends(network, 1, 500))
    equal(outcome, 'Contracts.WrongEpoch')
    const [replica] = network.network.replicas as [TestEnclave]
    equal(ask(network, enclave(replica)).contracts[0]?.epochs[0]?.sealed.bytes, 10n)
  })
})

describe('the blast radius of gatekeepers', () => {
  it('is nothing for one of them, and everything for as many as release together', () => {
    const network = serving(100)
    const [first] = network.gatekeepers as [TestEnclave]
    const alone = ask(network, enclave(first))
    deepEqual([alone.contracts, alone.hasRoot, alone.shares[0]?.held], [[], false, 1])
    const together = ask(network, THRESHOLD)
    deepEqual([together.hasRoot, together.shares[0]?.held], [true, 3])
    deepEqual(
      together.contracts.map(({ contract }) => toHex(contract)),
      [toHex(network.network.contract)],
    )
  })

  it('is everything for the one of a group of one', () => {
    const network = GatekeeperNetwork.ofOne()
    const [holder] = network.gatekeepers as [TestEnclave]
    network.network.deploy()
    const { hasRoot, contracts: opened } = ask(network, enclave(holder))
    deepEqual([hasRoot, opened.length], [true, 1])
  })

  it('reaches back to closed epochs, which no replica opens any more', () => {
    const network = serving(100)
    const { network: chain } = network
    equal(network.govern(gatekeepers.calls.rotateRoot.encode({})), 'ok')
    network.conclude()
    network.pass()
    chain.succeed(...chain.replicas.slice(0, 2).map((one) => chain.votesKey(one, 6, 1)))
    chain.succeed(sends(network, 1, 7))
    const [holder] = chain.replicas as [TestEnclave]
    deepEqual(
      ask(network, enclave(holder)).contracts[0]?.epochs.map(({ epoch, standing }) => [epoch, standing.type]),
      [
        [0, 'Former'],
        [1, 'InForce'],
      ],
    )
    while (chain.progress.open !== undefined) chain.settle()
    network.pass((chain.epochs.previous?.until ?? 0) + 1 - network.chain.number)
    const [replica] = chain.replicas as [TestEnclave]
    const live = [{ epoch: 1, standing: { type: 'InForce' }, sealed: { commands: 1n, bytes: 7n } }]
    const [byReplica] = ask(network, enclave(replica)).contracts
    deepEqual([byReplica?.epochs, byReplica?.closed], [live, { commands: 0n, bytes: 0n }])
    const [byRoot] = ask(network, THRESHOLD).contracts
    deepEqual([byRoot?.epochs, byRoot?.closed], [live, { commands: 1n, bytes: 100n }])
    // Somebody may have kept the deltas of before, whose keys the root makes again.
    ok((byReplica?.deltas ?? 0) < chain.progress.batch)
    equal(byRoot?.deltas, chain.progress.batch)
  })

  it('counts shares of two roots apart while contracts have keys of both', () => {
    const network = serving(1)
    equal(network.govern(gatekeepers.calls.rotateRoot.encode({})), 'ok')
    network.conclude()
    const { shares } = ask(network, enclave(network.gatekeepers[0] as TestEnclave))
    deepEqual(
      shares.map(({ root, held }) => [root, held]),
      [
        [2, 1],
        [1, 1],
      ],
    )
  })
})

describe('the blast radius of a vendor', () => {
  it('is everything if enough gatekeepers run on its TEEs', () => {
    const { hasRoot, shares, contracts: opened } = ask(serving(5), SIMULATED)
    deepEqual([hasRoot, shares[0]?.held, opened.length], [true, 5, 1])
  })

  it('is the contracts of its workers otherwise, and none of those of others', () => {
    const network = serving(5)
    const { workers } = registry.storage
    // All but one replica, and all but two gatekeepers, are of another vendor.
    const others = [
      ...network.network.workers.filter((one) => one !== network.network.replicas[0]),
      ...network.gatekeepers.slice(2),
    ]
    for (const { identity } of others) {
      const key = workers.key(identity.publicKey)
      const worker = workers.decode(network.chain.host.get(key))
      if (worker !== undefined) network.chain.host.set(key, workers.type.encode({ ...worker, tee: { type: 'Sgx' } }))
    }
    const simulated = ask(network, SIMULATED)
    deepEqual([simulated.hasRoot, simulated.shares[0]?.held, simulated.contracts.length], [false, 2, 1])
    equal(ask(network, { type: 'Vendor', value: { type: 'Sgx' } }).hasRoot, true)
    deepEqual(ask(network, { type: 'Vendor', value: { type: 'Tdx' } }).contracts, [])
  })

  it('counts a gatekeeper whose record is gone, which may be of any vendor', () => {
    const network = serving(5)
    network.deregister(network.gatekeepers[0] as TestEnclave)
    equal(ask(network, { type: 'Vendor', value: { type: 'Tdx' } }).shares[0]?.held, 1)
  })
})

describe('an answer', () => {
  it('has a bound, and goes on from where it ended until each contract was told once', () => {
    const network = serving(3)
    addCopies(network, 2 * BLAST_PAGE)
    const [replica] = network.network.replicas as [TestEnclave]
    for (const broken of [enclave(replica), THRESHOLD, SIMULATED]) {
      const { contracts: opened, pages } = allOf(network, broken)
      equal(opened.length, 2 * BLAST_PAGE + 1)
      equal(new Set(opened.map(({ contract }) => toHex(contract))).size, opened.length)
      equal(pages, 3)
    }
  })

  it('ends after so many contracts that were looked at, though none is open', () => {
    const network = serving(3)
    addCopies(network, BLAST_WALK)
    const none = { type: 'Vendor', value: { type: 'Cca' } } as const
    const { contracts: opened, next } = ask(network, none)
    deepEqual(opened, [])
    ok(next)
    deepEqual(allOf(network, none), { contracts: [], pages: 2 })
  })

  it('is for well-formed questions only', () => {
    const network = serving()
    for (const input of [new Uint8Array(), Uint8Array.of(9), Uint8Array.of(2, 2), Uint8Array.of(2, 0, 0)]) {
      throws(() => network.chain.call('KeysApi_blast_radius', input))
    }
  })

  it('says nothing on a chain without gatekeepers and contracts', () => {
    const network = new GatekeeperNetwork({ target: 'none' })
    const empty = { shares: [], hasRoot: false, contracts: [], next: undefined }
    for (const broken of [SIMULATED, THRESHOLD, enclave(network.gatekeepers[0] as TestEnclave)]) {
      deepEqual(ask(network, broken), empty)
    }
  })
})
