import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blake2b256 } from '@pha/core/crypto'
import { bind, Commit, contexts } from '@pha/core/protocol'
import { PHA } from '../balances/schema.ts'
import { BeaconOutput, beacon } from '../beacon/schema.ts'
import { registry } from '../registry/schema.ts'
import { evidenceFor, registrationOf, type TestEnclave } from '../registry/test-enclave.ts'
import { contracts } from './schema.ts'
import { attestation, deployer, TestNetwork, user } from './test-network.ts'

type Three = readonly [TestEnclave, TestEnclave, TestEnclave]

function deployed(options: { workers?: number; replicas?: number; retiredFrom?: number } = {}) {
  const network = new TestNetwork(options)
  network.deploy({ replicas: options.replicas ?? 3 })
  return { network, chain: network.chain, replicas: network.replicas as unknown as Three }
}

const final = (network: TestNetwork, batch: number) =>
  network.chain.read(contracts.storage.commits, network.contract, batch)
const statusOf = (network: TestNetwork, { identity }: TestEnclave) =>
  network.chain.read(registry.storage.workers, identity.publicKey)?.status.type

describe('contracts.commit', () => {
  it('is final when more than half say the same, and not before', () => {
    const {
      network,
      chain,
      replicas: [a, b],
    } = deployed()
    const commit = network.commit()
    network.succeed(network.vote(a, commit))
    equal(network.progress.batch, 0)
    equal(final(network, 1), undefined)
    network.succeed(network.vote(b, commit))
    deepEqual(network.progress, { batch: 1, committed: 1n, stateRoot: commit.newRoot, open: undefined })
    deepEqual(final(network, 1), {
      commit,
      codeHash: network.deployed.codeHash,
      block: chain.number,
      voters: [a, b].map(({ identity }) => identity.publicKey),
    })
    equal(chain.events('Contracts', 'Committed').length, 1)
  })

  it('waits while two of three are silent, and goes on when one returns', () => {
    const {
      network,
      chain,
      replicas: [a, b],
    } = deployed()
    const commit = network.commit()
    network.succeed(network.vote(a, commit))
    for (let i = 0; i < 10; i++) chain.block()
    equal(network.progress.batch, 0)
    network.succeed(network.vote(b, commit))
    equal(network.progress.batch, 1)
  })

  it('takes no vote for a majority that was signed by others, for others, or twice', () => {
    const {
      network,
      chain,
      replicas: [a, b],
    } = deployed()
    const [outsider] = network.spare as [TestEnclave]
    equal(chain.block(network.vote(a, network.commit(), b))[0], 'Contracts.BadSignature')
    equal(chain.block(network.vote(outsider))[0], 'Contracts.NotReplica')
    const elsewhere = network.commit({ contract: new Uint8Array(32).fill(4) })
    equal(chain.block(network.vote(a, elsewhere))[0], 'Contracts.ContractUnknown')
    equal(chain.read(contracts.storage.votes, network.contract, a.identity.publicKey), undefined)
    network.succeed(network.vote(a))
    equal(chain.block(network.vote(a))[0], 'Contracts.AlreadyVoted')
    equal(chain.block(network.vote(a, network.lie()))[0], 'Contracts.AlreadyVoted')
    equal(network.progress.batch, 0)
  })

  it('refuses votes that do not name exactly the open batch', () => {
    const {
      network,
      chain,
      replicas: [a],
    } = deployed()
    for (const wrong of [{ batch: 0 }, { batch: 2 }, { from: 0n }, { from: 2n }, { to: 2n }, { to: 0n }]) {
      equal(chain.block(network.vote(a, network.commit(wrong)))[0], 'Contracts.WrongBatch')
    }
    network.settle()
    equal(chain.block(network.vote(a, network.commit({ from: 2n, to: 2n })))[0], 'Contracts.NoOpenBatch')
  })

  it('names, suspends and replaces a replica that said something else', () => {
    const {
      network,
      chain,
      replicas: [a, b, liar],
    } = deployed()
    const [spare] = network.spare as [TestEnclave]
    const commit = network.commit()
    const lie = network.lie()
    network.succeed(network.vote(liar, lie), network.vote(a, commit), network.vote(b, commit))
    deepEqual(network.progress.stateRoot, commit.newRoot)
    deepEqual(chain.events('Contracts', 'ReplicaOutvoted'), [
      {
        contract: network.contract,
        batch: 1,
        worker: liar.identity.publicKey,
        said: blake2b256(Commit.encode(lie)),
        agreed: blake2b256(Commit.encode(commit)),
      },
    ])
    equal(statusOf(network, liar), 'Suspended')
    equal(network.replicas[2], spare)
    equal(chain.events('Contracts', 'ReplicaReplaced').length, 1)
    network.agreeOnKey()
    network.succeed(...network.sends())
    equal(chain.block(network.vote(liar))[0], 'Contracts.NotReplica')
    network.succeed(network.vote(spare), network.vote(a))
    equal(network.progress.batch, 2)
  })

  it('keeps a suspended replica in its place, without a vote, when nobody can replace it', () => {
    const {
      network,
      chain,
      replicas: [a, b, liar],
    } = deployed({ workers: 3 })
    network.succeed(network.vote(a), network.vote(b), network.vote(liar, network.lie()))
    equal(statusOf(network, liar), 'Suspended')
    equal(network.replicas[2], liar)
    network.agreeOnKey()
    network.succeed(...network.sends())
    equal(chain.block(network.vote(liar))[0], 'Contracts.NotReplica')
    network.succeed(network.registers(liar))
    network.succeed(network.vote(liar), network.vote(a))
    equal(network.progress.batch, 2)
  })

  it('adds a late equal vote to the voters, once', () => {
    const {
      network,
      chain,
      replicas: [a, b, late],
    } = deployed()
    const commit = network.commit()
    network.succeed(network.vote(a, commit), network.vote(b, commit), network.vote(late, commit))
    equal(final(network, 1)?.voters.length, 3)
    equal(chain.block(network.vote(late, commit))[0], 'Contracts.AlreadyVoted')
    equal(chain.block(network.vote(a, commit))[0], 'Contracts.AlreadyVoted')
    equal(final(network, 1)?.voters.length, 3)
  })

  it('suspends the signer of a late vote that differs, but of the newest settled batch only', () => {
    const {
      network,
      chain,
      replicas: [a, b, late],
    } = deployed()
    const lie = network.lie()
    network.succeed(network.vote(a), network.vote(b))
    const forgedRange = { ...lie, to: 5n }
    equal(chain.block(network.vote(late, forgedRange))[0], 'Contracts.WrongBatch')
    equal(chain.block(network.vote(late, lie, a))[0], 'Contracts.BadSignature')
    equal(statusOf(network, late), 'Active')
    network.succeed(network.vote(late, lie))
    equal(statusOf(network, late), 'Suspended')
    equal(network.progress.stateRoot[0] === 0xbb, false)
    network.agreeOnKey()
    network.succeed(...network.sends())
    const old = { ...lie }
    network.settle()
    equal(chain.block(network.vote(network.replicas[2] as TestEnclave, old))[0], 'Contracts.WrongBatch')
  })

  it('does not suspend a replica again for a copy of the vote it was suspended for', () => {
    const {
      network,
      chain,
      replicas: [a, b, liar],
    } = deployed({ workers: 3 })
    const vote = network.vote(liar, network.lie())
    network.succeed(network.vote(a), network.vote(b), vote)
    network.succeed(network.registers(liar))
    const [, copy] = vote
    equal(chain.block([user, copy])[0], 'Contracts.WrongBatch')
    equal(statusOf(network, liar), 'Active')
  })

  it('never settles on a root that nobody agreed on before, and suspends who starts from one', () => {
    const {
      network,
      chain,
      replicas: [a, b, c],
    } = deployed()
    const rootless = network.commit({ previousRoot: new Uint8Array(32).fill(1) })
    network.succeed(network.vote(a, rootless), network.vote(b, rootless), network.vote(c))
    equal(network.progress.batch, 0)
    equal(chain.events('Contracts', 'NoMajority').length, 1)

    const other = deployed()
    const [x, y, z] = other.replicas
    other.network.succeed(other.network.vote(x, rootlessOf(other.network)))
    other.network.succeed(other.network.vote(y), other.network.vote(z))
    equal(statusOf(other.network, x), 'Suspended')
  })

  it('says when all voted without a majority, and goes on when the deployer replaces one', () => {
    const {
      network,
      chain,
      replicas: [a, b, c],
    } = deployed()
    const truth = network.commit()
    const lies = [2, 3].map((fill) => network.commit({ newRoot: new Uint8Array(32).fill(fill) }))
    network.succeed(network.vote(a, truth), network.vote(b, lies[0]), network.vote(c, lies[1]))
    deepEqual(chain.events('Contracts', 'NoMajority'), [{ contract: network.contract, batch: 1 }])
    equal(network.progress.open?.to, 1n)
    const replaceB = contracts.calls.replaceReplica.encode({
      contract: network.contract,
      replica: b.identity.publicKey,
    })
    equal(network.try(user, replaceB), 'Contracts.NotReplaceable')
    equal(network.try(deployer, replaceB), 'ok')
    network.succeed(network.vote(network.replicas[1] as TestEnclave, truth))
    deepEqual(network.progress.stateRoot, truth.newRoot)
    equal(statusOf(network, c), 'Suspended')
    // Replaced by call, before anyone agreed: it is not a replica any more, so it is not judged.
    equal(statusOf(network, b), 'Active')
  })

  it('has no majority in a tie of four', () => {
    const { network, chain, replicas } = deployed({ workers: 4, replicas: 4 })
    const commits = [network.commit(), network.commit(), network.lie(), network.lie()]
    network.succeed(...replicas.map((replica, i) => network.vote(replica, commits[i])))
    equal(network.progress.batch, 0)
    equal(chain.events('Contracts', 'NoMajority').length, 1)
  })

  it('drops the vote of a replica that expired meanwhile; renewed, it votes again', () => {
    const {
      network,
      chain,
      replicas: [a, b],
    } = deployed()
    const commit = network.commit()
    network.succeed(network.vote(a, commit))
    while (chain.number <= attestation.validityBlocks) chain.block()
    equal(chain.block(network.vote(a, commit))[0], 'Contracts.NotReplica')
    network.succeed(network.registers(b))
    network.succeed(network.vote(b, commit))
    equal(network.progress.batch, 0)
    network.succeed(network.registers(a))
    network.succeed(network.vote(a, commit))
    equal(network.progress.batch, 1)
  })
})

describe('a retired build', () => {
  it('is not believed from its last block on, though its registrations have not expired', () => {
    const {
      network,
      chain,
      replicas: [a, b],
    } = deployed({ retiredFrom: 8 })
    while (chain.number < 6) chain.block()
    network.succeed(network.vote(a))
    equal(chain.number, 7)
    equal(chain.block(network.vote(b))[0], 'Contracts.NotReplica')
  })
})

function rootlessOf(network: TestNetwork): Commit {
  return network.commit({ previousRoot: new Uint8Array(32).fill(1) })
}

describe('batches', () => {
  it('are cut at 64 messages by the chain, one open at a time, and cover every message once', () => {
    const { network, chain } = deployed()
    network.settle()
    network.agreeOnKey()
    network.succeed(...network.sends(100))
    deepEqual(network.progress.open, { from: 2n, to: 65n, openedAt: chain.number })
    network.succeed(...network.sends(50))
    deepEqual(network.progress.open?.to, 65n)
    network.settle()
    deepEqual(network.progress.open, { from: 66n, to: 129n, openedAt: chain.number })
    network.settle()
    deepEqual(network.progress.open, { from: 130n, to: 151n, openedAt: chain.number })
    network.settle()
    deepEqual([network.progress.open, network.progress.committed, network.progress.batch], [undefined, 151n, 4])
    deepEqual(chain.read(contracts.storage.touched), [])
    deepEqual(network.broken, [])
  })

  it('get a seed of the beacon when they open, each another one, which stays', () => {
    const { network, chain } = deployed()
    const seedOf = (batch: number) => chain.read(contracts.storage.batchSeeds, network.contract, batch)
    const first = seedOf(1)
    ok(first !== undefined)
    equal(seedOf(2), undefined)
    network.settle()
    network.agreeOnKey()
    const latest = { round: 7, randomness: new Uint8Array(32).fill(9) }
    chain.host.set(beacon.storage.latest.key(), BeaconOutput.encode(latest))
    const parent = chain.hash
    network.succeed(...network.sends(1))
    deepEqual(seedOf(2), blake2b256(bind(contexts.beaconSeed, latest.randomness, parent)))
    deepEqual(seedOf(1), first)
  })
})

describe('outgoing effects', () => {
  const amount = 3n * PHA
  const receiver = new Uint8Array(32).fill(0x42)
  const outgoing = [{ type: 'Transfer', value: { to: receiver, amount } }] as const

  it('are applied once, when the commit is final', () => {
    const {
      network,
      replicas: [a, b, c],
    } = deployed()
    network.fund(10n * PHA)
    const commit = network.commit({ outgoing })
    network.succeed(network.vote(a, commit))
    equal(network.balance(receiver), 0n)
    network.succeed(network.vote(b, commit))
    equal(network.balance(receiver), amount)
    network.succeed(network.vote(c, commit))
    equal(network.balance(receiver), amount)
    equal(network.balance(network.contract), 7n * PHA)
    deepEqual(network.broken, [])
  })

  it('of a minority are not applied', () => {
    const {
      network,
      replicas: [a, b, thief],
    } = deployed()
    network.fund(10n * PHA)
    network.succeed(network.vote(thief, network.commit({ outgoing })), network.vote(a), network.vote(b))
    equal(network.balance(receiver), 0n)
    equal(statusOf(network, thief), 'Suspended')
  })

  it('without funds are skipped and named; the rest of the batch stands', () => {
    const { network, chain } = deployed()
    network.fund(5n * PHA)
    const tooMuch = { type: 'Transfer', value: { to: receiver, amount: 6n * PHA } } as const
    const dust = { type: 'Transfer', value: { to: new Uint8Array(32).fill(0x43), amount: 1n } } as const
    const largest = { type: 'Transfer', value: { to: receiver, amount: 2n ** 128n - 1n } } as const
    const commit = network.commit({ outgoing: [tooMuch, ...outgoing, dust, largest] })
    network.succeed(...network.replicas.slice(0, 2).map((replica) => network.vote(replica, commit)))
    equal(network.progress.batch, 1)
    equal(network.balance(receiver), amount)
    deepEqual(
      chain.events('Contracts', 'OutgoingFailed').map((event) => (event as { position: number }).position),
      [0, 2, 3],
    )
    deepEqual(network.broken, [])
  })
})

describe('contracts.replaceReplica', () => {
  const replaced = (network: TestNetwork, replica: TestEnclave) =>
    contracts.calls.replaceReplica.encode({ contract: network.contract, replica: replica.identity.publicKey })

  it('lets anyone replace a replica that left, and takes away its vote', () => {
    const {
      network,
      chain,
      replicas: [a, b],
    } = deployed()
    network.succeed(network.vote(a))
    const [spare] = network.spare as [TestEnclave]
    equal(network.try(user, replaced(network, b)), 'Contracts.NotReplaceable')
    equal(network.try(user, replaced(network, a)), 'Contracts.NotReplaceable')
    const leave = registry.calls.deregister.encode({ identity: a.identity.publicKey })
    // In the same block: at the beginning of the next it is replaced without being asked for.
    network.succeed([a.operator, leave], [user, replaced(network, a)])
    equal(network.replicas[0], spare)
    equal(network.try(user, replaced(network, a)), 'Contracts.NotReplica')
    equal(chain.block(network.vote(a))[0], 'Contracts.NotReplica')
    network.succeed(network.vote(b))
    equal(network.progress.batch, 0)
    network.succeed(network.vote(spare))
    equal(network.progress.batch, 1)
    deepEqual(network.broken, [])
  })

  it('says when there is nobody else', () => {
    const {
      network,
      replicas: [a],
    } = deployed({ workers: 3 })
    equal(network.try(deployer, replaced(network, a)), 'Contracts.NoReplacement')
  })
})

describe('a suspended worker', () => {
  function suspended() {
    const {
      network,
      chain,
      replicas: [a, b, liar],
    } = deployed({ workers: 3 })
    const before = chain.hash
    network.succeed(network.vote(a), network.vote(b), network.vote(liar, network.lie()))
    return { network, chain, liar, before }
  }

  it('needs evidence that is newer than its suspension', () => {
    const { network, chain, liar, before } = suspended()
    const registration = registrationOf(liar, before)
    const evidence = evidenceFor(liar, chain.genesis, registration)
    const call = registry.calls.register.encode({ registration, evidence, endpoint: '' })
    equal(network.try(liar.operator, call), 'Registry.EvidenceTooOld')
    network.succeed(network.registers(liar))
    equal(statusOf(network, liar), 'Active')
  })

  it('cannot get around that by leaving and coming back', () => {
    const { network, chain, liar } = suspended()
    const leave = registry.calls.deregister.encode({ identity: liar.identity.publicKey })
    equal(network.try(liar.operator, leave), 'Registry.StillSuspended')
    for (let i = 0; i < attestation.maxEvidenceBlocks; i++) chain.block()
    equal(network.try(liar.operator, leave), 'ok')
  })
})
