/** Enclaves and contracts: the largest registry, the most replicas, the longest batch. */
import { blake2b256, Secret } from '@pha/core/crypto'
import { bind, contexts, KeyRelease, KeyRequest, limits, type Outgoing } from '@pha/core/protocol'
import { rootFromSeed } from '@pha/core/threshold'
import { contracts, gatekeepers, PHA, registry, system } from '@pha/runtime/pallets'
import { deployer, type TestNetwork, user } from '@pha/runtime/testkit'
import { fullNetwork, others, type Prepared, put, type Scenario, type Scenarios } from '../scenario.ts'

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
function growOld({ chain }: TestNetwork): Uint8Array {
  const count = registry.storage.policy.fallback.maxEvidenceBlocks
  const number = count + 200
  for (let i = number - count; i < number; i++)
    put(chain, system.storage.blockHash, i, blake2b256(Uint8Array.of(i & 255, i >> 8)))
  put(chain, system.storage.number, number)
  put(chain, registry.storage.policy, {
    ...chain.read(registry.storage.policy),
    maxEvidenceBlocks: count,
    validityBlocks: 10_000,
  })
  chain.header = { ...chain.header, number }
  const oldest = number - count + 2
  return chain.read(system.storage.blockHash, oldest)
}

export const registryScenarios: Scenarios<typeof registry> = {
  register: {
    worst: 'evidence dated by the oldest block that may date it',
    // A new worker is counted.
    atLeast: { reads: 2_410, writes: 3 },
    prepare() {
      const network = fullNetwork()
      const blockHash = growOld(network)
      const [worker] = network.workers
      if (worker === undefined) throw new Error('no worker')
      const [sender, call] = network.registers(worker, blockHash)
      return { chain: network.chain, sender, call }
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
    prepare() {
      const { chain, workers } = fullNetwork()
      const [worker] = workers
      if (worker === undefined) throw new Error('no worker')
      const call = registry.calls.deregister.encode({ identity: worker.identity.publicKey })
      return { chain, sender: worker.operator, call }
    },
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
    worst: 'the longest command, which opens a batch',
    atLeast: { reads: 8, writes: 6 },
    units: { of: 'byte', most: limits.command },
    prepare(units) {
      const network = fullNetwork()
      network.succeed(...network.replicas.slice(0, 9).map((replica) => network.votesKey(replica)))
      network.succeed(...network.replicas.map((replica) => network.vote(replica)))
      const sealed = new Uint8Array(units)
      const call = contracts.calls.send.encode({ contract: network.contract, epoch: 0, sealed })
      return { chain: network.chain, sender: user, call }
    },
  },
  publishCommandKey: {
    worst: 'the vote that makes a majority of sixteen',
    prepare() {
      const network = fullNetwork()
      const replicas = network.replicas
      network.succeed(...replicas.slice(0, 8).map((replica) => network.votesKey(replica)))
      const [sender, call] = network.votesKey(replicas[8] as (typeof replicas)[0])
      return { chain: network.chain, sender, call }
    },
  },
  commit: {
    worst: 'the vote that makes a majority of sixteen, with transfers to new accounts',
    // Against a liar: he is suspended and replaced, and his votes go.
    atLeast: { reads: 64, writes: 40 },
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
}

const { publicShare } = rootFromSeed(Secret.from(new Uint8Array(32).fill(1)), 'a root for weights')

function publishes({ chain, gatekeeper }: TestNetwork): Prepared {
  const signature = gatekeeper.identity.sign(bind(contexts.gatekeeperShare, chain.genesis, publicShare))
  const share = { identity: gatekeeper.identity.publicKey, publicShare, signature }
  return { chain, sender: gatekeeper.operator, call: gatekeepers.calls.publishShare.encode(share) }
}

function grouped(): TestNetwork {
  const network = fullNetwork()
  const { sender, call } = publishes(network)
  if (sender !== undefined) network.succeed([sender, call])
  return network
}

const ONE_MEMBER: Pick<Scenario, 'worst'> = { worst: 'the last of sixteen replicas' }

export const gatekeepersScenarios: Scenarios<typeof gatekeepers> = {
  publishShare: { worst: 'always the same', prepare: () => publishes(fullNetwork()) },
  requestKey: {
    ...ONE_MEMBER,
    prepare() {
      const { chain, replicas, contract } = grouped()
      const replica = replicas.at(-1) as (typeof replicas)[0]
      const request = { worker: replica.identity.publicKey, contract, epoch: 0 }
      const signature = replica.identity.sign(bind(contexts.keyRequest, chain.genesis, KeyRequest.encode(request)))
      return { chain, sender: replica.operator, call: gatekeepers.calls.requestKey.encode({ request, signature }) }
    },
  },
  releaseKey: {
    ...ONE_MEMBER,
    prepare() {
      const { chain, replicas, contract, gatekeeper } = grouped()
      const replica = replicas.at(-1) as (typeof replicas)[0]
      const sealed = new Uint8Array(4_096)
      const release = { worker: replica.identity.publicKey, contract, epoch: 0, index: 1, sealed }
      const signature = gatekeeper.identity.sign(bind(contexts.keyRelease, chain.genesis, KeyRelease.encode(release)))
      return { chain, sender: gatekeeper.operator, call: gatekeepers.calls.releaseKey.encode({ release, signature }) }
    },
  },
}
