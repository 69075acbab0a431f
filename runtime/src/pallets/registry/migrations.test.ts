import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { strictPolicy } from '@pha/core/attestation'
import { Header } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { storageVersionKey } from '../../chain/migrate.ts'
import { runtime } from '../../chain/runtime.ts'
import { nameStorageItem } from '../../frame/declare/storage-item.ts'
import { value } from '../../frame/declare.ts'
import { ContractPolicy, contracts, Executor } from '../contracts/schema.ts'
import { TestNetwork } from '../contracts/test-network.ts'
import { system } from '../system/schema.ts'
import { registry } from './schema.ts'
import { simulatedRoot } from './test-enclave.ts'

/** What version 0 wrote, said anew: a migration must not be tested with the declarations that it uses. */
const FormerPolicy = t.struct('Former', {
  simulatedRoot: t.option(t.bytes32),
  maxEvidenceBlocks: t.u32,
  validityBlocks: t.u32,
})
const formerPolicy = nameStorageItem('Registry', 'policy', value(FormerPolicy, ''))
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

/** A network with workers and a contract as the runtime before version 1 left it. */
function formerNetwork(): TestNetwork {
  const network = new TestNetwork()
  network.deploy({ worstLevel: 5 })
  const { host } = network.chain
  const clear = (prefix: Uint8Array): void => {
    for (const [key] of [...host.trie.entries(prefix)]) host.set(key, undefined)
  }
  const { standings, families, attestationPolicy, gatekeepers } = registry.storage
  for (const item of [standings, families, attestationPolicy, gatekeepers]) {
    clear(item.prefix())
  }
  clear(contracts.storage.assignments.prefix())
  host.set(
    formerPolicy.key(),
    FormerPolicy.encode({ simulatedRoot: simulatedRoot.publicKey, maxEvidenceBlocks: 20, validityBlocks: 200 }),
  )
  for (const [key, bytes] of [...host.trie.entries(registry.storage.workers.prefix())]) {
    const worker = registry.storage.workers.type.decode(bytes)
    host.set(key, registry.storage.workers.type.encode({ ...worker, level: 1 }))
  }
  // Its number said the least level: 1 took all, 4 the better ones only.
  const deployed = network.deployed
  const former = { ...deployed, policy: { ...deployed.policy, worstLevel: 4 } }
  host.set(contracts.storage.contracts.key(network.contract), FormerContract.encode(former))
  for (const pallet of ['Registry', 'Contracts']) host.set(storageVersionKey(pallet), undefined)
  host.set(system.storage.lastRuntimeUpgrade.key(), LastUpgrade.encode({ version: 2, name: 'phala' }))
  return network
}

describe('registry and contracts of version 0', () => {
  it('keep workers registered at the worst level, turn levels round, and know who runs what', () => {
    const network = formerNetwork()
    const { chain } = network
    const before = chain.read(registry.storage.workerCount)
    const next = { ...chain.header, number: chain.number + 1, parentHash: chain.hash, digest: { logs: [] } }
    chain.host.call(runtime, 'Core_initialize_block', Header.encode(next))

    equal(chain.host.get(formerPolicy.key()), undefined)
    deepEqual(chain.read(registry.storage.attestationPolicy), {
      ...strictPolicy,
      maxEvidenceBlocks: 20,
      validityBlocks: 200,
      simulated: { roots: [simulatedRoot.publicKey], level: 5 },
    })
    const workers = [...chain.host.trie.entries(registry.storage.workers.prefix())]
    equal(workers.length, before)
    for (const [, bytes] of workers) equal(registry.storage.workers.type.decode(bytes).level, 5)
    equal(network.deployed.policy.worstLevel, 2)
    for (const pallet of ['Registry', 'Contracts'])
      deepEqual(chain.host.get(storageVersionKey(pallet)), t.u16.encode(pallet === 'Contracts' ? 5 : 2))
    deepEqual(network.broken, [])
  })
})
