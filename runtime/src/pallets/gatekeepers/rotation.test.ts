import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { t } from '@pha/core/schema'
import { contracts } from '../contracts/schema.ts'
import { RotationProgress } from './rotation-schema.ts'
import { gatekeepers } from './schema.ts'
import { GatekeeperNetwork } from './test-gatekeepers.ts'

const rotateRoot = gatekeepers.calls.rotateRoot.encode({})

const Progress = t.option(RotationProgress)

/** What the runtime tells everybody. */
function progress({ chain }: GatekeeperNetwork): RotationProgress | undefined {
  return Progress.decode(chain.call('KeysApi_root_rotation', new Uint8Array()))
}

/** A network with a contract that has a command key of the first root, and one whose code is in its notice period. */
function serving() {
  const network = new GatekeeperNetwork()
  network.conclude()
  network.network.deploy({ noticeBlocks: 2 ** 32 - 1 })
  const idle = network.network.contract
  network.network.deploy({}, 'other code')
  network.network.settle()
  network.network.agreeOnKey()
  return { network, idle, contract: network.network.contract }
}

describe('a rotation of the root', () => {
  it('leaves two groups in office until the last epoch with keys of the old root is closed', () => {
    const { network, idle, contract } = serving()
    const before = network.group
    equal(network.govern(rotateRoot), 'ok')
    equal(network.govern(rotateRoot), 'RotationGoesOn')
    network.conclude()

    const { group } = network
    deepEqual({ root: group.root, sharing: group.sharing }, { root: 2, sharing: 1 })
    notDeepEqual(group.publicKey, before.publicKey)
    deepEqual(network.chain.read(gatekeepers.storage.formerGroup), before)
    equal(network.govern(rotateRoot), 'RotationGoesOn')

    network.pass()
    const newest = (id: Uint8Array) => {
      const { root, epoch } = network.chain.read(contracts.storage.contracts, id) ?? {}
      return { root, epoch }
    }
    deepEqual(newest(contract), { root: 2, epoch: 1 })
    // Nobody has a key of it, so it simply begins with the new root.
    deepEqual(newest(idle), { root: 2, epoch: 0 })
    equal(network.chain.read(contracts.storage.keyEpochs, idle)?.root, 2)
    // What commands are sealed to is of the old root still, and served.
    equal(network.chain.read(contracts.storage.commandKeys, contract)?.epoch, 0)
    network.network.succeed(...network.network.sends())
    network.pass(20)
    deepEqual(network.chain.read(gatekeepers.storage.formerGroup), before)

    network.network.succeed(...network.network.replicas.slice(0, 2).map((one) => network.network.votesKey(one, 6, 1)))
    deepEqual(network.network.epochs.previous?.root, 1)
    network.network.settle()
    network.pass((network.network.epochs.previous?.until ?? 0) - network.chain.number)
    deepEqual(network.chain.read(gatekeepers.storage.formerGroup), before, 'what was sealed in the overlap needs it')
    network.pass()
    equal(network.chain.read(gatekeepers.storage.formerGroup), undefined)
    deepEqual(network.chain.events('Gatekeepers', 'RootRetired'), [{ root: 1 }])
    deepEqual(network.chain.broken(), [])
    equal(network.govern(rotateRoot), 'ok')
  })

  it('shows how far it is: wanted, in office, contract after contract, and when it was done', () => {
    const { network, idle, contract } = serving()
    equal(progress(network), undefined)
    equal(network.govern(rotateRoot), 'ok')
    const wantedAt = network.number
    const wanted = { from: 1, to: 2, wantedAt, since: undefined, retiredAt: undefined }
    deepEqual(progress(network), { ...wanted, contracts: 0n, done: 0n, percent: 0 })
    network.conclude()
    const { since } = network.group
    const moving = { ...wanted, since, contracts: 2n }
    deepEqual(progress(network), { ...moving, done: 0n, percent: 0 })
    // Deployed since: it has a key of the new root, and is not waited for.
    network.network.deploy({}, 'a third code')
    deepEqual(progress(network), { ...moving, done: 1n, percent: 50 }, 'nobody had a key of the contract in its notice')
    equal(network.chain.read(contracts.storage.contracts, idle)?.root, 2)

    network.network.contract = contract
    network.network.agreeOnKey()
    equal(progress(network)?.percent, 50, 'what was sealed in the overlap')
    network.pass((network.network.epochs.previous?.until ?? 0) + 1 - network.number)
    deepEqual(progress(network), { ...moving, done: 2n, percent: 100, retiredAt: network.number })
    deepEqual(network.chain.broken(), [])

    equal(network.govern(rotateRoot), 'ok')
    deepEqual([progress(network)?.to, progress(network)?.percent, progress(network)?.retiredAt], [3, 0, undefined])
  })

  it('retires the old root at once where no contract has a key of it', () => {
    const network = new GatekeeperNetwork()
    network.conclude()
    equal(network.govern(rotateRoot), 'ok')
    network.conclude()
    network.pass(2)
    equal(network.chain.read(gatekeepers.storage.formerGroup), undefined)
    deepEqual([progress(network)?.contracts, progress(network)?.percent], [0n, 100])
  })

  it('gives contracts that are deployed meanwhile a key of the new root', () => {
    const { network } = serving()
    equal(network.govern(rotateRoot), 'ok')
    network.conclude()
    network.network.deploy()
    deepEqual([network.network.deployed.root, network.network.deployed.epoch], [2, 0])
  })

  it('is tried again when its ceremony fails, and resharing waits for it', () => {
    const { network } = serving()
    equal(network.govern(rotateRoot), 'ok')
    network.begin()
    network.pass(gatekeepers.constants.phaseBlocks.value + 2)
    equal(network.group.root, 1)
    equal(progress(network)?.since, undefined)
    equal(progress(network)?.percent, 0)
  })
})
