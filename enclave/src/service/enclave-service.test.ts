import { deepEqual, equal, notDeepEqual, notEqual, ok, rejects } from 'node:assert/strict'
import { cpSync, readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { toHex } from '@pha/core/codec'
import { registry } from '@pha/runtime/pallets'
import { simulatedTee } from '../tee/simulated.ts'
import type { TeeDriver } from '../tee/tee-driver.ts'
import { quiet } from '../testing/quiet.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { TestChain } from '../testing/test-chain.ts'
import { TestClient } from '../testing/test-client.ts'
import { TestEnclave } from '../testing/test-enclave.ts'
import { TestNetwork } from '../testing/test-network.ts'
import { TestSettlement } from '../testing/test-settlement.ts'

const noKey = new Uint8Array()

describe('an enclave', () => {
  it('has one identity for as long as its sealed store lives', async () => {
    const network = await TestNetwork.start(1)
    const [worker] = network.workers as [TestEnclave]
    const again = new TestEnclave({ kind: 'Worker', host: network.settlement.host(), folder: worker.folder })
    const other = new TestEnclave({ kind: 'Worker', host: network.settlement.host() })
    const { identity } = await worker.status()
    deepEqual((await again.start(network.chain)).identity, identity)
    notDeepEqual((await other.start(network.chain)).identity, identity)
  })

  it('refuses a chain that is older than what it has sealed, and a fork of it', async () => {
    const network = await TestNetwork.start(1)
    const [worker] = network.workers as [TestEnclave]
    const early = network.settlement.seal()
    await network.blocks(40)
    const again = new TestEnclave({ kind: 'Worker', host: network.settlement.host(), folder: worker.folder })
    const { block } = await again.start(network.chain)
    equal(block > early.header.number, true)
    await rejects(again.show(early), { code: 'sync.backward' })
    const fork = network.chain.finalise({ ...early.header, number: block })
    await rejects(again.show(fork), { code: 'sync.fork' })
    const newest = network.settlement.seal()
    await again.show(newest)
    equal((await again.status()).block, newest.header.number)
  })

  it('gets again what an older store, put back by its host, lacks', async () => {
    const network = await TestNetwork.start(1)
    const [worker] = network.workers as [TestEnclave]
    const rolledBack = `${worker.folder}-old`
    cpSync(worker.folder, rolledBack, { recursive: true })
    await network.deployNotebook()
    network.awake.delete(worker)
    const again = await network.addWorker({ folder: rolledBack })
    // The key that it lost is released to it again; nothing else was in the newer file.
    await network.until(async () => (await again.status()).contracts[0]?.ready === true)
  })

  it('refuses to go on with its store on another chain', async () => {
    const network = await TestNetwork.start(1)
    const [worker] = network.workers as [TestEnclave]
    const again = new TestEnclave({ kind: 'Worker', host: network.settlement.host(), folder: worker.folder })
    await rejects(again.start(new TestChain('other')), { code: 'store.other-chain' })
  })

  it('starts once', async () => {
    const network = await TestNetwork.start(1)
    const [worker] = network.workers as [TestEnclave]
    await rejects(worker.start(network.chain), { code: 'enclave.already-started' })
  })

  for (const left of [2, -1]) {
    it(`renews its registration ${left < 0 ? 'after it ended, as when the node was down' : 'before it ends'}`, async () => {
      const network = await TestNetwork.start(1)
      const [worker] = network.workers as [TestEnclave]
      const identity = network.identityOf(worker)
      await network.blocks(8)
      const { nextNumber } = network.chain
      network.settlement.setWorker(identity, { registeredAt: 0, expiresAt: nextNumber + left })
      await network.blocks(2)
      equal((network.settlement.worker(identity)?.expiresAt ?? 0) > nextNumber + 100, true)
    })
  }

  it('brings a fresh agreement key with each renewal: clients find it on chain, and its contracts run on', async () => {
    const network = await TestNetwork.start(1)
    const [worker] = network.workers as [TestEnclave]
    const contract = await network.deployNotebook()
    const identity = network.identityOf(worker)
    const before = network.settlement.worker(identity)?.agreement
    await network.blocks(8)
    network.settlement.setWorker(identity, { registeredAt: 0, expiresAt: network.chain.nextNumber + 2 })
    await network.until(() => toHex(network.settlement.worker(identity)?.agreement ?? noKey) !== toHex(before ?? noKey))
    await network.blocks(1)
    deepEqual(worker.parts?.identity.agreement.publicKey, network.settlement.worker(identity)?.agreement)

    const client = new TestClient('client', network.chain)
    const session = await client.connect(worker)
    const permit = client.permit(session, contract, network.chain.nextNumber + 10)
    equal((await session.ask({ type: 'Authorize', value: permit })).type, 'Authorized')
    const second = await network.deployNotebook()
    notDeepEqual(second, contract)
  })

  it('registers a fresh key when its host put back the file from before a renewal, and works on', async () => {
    const network = await TestNetwork.start(1)
    const [worker] = network.workers as [TestEnclave]
    const identity = network.identityOf(worker)
    const rolledBack = `${worker.folder}-old`
    cpSync(worker.folder, rolledBack, { recursive: true })
    const agreement = () => toHex(network.settlement.worker(identity)?.agreement ?? noKey)
    const first = agreement()
    await network.blocks(8)
    network.settlement.setWorker(identity, { registeredAt: 0, expiresAt: network.chain.nextNumber + 2 })
    await network.until(() => agreement() !== first)
    const second = agreement()
    await network.blocks(2)

    network.awake.delete(worker)
    const again = await network.addWorker({ folder: rolledBack })
    await network.until(async () => (await again.status()).registered)
    deepEqual(network.identityOf(again), identity)
    equal([first, second].includes(agreement()), false)
    // Keys are released to the one that it holds.
    network.workers.splice(0, 1)
    await network.deployNotebook()
  })

  it('that its operator removed does not come back by itself', async () => {
    const network = await TestNetwork.start(1)
    const [worker] = network.workers as [TestEnclave]
    network.chain.remove(registry.storage.workers, network.identityOf(worker))
    await network.blocks(20)
    equal((await worker.status()).registered, false)
    equal(network.settlement.worker(network.identityOf(worker)), undefined)
  })

  it('that was suspended does nothing until its process starts anew, and then registers again', async () => {
    const network = await TestNetwork.start(1)
    const [worker] = network.workers as [TestEnclave]
    const identity = network.identityOf(worker)
    const since = network.chain.nextNumber
    network.settlement.setWorker(identity, { status: { type: 'Suspended', value: { since } } })
    const before = network.settlement.calls.length
    await network.blocks(20)
    equal((await worker.status()).registered, false)
    equal(network.settlement.calls.length, before)
    network.awake.delete(worker)
    const again = await network.addWorker({ folder: worker.folder })
    await network.until(async () => (await again.status()).registered)
    equal(network.settlement.worker(identity)?.status.type, 'Active')
  })
})

describe('an enclave whose TEE has no sealing key', () => {
  /** The simulated TEE, but for what TDX, SEV-SNP, CCA and Nitro lack. */
  const withoutSealing = (): TeeDriver => ({
    ...simulatedTee({ bundle: fileURLToPath(import.meta.resolve('../tee/simulated.ts')), store: temporaryFolder() }),
    sealingKey: () => undefined,
  })

  it('is a new one at each start, which registers and gets its keys again', async () => {
    const network = await TestNetwork.start(1)
    const tee = withoutSealing()
    network.settlement.allow(tee.measurement(), 'Worker')
    const folder = temporaryFolder()
    const seen: string[] = []
    for (let start = 0; start < 2; start++) {
      const worker = await network.addWorker({ tee, folder })
      await network.until(async () => (await worker.status()).registered)
      seen.push(toHex(network.identityOf(worker)))
      network.awake.delete(worker)
    }
    notEqual(seen[0], seen[1])
    deepEqual(readdirSync(folder), [])
  })

  it('is no gatekeeper: its share would end with its process', async () => {
    const settlement = new TestSettlement()
    const gatekeeper = new TestEnclave({ kind: 'Gatekeeper', host: settlement.host(), tee: withoutSealing() })
    await rejects(gatekeeper.start(settlement.chain), { code: 'enclave.cannot-seal' })
    deepEqual(settlement.calls, [])
  })
})

describe('an enclave in the simulated TEE', () => {
  it('does not ask a chain that admits no simulation', async () => {
    const settlement = new TestSettlement()
    settlement.chain.set(registry.storage.attestationPolicy, [], registry.storage.attestationPolicy.fallback)
    const worker = new TestEnclave({ kind: 'Worker', host: settlement.host() })
    settlement.allow(worker.tee.measurement(), 'Worker')
    await worker.start(settlement.chain)
    for (let i = 0; i < 12; i++) {
      await worker.show(settlement.seal())
      await quiet(() => [worker])
    }
    equal((await worker.status()).registered, false)
    deepEqual(settlement.calls, [])
    ok(worker.log.some(({ code }) => code === 'enclave.simulated'))
  })
})
