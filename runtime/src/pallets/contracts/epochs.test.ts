import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AttestationPolicy } from '@pha/core/attestation'
import { t } from '@pha/core/schema'
import { storageVersionKey } from '../../chain/migrate.ts'
import { registry, type Worker } from '../registry/schema.ts'
import { type TestEnclave, testKeypair } from '../registry/test-enclave.ts'
import { chainTypes } from '../schemas.ts'
import { sudo } from '../sudo/schema.ts'
import { system } from '../system/schema.ts'
import { contracts } from './schema.ts'
import { attestation, deployer, TestNetwork, user } from './test-network.ts'

const OVERLAP = contracts.constants.overlapBlocks.value
const PERIOD = contracts.constants.minKeyPeriod.value
const governor = testKeypair('sr25519', 'governor')

/** A contract whose constructor is settled and whose first key is agreed on. */
function deployed(workers = 4): TestNetwork {
  const chain = { sudo: { key: governor.accountId }, endowed: [governor] }
  const network = new TestNetwork({ workers, chain })
  network.deploy()
  network.settle()
  network.agreeOnKey()
  return network
}

function pass(network: TestNetwork, blocks: number): void {
  for (let i = 0; i < blocks; i++) network.chain.block()
}

function setPeriod(network: TestNetwork, period: number, by = deployer): string {
  return network.try(by, contracts.calls.setKeyPeriod.encode({ contract: network.contract, period }))
}

function setPolicy(network: TestNetwork, changes: Partial<AttestationPolicy>): void {
  const call = chainTypes.RuntimeCall.decode(
    registry.calls.setPolicy.encode({ policy: { ...attestation, ...changes } }),
  )
  network.succeed([governor, sudo.calls.sudo.encode({ call })])
}

const reasons = (network: TestNetwork) =>
  network.chain.events('Contracts', 'EpochBegan').map((event) => (event as { reason: { type: string } }).reason.type)

const commandEpoch = (network: TestNetwork) =>
  network.chain.read(contracts.storage.commandKeys, network.contract)?.epoch

describe('a rotation of keys', () => {
  it('is begun by the deployer, and by nobody else', () => {
    const network = deployed()
    equal(network.chain.block(network.rotates(user))[0], 'Contracts.NotDeployer')
    network.succeed(network.rotates())
    deepEqual(reasons(network), ['Called'])
    deepEqual([network.deployed.epoch, network.epochs.inForce, commandEpoch(network)], [1, 0, 0])
    deepEqual(network.broken, [])
  })

  it('is begun when a replica is replaced', () => {
    const network = deployed()
    const [replica] = network.deployed.replicas as [Uint8Array]
    network.succeed([deployer, contracts.calls.replaceReplica.encode({ contract: network.contract, replica })])
    deepEqual(reasons(network), ['Replaced'])
    equal(network.deployed.epoch, 1)
  })

  it('is begun when a replica is believed less, whether it stays, is replaced, or nobody can take its place', () => {
    for (const [workers, reason] of [
      [4, 'Replaced'],
      [3, 'Downgraded'],
    ] as const) {
      const network = deployed(workers)
      const [lost] = network.replicas as [TestEnclave]
      setPolicy(network, { platforms: { allowed: undefined, denied: [lost.platform.publicKey] } })
      network.chain.block()
      deepEqual(reasons(network), [reason])
    }
    const network = deployed()
    const [{ identity }] = network.replicas as [TestEnclave]
    const worker = network.chain.read(registry.storage.workers, identity.publicKey) as Worker
    const { workers, lowered } = registry.storage
    network.chain.host.set(workers.key(identity.publicKey), workers.type.encode({ ...worker, level: 5 }))
    network.chain.host.set(lowered.key(), lowered.type.encode([identity.publicKey]))
    network.chain.block()
    deepEqual([reasons(network), network.replicas[0]?.identity], [['Downgraded'], identity])
  })

  it('is begun by schedule, each time the keys have lived for the period', () => {
    const network = deployed()
    equal(setPeriod(network, PERIOD), 'ok')
    const agreedAt = network.epochs.agreedAt ?? 0
    pass(network, agreedAt + PERIOD - network.chain.number - 1)
    equal(network.deployed.epoch, 0)
    network.chain.block()
    deepEqual(reasons(network), ['Schedule'])
    // Registrations have ended by now.
    network.succeed(...network.workers.map((worker) => network.registers(worker)))
    network.agreeOnKey()
    const again = network.epochs.agreedAt ?? 0
    pass(network, again + PERIOD - network.chain.number)
    deepEqual([network.deployed.epoch, reasons(network)], [2, ['Schedule']])
    deepEqual(network.broken, [])
  })

  it('is not begun by schedule where the deployer wants none; periods have bounds', () => {
    const network = deployed()
    equal(setPeriod(network, PERIOD), 'ok')
    equal(setPeriod(network, 0), 'ok')
    pass(network, PERIOD + 5)
    equal(network.deployed.epoch, 0)
    for (const wrong of [1, PERIOD - 1, contracts.constants.maxKeyPeriod.value + 1, 2 ** 32 - 1])
      equal(setPeriod(network, wrong), 'Contracts.PeriodInvalid')
    equal(setPeriod(network, PERIOD, user), 'Contracts.NotDeployer')
    const unknown = contracts.calls.rotateKey.encode({ contract: new Uint8Array(32) })
    equal(network.try(deployer, unknown), 'Contracts.ContractUnknown')
  })

  it('is remembered while another one is pending or not closed, once however often it is asked for', () => {
    const network = deployed()
    network.succeed(network.rotates(), network.rotates(), network.rotates())
    network.succeed(network.rotates())
    deepEqual([network.deployed.epoch, network.epochs.wanted], [1, { type: 'Called' }])
    network.agreeOnKey()
    deepEqual([network.deployed.epoch, network.epochs.inForce], [1, 1])
    pass(network, OVERLAP + 1)
    deepEqual([network.deployed.epoch, network.epochs.inForce, network.epochs.wanted], [2, 1, undefined])
    network.agreeOnKey()
    pass(network, OVERLAP + 1)
    deepEqual([network.deployed.epoch, network.epochs.inForce], [2, 2])
    deepEqual(network.broken, [])
  })

  it('waits for the first key of a contract', () => {
    const network = new TestNetwork()
    network.deploy()
    network.succeed(network.rotates())
    deepEqual([network.deployed.epoch, commandEpoch(network)], [0, undefined])
    network.agreeOnKey()
    deepEqual([network.deployed.epoch, network.epochs.inForce, commandEpoch(network)], [1, 0, 0])
    deepEqual(network.broken, [])
  })
})

describe('the overlap of two epochs', () => {
  it('begins with the agreement: until then only the old epoch is taken, then both, then only the new one', () => {
    const network = deployed()
    network.succeed(network.rotates())
    const send = (epoch: number) => network.chain.block(...network.sends(1, epoch))[0]
    deepEqual([send(0), send(1)], ['ok', 'Contracts.WrongEpoch'])
    network.agreeOnKey()
    deepEqual([send(0), send(1), send(2)], ['ok', 'ok', 'Contracts.WrongEpoch'])
    pass(network, (network.epochs.previous?.until ?? 0) - network.chain.number - 1)
    equal(send(0), 'ok')
    equal(send(0), 'Contracts.WrongEpoch')
    equal(send(1), 'ok')
  })

  it('puts batches that open after the agreement under the new keys, and leaves an open one under the old', () => {
    const network = deployed()
    network.succeed(network.rotates())
    network.succeed(...network.sends())
    network.agreeOnKey()
    // Batch 1 is settled, 2 is open.
    equal(network.epochs.firstBatch, 3)
    const idle = deployed()
    idle.succeed(idle.rotates())
    idle.agreeOnKey()
    equal(idle.epochs.firstBatch, 2)
  })

  it('closes the old epoch when it is over and all its commands are settled', () => {
    const network = deployed()
    network.succeed(network.rotates())
    network.agreeOnKey()
    network.succeed(...network.sends(1, 1))
    network.succeed(...network.sends(1, 0))
    pass(network, OVERLAP + 5)
    equal(network.epochs.previous?.epoch, 0, 'a command of it is not settled')
    network.settle()
    equal(network.epochs.previous?.epoch, 0)
    network.settle()
    deepEqual(network.chain.events('Contracts', 'KeyEpochClosed'), [{ contract: network.contract, epoch: 0 }])
    equal(network.epochs.previous, undefined)
    deepEqual(network.broken, [])
  })

  it('is not held open by commands of the new epoch', () => {
    const network = deployed()
    network.succeed(network.rotates())
    network.agreeOnKey()
    network.succeed(...network.sends(1, 1))
    pass(network, OVERLAP + 1)
    equal(network.epochs.previous, undefined)
  })
})

describe('many contracts whose keys are due in one block', () => {
  it('are looked at over several blocks, as far as each has room', () => {
    const network = deployed()
    const due = network.chain.number + 2
    const { epochsDue, epochsOverdue } = contracts.storage
    const many = 3_000
    for (let i = 0; i < many; i++) {
      const id = new Uint8Array(32)
      new DataView(id.buffer).setUint32(0, i)
      network.chain.host.set(epochsDue.key(due, id), new Uint8Array(0))
    }
    network.chain.host.set(epochsDue.key(due, network.contract), new Uint8Array(0))
    const left = () => [...network.chain.host.trie.entries(epochsDue.prefix(due))].length
    pass(network, 2)
    equal(left() > 0 && left() < many, true, `${left()} left`)
    equal(network.chain.read(epochsOverdue), due)
    for (let blocks = 0; left() > 0 && blocks < 100; blocks++) network.chain.block()
    equal(left(), 0)
    equal(network.chain.read(epochsOverdue), undefined)
  })
})

describe('contracts of an older runtime', () => {
  it('go on in epoch 0, with their keys due in a period', () => {
    const network = deployed()
    const { keyEpochs, epochsDue } = contracts.storage
    network.chain.host.set(keyEpochs.key(network.contract), undefined)
    network.chain.host.set(storageVersionKey('Contracts'), t.u16.encode(3))
    const LastUpgrade = t.struct('', { version: t.compact(t.u32), name: t.text })
    network.chain.host.set(system.storage.lastRuntimeUpgrade.key(), LastUpgrade.encode({ version: 4, name: 'phala' }))
    network.chain.block()
    const { keyPeriod } = contracts.constants
    deepEqual(network.epochs, {
      inForce: 0,
      root: 1,
      firstBatch: 1,
      agreedAt: network.chain.number,
      previous: undefined,
      wanted: undefined,
      period: keyPeriod.value,
    })
    const due = network.chain.number + keyPeriod.value
    equal([...network.chain.host.trie.entries(epochsDue.prefix(due))].length, 1)
    network.succeed(network.rotates())
    network.agreeOnKey()
    equal(network.epochs.inForce, 1)
    deepEqual(network.broken, [])
  })
})
