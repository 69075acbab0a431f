import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Header } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { storageVersionKey } from '../../chain/migrate.ts'
import { runtime } from '../../chain/runtime.ts'
import { nameStorageItem } from '../../frame/declare/storage-item.ts'
import { value } from '../../frame/declare.ts'
import { ContractPolicy, contracts, Executor } from '../contracts/schema.ts'
import { TestNetwork } from '../contracts/test-network.ts'
import { registry } from '../registry/schema.ts'
import { system } from '../system/schema.ts'
import { gatekeepers } from './schema.ts'
import { GatekeeperNetwork } from './test-gatekeepers.ts'

/** What the runtime before wrote, said anew: a migration must not be tested with the declarations that it uses. */
const FormerGroup = t.struct('Former', {
  threshold: t.u16,
  publicKey: t.bytes32,
  members: t.vec(t.struct('Member', { index: t.u16, identity: t.bytes32, publicShare: t.bytes32 })),
})
const FormerContract = t.struct('Former', {
  deployer: t.accountId,
  codeHash: t.hash,
  executor: Executor,
  policy: ContractPolicy,
  deployedAt: t.u32,
  epoch: t.u32,
  replicas: t.boundedVec(t.bytes32, 16),
})
const LastUpgrade = t.struct('LastUpgrade', { version: t.compact(t.u32), name: t.text })

const publicKey = new Uint8Array(32).fill(7)

/** A network with a group of one and a contract, as the runtime of version 4 left it. */
function formerNetwork(): TestNetwork {
  const network = new TestNetwork()
  network.deploy()
  const { host } = network.chain
  const identity = network.gatekeeper.identity.publicKey
  const group = { threshold: 1, publicKey, members: [{ index: 1, identity, publicShare: publicKey }] }
  host.set(gatekeepers.storage.group.key(), FormerGroup.encode(group))
  host.set(contracts.storage.contracts.key(network.contract), FormerContract.encode(network.deployed))
  for (const [key] of [...host.trie.entries(registry.storage.gatekeepers.prefix())]) host.set(key, undefined)
  host.set(storageVersionKey('Gatekeepers'), undefined)
  for (const pallet of ['Registry', 'Contracts']) host.set(storageVersionKey(pallet), t.u16.encode(1))
  host.set(system.storage.lastRuntimeUpgrade.key(), LastUpgrade.encode({ version: 4, name: 'phala' }))
  return network
}

const FormerMove = t.struct('Former', { after: t.option(t.bytes32), left: t.u64 })

/** Makes a block of the state that a runtime of these versions left. */
function upgrade({ chain }: GatekeeperNetwork, versions: { readonly [pallet: string]: number }): void {
  for (const [pallet, version] of Object.entries(versions)) {
    chain.host.set(storageVersionKey(pallet), t.u16.encode(version))
  }
  chain.host.set(system.storage.lastRuntimeUpgrade.key(), LastUpgrade.encode({ version: 6, name: 'phala' }))
  chain.block()
}

describe('a rotation of the root that an older runtime began', () => {
  const BEFORE = { Gatekeepers: 1, Contracts: 4 }
  const rotating = nameStorageItem('Gatekeepers', 'rotating', value(t.bool, '', false))
  const rootMove = nameStorageItem('Contracts', 'rootMove', value(FormerMove, ''))
  const rekeyingCount = nameStorageItem('Contracts', 'rekeyingCount', value(t.u32, ''))

  /** Three contracts with keys, in a rotation whose new root is in office if `isMade`. */
  function rotatingNetwork(isMade: boolean): GatekeeperNetwork {
    const network = GatekeeperNetwork.ofOne()
    for (const code of ['one', 'two', 'three']) {
      network.network.deploy({}, code)
      network.network.settle()
      network.network.agreeOnKey()
    }
    network.govern(gatekeepers.calls.rotateRoot.encode({}))
    if (isMade) network.conclude()
    return network
  }

  it('goes on, and is counted from then on', () => {
    const network = rotatingNetwork(true)
    const { chain } = network
    // One has moved.
    network.pass()
    network.network.agreeOnKey()
    network.pass((network.network.epochs.previous?.until ?? 0) + 1 - network.number)
    deepEqual(chain.read(contracts.storage.moved), { contracts: 3n, done: 1n })
    chain.host.set(contracts.storage.moved.key(), undefined)
    chain.host.set(gatekeepers.storage.rotation.key(), undefined)
    chain.host.set(rekeyingCount.key(), t.u32.encode(2))
    upgrade(network, BEFORE)
    deepEqual(chain.read(contracts.storage.moved), { contracts: 3n, done: 1n })
    const { number } = network
    deepEqual(chain.read(gatekeepers.storage.rotation), {
      from: 1,
      to: 2,
      wantedAt: number,
      since: number,
      retiredAt: undefined,
    })
    equal(chain.host.get(rekeyingCount.key()), undefined)
    deepEqual(chain.broken(), [])
  })

  it('goes on where contracts were being asked to move', () => {
    const network = rotatingNetwork(true)
    const { chain } = network
    for (const item of [contracts.storage.moved, gatekeepers.storage.rotation]) chain.host.set(item.key(), undefined)
    chain.host.set(rootMove.key(), FormerMove.encode({ after: undefined, left: 3n }))
    upgrade(network, BEFORE)
    deepEqual(chain.read(contracts.storage.moved), { contracts: 3n, done: 0n })
    equal(chain.read(contracts.storage.rootMove), undefined, 'all were asked in that block')
    deepEqual([...chain.host.trie.entries(contracts.storage.rekeying.prefix())].length, 3)
    deepEqual(chain.broken(), [])
  })

  it('is still wanted where its root was not made yet', () => {
    const network = rotatingNetwork(false)
    const { chain } = network
    chain.host.set(gatekeepers.storage.rotation.key(), undefined)
    chain.host.set(rotating.key(), t.bool.encode(true))
    upgrade(network, BEFORE)
    equal(chain.host.get(rotating.key()), undefined)
    network.conclude()
    equal(network.group.root, 2)
    equal(chain.read(gatekeepers.storage.rotation)?.since, network.group.since)
  })

  it('is nothing that is known where it ended before', () => {
    const network = GatekeeperNetwork.ofOne()
    upgrade(network, BEFORE)
    equal(network.chain.read(gatekeepers.storage.rotation), undefined)
    deepEqual(network.chain.broken(), [])
  })
})

describe('gatekeepers of version 0', () => {
  it('are a first root of one sharing, which contracts have their keys of; operators are known by their enclaves', () => {
    const network = formerNetwork()
    const { chain, gatekeeper } = network
    const next = { ...chain.header, number: chain.number + 1, parentHash: chain.hash, digest: { logs: [] } }
    chain.host.call(runtime, 'Core_initialize_block', Header.encode(next))

    deepEqual(chain.read(gatekeepers.storage.group), {
      threshold: 1,
      publicKey,
      members: [{ index: 1, identity: gatekeeper.identity.publicKey, publicShare: publicKey }],
      root: 1,
      sharing: 1,
      since: next.number,
      ceremony: 0,
      dealers: [],
    })
    equal(network.deployed.root, 1)
    equal(network.deployed.epoch, 0)
    // The constructor is a message that nobody counted.
    deepEqual(chain.read(contracts.storage.sealedCommands, network.contract), {
      total: { commands: 0n, bytes: 0n },
      uncounted: 1n,
      epochs: [],
    })
    const { operator, identity } = gatekeeper
    const listed = registry.storage.gatekeepers.key(operator.accountId, identity.publicKey)
    deepEqual(chain.host.get(listed), new Uint8Array())
    deepEqual(network.broken, [])
  })
})
