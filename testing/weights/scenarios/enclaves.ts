/** Enclaves and contracts: the largest registry, the most replicas, the longest batch. */
import { BEST_LEVEL, WORST_LEVEL } from '@pha/core/attestation'
import { blake2b256 } from '@pha/core/crypto'
import { limits, type Outgoing } from '@pha/core/protocol'
import { contracts, PHA, type PlatformFamily, registry, system, type Worker } from '@pha/runtime/pallets'
import {
  BEFORE,
  deployer,
  type HardwareChain,
  ISSUED_AT,
  intelRootList,
  machine,
  OLD,
  RECOVERY,
  registrationOf,
  sgxCollateral,
  sgxEvidence,
  type TestChain,
  type TestNetwork,
  user,
} from '@pha/runtime/testkit'
import { bob, byRoot, chainWithHardware, fullNetwork, others, type Prepared, put, type Scenarios } from '../scenario.ts'

/** Fills the registry up to one below its bound with copies of a worker. */
function fillRegistry({ chain, workers }: TestNetwork): void {
  const [first] = workers
  const worker = first && chain.read(registry.storage.workers, first.identity.publicKey)
  if (worker === undefined) throw new Error('no worker is registered')
  const most = registry.constants.maxWorkers.value - 1
  for (let i = chain.read(registry.storage.workerCount); i < most; i++) {
    put(chain, registry.storage.workers, blake2b256(new TextEncoder().encode(`worker ${i}`)), worker)
  }
  put(chain, registry.storage.workerCount, most)
}

/** The chain as it is thousands of blocks later, with all hashes that evidence may be dated by. */
function growOld(chain: TestChain): Uint8Array {
  const count = registry.storage.attestationPolicy.fallback.maxEvidenceBlocks
  const number = count + 200
  for (let i = number - count; i < number; i++)
    put(chain, system.storage.blockHash, i, blake2b256(Uint8Array.of(i & 255, i >> 8)))
  put(chain, system.storage.number, number)
  put(chain, registry.storage.attestationPolicy, {
    ...chain.read(registry.storage.attestationPolicy),
    maxEvidenceBlocks: count,
    validityBlocks: 10_000,
  })
  chain.header = { ...chain.header, number }
  const oldest = number - count + 2
  return chain.read(system.storage.blockHash, oldest)
}

const rack = machine('rack', { components: OLD })

/** A chain that holds collateral, and one machine that is up to date by it. */
function withMachine(): HardwareChain {
  const chain = chainWithHardware(rack)
  for (const outcome of [chain.update(BEFORE), chain.register(rack)]) if (outcome !== 'ok') throw new Error(outcome)
  return chain
}

/** As many machines of one family as are judged in one block, all at the same level. */
function withFamily(level = BEST_LEVEL): HardwareChain {
  const chain = withMachine()
  const { standings, families } = registry.storage
  const worker = chain.worker(rack)
  const standing = chain.read(standings, rack.identity.publicKey)
  const [key] = [...chain.host.trie.entries(families.prefix())].map(([trieKey]) => families.decodeKey(trieKey))
  if (worker === undefined || standing === undefined || key === undefined) throw new Error('no machine is registered')
  const judged = { standing: standing.standing, because: `level ${level}` }
  addMachines(chain, { worker: { ...worker, level }, judged, family: key[0], from: 1 })
  return chain
}

/** As many realms of one Arm platform as are judged in one block, all of them believed by another key than the next. */
function withRealms(instance: Uint8Array): HardwareChain {
  const chain = withMachine()
  const sgx = chain.worker(rack)
  if (sgx === undefined) throw new Error('no machine is registered')
  const tee = { type: 'Cca' } as const
  const standing = { type: 'Cca', value: { lifecycle: 0x3000, instance, anchorKey: new Uint8Array(32) } } as const
  const judged = { standing, because: 'kind:Cca' }
  addMachines(chain, { worker: { ...sgx, tee }, judged, family: { type: 'Other', value: tee }, from: 0 })
  return chain
}

interface Machines {
  readonly worker: Worker
  readonly judged: NonNullable<ReturnType<typeof registry.storage.standings.decode>>
  readonly family: PlatformFamily
  /** How many of the family there are already. */
  readonly from: number
}

/** Fills a family up to what is judged in one block. */
function addMachines(chain: HardwareChain, { worker, judged, family, from }: Machines): void {
  const { workers, standings, families, workerCount } = registry.storage
  const most = registry.constants.judgedAtOnce.value
  for (let i = from; i < most; i++) {
    const identity = blake2b256(new TextEncoder().encode(`machine ${i}`))
    put(chain, workers, identity, worker)
    put(chain, standings, identity, judged)
    put(chain, families, family, identity, undefined)
  }
  put(chain, workerCount, chain.read(workerCount) + most - from)
}

function withBuilds(): HardwareChain {
  const chain = withMachine()
  const build = { kind: { type: 'Worker' }, tee: { type: 'Sgx' }, build: 'x'.repeat(128), activeFrom: 0 } as const
  const most = registry.constants.maxMeasurements.value
  // All but one are retired: the next one clears the list.
  for (let i = 2; i < most; i++) {
    put(chain, registry.storage.measurements, blake2b256(Uint8Array.of(i)), { ...build, retiredFrom: 1 })
  }
  return chain
}

const LARGEST_FAMILY = 'as many of its machines as are judged in one block, the level of each changes'

export const registryScenarios: Scenarios<typeof registry> = {
  register: {
    worst: 'a DCAP quote dated by the oldest block that may date it',
    // A gatekeeper, which is listed by its operator too.
    atLeast: { reads: 2_411, writes: 5 },
    prepare() {
      const chain = withMachine()
      const blockHash = growOld(chain)
      const newcomer = machine('newcomer', { serial: 3_000 })
      const registration = { ...registrationOf(newcomer, blockHash), operator: rack.operator.accountId }
      const evidence = sgxEvidence(newcomer, chain.genesis, registration)
      const endpoint = 'x'.repeat(limits.endpoint)
      return {
        chain,
        sender: rack.operator,
        call: registry.calls.register.encode({ registration, evidence, endpoint }),
      }
    },
  },
  setEndpoint: {
    worst: 'the longest endpoint',
    prepare() {
      const { chain, workers } = fullNetwork()
      const [worker] = workers
      if (worker === undefined) throw new Error('no worker')
      const endpoint = 'x'.repeat(limits.endpoint)
      const call = registry.calls.setEndpoint.encode({ identity: worker.identity.publicKey, endpoint })
      return { chain, sender: worker.operator, call }
    },
  },
  deregister: {
    worst: 'always the same',
    // A gatekeeper, which is listed by its operator too.
    atLeast: { reads: 5, writes: 6 },
    prepare() {
      const { chain, workers } = fullNetwork()
      const [worker] = workers
      if (worker === undefined) throw new Error('no worker')
      const call = registry.calls.deregister.encode({ identity: worker.identity.publicKey })
      return { chain, sender: worker.operator, call }
    },
  },
  updateCollateral: {
    worst: LARGEST_FAMILY,
    prepare: () => ({
      chain: withFamily(),
      sender: bob,
      call: registry.calls.updateCollateral.encode({ collateral: sgxCollateral(RECOVERY) }),
    }),
  },
  setPolicy: {
    worst: 'as many enclaves as are judged in one block, all of them refused',
    // Where what a level comes from changes too, as when an advisory is accepted at another one.
    atLeast: { reads: 522, writes: 262 },
    prepare() {
      const chain = withFamily()
      const policy = { ...chain.read(registry.storage.attestationPolicy), sgx: undefined }
      return byRoot(chain, registry.calls.setPolicy.encode({ policy }))
    },
  },
  setMeasurement: {
    worst: 'into a list full of retired builds',
    prepare() {
      const chain = withBuilds()
      const allowed = {
        kind: { type: 'Worker' },
        tee: { type: 'Sgx' },
        build: 'x'.repeat(128),
        activeFrom: 100,
        retiredFrom: 200,
      } as const
      return byRoot(chain, registry.calls.setMeasurement.encode({ measurement: new Uint8Array(32).fill(1), allowed }))
    },
  },
  retireMeasurement: {
    worst: 'always the same',
    prepare() {
      const chain = withMachine()
      return byRoot(chain, registry.calls.retireMeasurement.encode({ measurement: rack.measurement, retiredFrom: 100 }))
    },
  },
  setAnchorKey: {
    worst: 'as many realms as are judged in one block, all of them refused',
    atLeast: { reads: 522, writes: 262 },
    prepare() {
      const key = { curve: { type: 'P521' }, point: new Uint8Array(133) } as const
      const instance = new Uint8Array(64)
      return byRoot(withRealms(instance), registry.calls.setAnchorKey.encode({ instance, key }))
    },
  },
  updateRevocations: {
    worst: LARGEST_FAMILY,
    // Where they lose standing too.
    atLeast: { reads: 523, writes: 263 },
    prepare: () => ({
      // No list changes all levels with all collateral read to its end: these are at another one than they should be.
      chain: withFamily(WORST_LEVEL),
      sender: bob,
      call: registry.calls.updateRevocations.encode({ list: intelRootList([], ISSUED_AT + 1) }),
    }),
  },
}

/** As many transfers to new accounts as one commit may carry. */
const outgoing: Outgoing[] = others
  .slice(0, limits.batch)
  .map(({ accountId }) => ({ type: 'Transfer', value: { to: accountId, amount: PHA } }))

function lastVote(transfers: number): Prepared {
  const network = fullNetwork()
  network.fund(200n * PHA)
  const half = 8
  const commit = network.commit({ outgoing: outgoing.slice(0, transfers) })
  const replicas = network.replicas
  const before = replicas.slice(0, half)
  if (before.length > 0) network.succeed(...before.map((replica) => network.vote(replica, commit)))
  const voter = replicas[half]
  if (voter === undefined) throw new Error('no replica is left')
  const [sender, call] = network.vote(voter, commit)
  return { chain: network.chain, sender, call }
}

/** Replicas agreed on a command key, and settled the constructor. */
function withKey(): TestNetwork {
  const network = fullNetwork()
  network.succeed(...network.replicas.slice(0, 9).map((replica) => network.votesKey(replica)))
  network.succeed(...network.replicas.map((replica) => network.vote(replica)))
  return network
}

export const contractsScenarios: Scenarios<typeof contracts> = {
  uploadCode: {
    worst: 'the largest code, hashed',
    units: { of: 'byte', most: limits.code },
    prepare(units) {
      const { chain } = fullNetwork()
      return { chain, sender: user, call: contracts.calls.uploadCode.encode({ code: new Uint8Array(units) }) }
    },
  },
  deploy: {
    worst: 'the largest registry, the most replicas',
    prepare() {
      const network = fullNetwork()
      fillRegistry(network)
      const { codeHash, policy } = network.deployed
      const call = contracts.calls.deploy.encode({
        codeHash,
        executor: { type: 'Js' },
        policy,
        init: new Uint8Array(limits.input),
      })
      return { chain: network.chain, sender: deployer, call }
    },
  },
  send: {
    worst: 'the longest command, sealed to the epoch before, which opens a batch',
    atLeast: { reads: 10, writes: 8 },
    units: { of: 'byte', most: limits.command },
    prepare(units) {
      const network = withKey()
      // The next epoch is in force, and the command is sealed to the one before.
      network.succeed(network.rotates())
      network.succeed(...network.replicas.slice(0, 9).map((replica) => network.votesKey(replica)))
      const sealed = new Uint8Array(units)
      const call = contracts.calls.send.encode({ contract: network.contract, epoch: 0, sealed })
      return { chain: network.chain, sender: user, call }
    },
  },
  publishCommandKey: {
    worst: 'the vote that makes a majority of sixteen, on a key that takes the place of another',
    atLeast: { reads: 40, writes: 14 },
    prepare() {
      const network = withKey()
      network.succeed(network.rotates())
      const replicas = network.replicas
      network.succeed(...replicas.slice(0, 8).map((replica) => network.votesKey(replica)))
      const [sender, call] = network.votesKey(replicas[8] as (typeof replicas)[0])
      return { chain: network.chain, sender, call }
    },
  },
  commit: {
    worst: 'the vote that makes a majority of sixteen, with transfers to new accounts',
    // Against a liar: he is suspended and replaced, his votes go, and the keys that he has are replaced.
    atLeast: { reads: 68, writes: 43 },
    units: { of: 'transfer', most: limits.batch },
    prepare: lastVote,
  },
  replaceReplica: {
    worst: 'the largest registry',
    prepare() {
      const network = fullNetwork()
      fillRegistry(network)
      const [replica] = network.deployed.replicas
      if (replica === undefined) throw new Error('no replica')
      const call = contracts.calls.replaceReplica.encode({ contract: network.contract, replica })
      return { chain: network.chain, sender: deployer, call }
    },
  },
  rotateKey: {
    worst: 'where no rotation goes on: it begins',
    prepare() {
      const { chain, contract } = withKey()
      return { chain, sender: deployer, call: contracts.calls.rotateKey.encode({ contract }) }
    },
  },
  setKeyPeriod: {
    worst: 'of keys in force',
    prepare() {
      const { chain, contract } = withKey()
      return { chain, sender: deployer, call: contracts.calls.setKeyPeriod.encode({ contract, period: 1_000 }) }
    },
  },
}
