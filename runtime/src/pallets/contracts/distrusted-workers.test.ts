import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blake2b256 } from '@pha/core/crypto'
import { registry, type Worker } from '../registry/schema.ts'
import type { TestEnclave } from '../registry/test-enclave.ts'
import { contracts } from './schema.ts'
import { deployer, policy, TestNetwork } from './test-network.ts'

const distrusted: { readonly [what: string]: (block: number) => Partial<Worker> } = {
  expired: (block) => ({ expiresAt: block }),
  suspended: (since) => ({ status: { type: 'Suspended', value: { since } } }),
  'refused, as after a revocation': (since) => ({
    status: { type: 'Refused', value: { since, reason: 'pck:revoked' } },
  }),
  'below the level of the contract': () => ({ level: 6 }),
}

function change(network: TestNetwork, { identity }: TestEnclave, changes: Partial<Worker>): void {
  const record = network.chain.read(registry.storage.workers, identity.publicKey)
  if (record === undefined) throw new Error('not registered')
  const key = registry.storage.workers.key(identity.publicKey)
  network.chain.host.set(key, registry.storage.workers.type.encode({ ...record, ...changes }))
}

/** What becomes of a contract that needs all four workers. */
function deployOnAll(network: TestNetwork): string {
  const code = new TextEncoder().encode('code')
  const codeHash = blake2b256(code)
  network.succeed([deployer, contracts.calls.uploadCode.encode({ code })])
  const executor = { type: 'Js' } as const
  const deployment = { codeHash, executor, policy: { ...policy, replicas: 4 }, init: Uint8Array.of(1) }
  return network.try(deployer, contracts.calls.deploy.encode(deployment))
}

describe('a worker that the chain does not believe', () => {
  it('is one that it believed before', () => {
    equal(deployOnAll(new TestNetwork()), 'ok')
  })

  for (const [what, changes] of Object.entries(distrusted)) {
    it(`gets no work while ${what}`, () => {
      const network = new TestNetwork()
      change(network, network.workers[0] as TestEnclave, changes(network.chain.number))
      equal(deployOnAll(network), 'Contracts.NotEnoughWorkers')
      deepEqual(network.broken, [])
    })
  }

  it('gets no work when its build is retired', () => {
    const network = new TestNetwork({ retiredFrom: 4 })
    while (network.chain.number < 4) network.chain.block()
    equal(deployOnAll(network), 'Contracts.NotEnoughWorkers')
  })

  it('gets no work after its operator removed it', () => {
    const network = new TestNetwork()
    const [{ operator, identity }] = network.workers as [TestEnclave]
    network.succeed([operator, registry.calls.deregister.encode({ identity: identity.publicKey })])
    equal(deployOnAll(network), 'Contracts.NotEnoughWorkers')
    deepEqual(network.broken, [])
  })
})
