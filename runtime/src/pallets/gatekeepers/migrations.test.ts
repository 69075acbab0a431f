import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Header } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { storageVersionKey } from '../../chain/migrate.ts'
import { runtime } from '../../chain/runtime.ts'
import { ContractPolicy, contracts, Executor } from '../contracts/schema.ts'
import { TestNetwork } from '../contracts/test-network.ts'
import { registry } from '../registry/schema.ts'
import { system } from '../system/schema.ts'
import { gatekeepers } from './schema.ts'

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
