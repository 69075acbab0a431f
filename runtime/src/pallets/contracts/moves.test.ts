import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AttestationPolicy } from '@pha/core/attestation'
import { toHex } from '@pha/core/codec'
import type { StorageItem } from '../../frame/declare.ts'
import { registry, type Worker } from '../registry/schema.ts'
import { type TestEnclave, testKeypair } from '../registry/test-enclave.ts'
import { chainTypes } from '../schemas.ts'
import { sudo } from '../sudo/schema.ts'
import { contracts } from './schema.ts'
import { attestation, deployer, TestNetwork } from './test-network.ts'

const governor = testKeypair('sr25519', 'governor')

function networkOf(workers: number): TestNetwork {
  return new TestNetwork({ workers, chain: { sudo: { key: governor.accountId }, endowed: [governor] } })
}

function setPolicy(network: TestNetwork, changes: Partial<AttestationPolicy>): void {
  const call = chainTypes.RuntimeCall.decode(
    registry.calls.setPolicy.encode({ policy: { ...attestation, ...changes } }),
  )
  network.succeed([governor, sudo.calls.sudo.encode({ call })])
}

/** What new firmware rules could make of one machine. */
function deny(network: TestNetwork, ...denied: readonly TestEnclave[]): void {
  const platforms = denied.map(({ platform }) => platform.publicKey)
  setPolicy(network, { platforms: { allowed: undefined, denied: platforms } })
}

function put<Keys extends readonly unknown[], V, Get>(
  { chain }: TestNetwork,
  item: StorageItem<Keys, V, Get>,
  keys: Keys,
  value: V,
): void {
  chain.host.set(item.key(...keys), item.type.encode(value))
}

function setLevel(network: TestNetwork, { identity }: TestEnclave, level: number): void {
  const worker = network.chain.read(registry.storage.workers, identity.publicKey)
  if (worker === undefined) throw new Error('not registered')
  put(network, registry.storage.workers, [identity.publicKey], { ...worker, level } satisfies Worker)
  put(network, registry.storage.lowered, [], [identity.publicKey])
}

describe('a replica that lost its standing', () => {
  it('is replaced when the next block begins, whoever asked; its vote is gone, its successor votes', () => {
    const network = networkOf(4)
    network.deploy()
    const [a, b, c] = network.replicas as [TestEnclave, TestEnclave, TestEnclave]
    const [spare] = network.spare as [TestEnclave]
    network.succeed(network.vote(c))
    deny(network, c)
    network.chain.block()
    deepEqual(network.chain.events('Contracts', 'ReplicaReplaced'), [
      { contract: network.contract, replica: c.identity.publicKey, replacement: spare.identity.publicKey },
    ])
    deepEqual(network.replicas, [a, b, spare])
    equal(network.chain.block(network.vote(c))[0], 'Contracts.NotReplica')
    network.succeed(network.vote(a), network.vote(spare))
    equal(network.progress.batch, 1)
    deepEqual(network.broken, [])
  })

  it('stays where its level is still good enough, and leaves where it is not', () => {
    const network = networkOf(4)
    for (const worker of network.workers) setLevel(network, worker, 2)
    network.chain.block()
    network.deploy({ worstLevel: 2 })
    const strict = network.contract
    network.deploy({ worstLevel: 5 }, 'other code')
    const lax = network.contract
    const before = network.deployed.replicas.map(toHex)
    network.contract = strict
    const both = network.replicas.find(({ identity }) => before.includes(toHex(identity.publicKey))) as TestEnclave

    setLevel(network, both, 3)
    network.chain.block()
    equal(network.replicas.includes(both), false)
    network.contract = lax
    equal(network.replicas.includes(both), true)
    deepEqual(network.broken, [])
  })

  it('keeps its place, without a vote, when nobody can take it, and that is told', () => {
    const network = networkOf(3)
    network.deploy()
    const [a] = network.replicas as [TestEnclave]
    deny(network, a)
    network.chain.block()
    deepEqual(network.chain.events('Contracts', 'NoReplacement'), [
      { contract: network.contract, replica: a.identity.publicKey },
    ])
    equal(network.replicas[0], a)
    equal(network.chain.block(network.vote(a))[0], 'Contracts.NotReplica')
    deepEqual(network.broken, [])
  })

  it('leaves many contracts over several blocks, as far as each has room', () => {
    const network = networkOf(2)
    const count = 160
    network.deploy({ replicas: 1 })
    const { codeHash, policy } = network.deployed
    const [a] = network.replicas as [TestEnclave]
    const call = contracts.calls.deploy.encode({ codeHash, executor: { type: 'Js' }, policy, init: Uint8Array.of(1) })
    // Four deployments fill a block.
    for (let i = 0; i < count; i += 4) network.succeed(...Array.from({ length: 4 }, () => [deployer, call] as const))
    const ofA = () =>
      [...network.chain.host.trie.entries(contracts.storage.assignments.prefix(a.identity.publicKey))].length
    const before = ofA()
    deny(network, a)
    let blocks = 0
    for (; ofA() > 0 && blocks < 10; blocks++) network.chain.block()
    equal(ofA(), 0)
    equal(before > 62, true, `${before} contracts`)
    equal(blocks >= 2, true, `${blocks} blocks`)
    const [entry] = [...network.chain.host.trie.entries(contracts.storage.leaving.prefix())]
    equal(entry, undefined)
    deepEqual(network.broken, [])
  })
})
