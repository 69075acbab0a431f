import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex, utf8Decode, utf8Encode } from '@pha/core/codec'
import { verifyReply } from '@pha/core/light-client'
import { contracts } from '@pha/runtime/pallets'
import { lyingExecutor } from '../testing/lying-executor.ts'
import { TestChain } from '../testing/test-chain.ts'
import { TestClient } from '../testing/test-client.ts'
import { jsExecutor, TestEnclave } from '../testing/test-enclave.ts'
import { TestNetwork } from '../testing/test-network.ts'
import { TestSettlement } from '../testing/test-settlement.ts'

async function note(network: TestNetwork, contract: Uint8Array, by: TestClient, text: string): Promise<bigint> {
  const sender = by.account.accountId
  const replyTo = by.replies.publicKey
  const sealed = await network.settlement.sealed({ contract, sender, input: utf8Encode(text), replyTo })
  return network.settlement.send(contract, sender, sealed)
}

async function ask(network: TestNetwork, worker: TestEnclave, contract: Uint8Array, by: TestClient): Promise<string> {
  const session = await by.connect(worker)
  const permit = by.permit(session, contract, network.chain.nextNumber + 100)
  deepEqual(await session.ask({ type: 'Authorize', value: permit }), { type: 'Authorized' })
  const answer = await session.ask({ type: 'Query', value: { input: new Uint8Array(0) } })
  return answer.type === 'Answer' ? utf8Decode(answer.value.output) : JSON.stringify(answer)
}

describe('a worker', () => {
  it('registers, gets its key, and settles messages with the other replicas', async () => {
    const network = await TestNetwork.start(3)
    const contract = await network.deployNotebook()
    const ann = new TestClient('ann', network.chain)
    const sequence = await note(network, contract, ann, 'hello')
    await network.untilSettled(contract, sequence)

    const final = network.chain.get(contracts.storage.commits, contract, 2)
    equal(final?.voters.length, 2, 'two of three are a majority; the third voted for the same')
    for (const worker of network.workers) {
      const { contracts: statuses, registered } = await worker.status()
      equal(registered, true)
      equal(statuses[0]?.ready, true)
      deepEqual(statuses[0]?.stateRoot, final?.commit.newRoot)
      equal(await ask(network, worker, contract, ann), `hello; for ${ann.account.accountId[0]}`)
    }
  })

  it('gives each sender a reply that only he can open, and that proves itself', async () => {
    const network = await TestNetwork.start(1)
    const contract = await network.deployNotebook()
    const [worker] = network.workers as [TestEnclave]
    const ann = new TestClient('ann', network.chain)
    const bob = new TestClient('bob', network.chain)
    const sequences = [await note(network, contract, ann, 'one'), await note(network, contract, ann, 'no')]
    equal(await ann.reply(worker, contract, sequences[0] as bigint), undefined, 'nothing is said before it is settled')
    await network.untilSettled(contract, sequences[1] as bigint)

    const [yes, no] = await Promise.all(sequences.map((sequence) => ann.reply(worker, contract, sequence)))
    equal(utf8Decode(yes?.output ?? new Uint8Array(0)), 'noted one')
    deepEqual([yes?.receipt.outcome.type, no?.receipt.outcome.type], ['Ok', 'Rejected'])
    const commit = network.chain.get(contracts.storage.commits, contract, 2)?.commit
    ok(commit !== undefined && yes !== undefined)
    deepEqual(verifyReply(commit, yes), { ok: true })
    equal(await bob.reply(worker, contract, sequences[0] as bigint), undefined)
  })

  it('still gives replies of batches that it did not keep in memory', async () => {
    const network = await TestNetwork.start(1)
    const contract = await network.deployNotebook()
    const [worker] = network.workers as [TestEnclave]
    const ann = new TestClient('ann', network.chain)
    const sequence = await note(network, contract, ann, 'early')
    await network.untilSettled(contract, sequence)
    for (let i = 0; i < 18; i++) await network.untilSettled(contract, await note(network, contract, ann, 'x'))
    const reply = await ann.reply(worker, contract, sequence)
    equal(utf8Decode(reply?.output ?? new Uint8Array(0)), 'noted early')
  })

  it('drops what a message did when it traps: endless loop, or an entry that is ours', async () => {
    const network = await TestNetwork.start(1)
    const contract = await network.deployNotebook({ maxGas: 60_000_000n })
    const [worker] = network.workers as [TestEnclave]
    const ann = new TestClient('ann', network.chain)
    const spin = await note(network, contract, ann, 'spin')
    const salt = await note(network, contract, ann, 'salt')
    const after = await note(network, contract, ann, 'after')
    await network.untilSettled(contract, after)
    const replies = await Promise.all([spin, salt, after].map((sequence) => ann.reply(worker, contract, sequence)))
    deepEqual(
      replies.map((reply) => [reply?.receipt.outcome.type, utf8Decode(reply?.output ?? new Uint8Array(0))]),
      [
        ['Trapped', 'out-of-gas'],
        ['Trapped', 'state-limit'],
        ['Ok', 'noted after'],
      ],
    )
    equal(await ask(network, worker, contract, ann), `after; for ${ann.account.accountId[0]}`)
  })

  it('refuses a sealed command from another sender, contract or chain, without effect', async () => {
    const network = await TestNetwork.start(1)
    const contract = await network.deployNotebook()
    const other = await network.deployNotebook()
    const [worker] = network.workers as [TestEnclave]
    const ann = new TestClient('ann', network.chain)
    const eve = new TestClient('eve', network.chain)
    const { settlement } = network
    const input = utf8Encode('mine')
    const replyTo = ann.replies.publicKey
    const sealed = await settlement.sealed({ contract, sender: ann.account.accountId, input, replyTo })
    const elsewhere = new TestSettlement(new TestChain('elsewhere'))
    const key = network.chain.get(contracts.storage.commandKeys, contract)
    if (key !== undefined) elsewhere.chain.set(contracts.storage.commandKeys, [contract], key)
    const foreign = await elsewhere.sealed({ contract, sender: ann.account.accountId, input, replyTo })

    const copied = settlement.send(contract, eve.account.accountId, sealed)
    const moved = settlement.send(other, ann.account.accountId, sealed)
    settlement.send(contract, ann.account.accountId, foreign)
    const cut = settlement.send(contract, ann.account.accountId, sealed.subarray(0, 100))
    const empty = settlement.send(contract, ann.account.accountId, new Uint8Array(0))
    await network.untilSettled(contract, empty)
    await network.untilSettled(other, moved)
    for (const [id, sequence] of [
      [contract, copied],
      [other, moved],
      [contract, cut],
    ] as const) {
      equal(await ann.reply(worker, id, sequence), undefined, 'a refused command names no recipient')
    }
    equal(await ask(network, worker, contract, ann), ` for ${ann.account.accountId[0]}`)
    equal(await ask(network, worker, other, ann), ` for ${ann.account.accountId[0]}`)
  })

  it('goes on after a restart with the keys it has sealed', async () => {
    const network = await TestNetwork.start(2)
    const contract = await network.deployNotebook()
    const ann = new TestClient('ann', network.chain)
    await network.untilSettled(contract, await note(network, contract, ann, 'before'))
    const [old] = network.workers as [TestEnclave]
    network.awake.delete(old)
    const releases = network.delivered.length
    const again = await network.addWorker({ folder: old.folder })
    await network.until(async () => (await again.status()).contracts[0]?.ready === true)
    deepEqual(network.identityOf(again), network.identityOf(old))
    equal(network.delivered.length, releases)
    equal(await ask(network, again, contract, ann), `before; for ${ann.account.accountId[0]}`)
    await network.untilSettled(contract, await note(network, contract, ann, 'after'))
    equal(await ask(network, again, contract, ann), `before;after; for ${ann.account.accountId[0]}`)
  })

  for (const lost of [false, true]) {
    const from = lost ? 'messages, when all blobs are lost' : 'snapshot and deltas'
    it(`brings a new replica to the newest state from ${from}`, async () => {
      const network = await TestNetwork.start(2)
      const contract = await network.deployNotebook()
      const ann = new TestClient('ann', network.chain)
      for (let i = 0; i < 17; i++) await network.untilSettled(contract, await note(network, contract, ann, `${i}`))
      if (lost) network.chain.loseBlobs()
      const joined = await network.addWorker()
      await network.blocks(3)
      network.replaceFirst(contract, joined)
      await network.until(async () => (await joined.status()).contracts[0]?.ready === true)
      const events = joined.log.map(({ event }) => event)
      equal(events.includes('restored from a snapshot'), !lost)
      const notes = Array.from({ length: 17 }, (_, i) => `${i};`).join('')
      equal(await ask(network, joined, contract, ann), `${notes} for ${ann.account.accountId[0]}`)

      const [left] = network.workers as [TestEnclave]
      deepEqual(left.parts?.memory.content.contractKeys, [], 'who is replaced erases the keys')
      deepEqual((await left.status()).contracts, [])
    })
  }

  for (const lies of [3, Number.POSITIVE_INFINITY]) {
    const way =
      lies === 3 ? 'waits for what a newer snapshot needs' : 'takes deltas when a host only promises snapshots'
    it(`${way}, as a new replica that is far behind`, async () => {
      const network = await TestNetwork.start(2)
      const contract = await network.deployNotebook()
      const ann = new TestClient('ann', network.chain)
      for (let i = 0; i < 19; i++) await network.untilSettled(contract, await note(network, contract, ann, `${i}`))
      const host = network.settlement.host()
      let asked = 0
      const latestSnapshot: typeof host.latestSnapshot = async (request) => {
        const pointer = await host.latestSnapshot(request)
        // In turn: of a batch that nobody has settled, and one that the keys here do not open.
        return pointer && ++asked <= lies ? { ...pointer, batch: asked % 2 === 0 ? 1_000 : 18 } : pointer
      }
      const joined = await network.addWorker({ host: { ...host, latestSnapshot } })
      await network.blocks(3)
      network.replaceFirst(contract, joined)
      await network.until(async () => (await joined.status()).contracts[0]?.ready === true)
      equal(joined.log.filter(({ code }) => code === 'replica.snapshot-ahead').length, Math.min(lies, 4))
      equal(joined.log.filter(({ event }) => event === 'restored from a snapshot').length, lies === 3 ? 1 : 0)
      const notes = Array.from({ length: 19 }, (_, i) => `${i};`).join('')
      equal(await ask(network, joined, contract, ann), `${notes} for ${ann.account.accountId[0]}`)
    })
  }

  it('follows the majority when it computed something else, and says so', async () => {
    const network = await TestNetwork.start(2)
    const liar = new TestEnclave({
      kind: 'Worker',
      host: network.settlement.host(),
      executor: lyingExecutor(jsExecutor),
    })
    network.workers.push(liar)
    await network.wake(liar)
    await network.blocks(3)
    const contract = await network.deployNotebook()
    const ann = new TestClient('ann', network.chain)
    await network.untilSettled(contract, await note(network, contract, ann, 'true'))
    await network.blocks(3)
    ok(liar.log.some(({ event }) => event === 'this worker was outvoted'))
    for (const worker of network.workers) {
      equal(await ask(network, worker, contract, ann), `true; for ${ann.account.accountId[0]}`)
    }
  })

  it('lets no contract stop another', async () => {
    const network = await TestNetwork.start(1)
    const contract = await network.deployNotebook()
    const broken = network.settlement.deploy(utf8Encode('globalThis.x = 1'), [
      network.identityOf(network.workers[0] as TestEnclave),
    ])
    const record = network.chain.get(contracts.storage.contracts, broken)
    ok(record !== undefined)
    network.chain.set(contracts.storage.contracts, [broken], { ...record, codeHash: new Uint8Array(32).fill(9) })
    network.chain.set(contracts.storage.codes, [new Uint8Array(32).fill(9)], {
      uploader: record.deployer,
      size: 1,
      publicSince: 0,
    })
    const ann = new TestClient('ann', network.chain)
    await network.untilSettled(contract, await note(network, contract, ann, 'fine'))
    const [worker] = network.workers as [TestEnclave]
    await network.until(() => worker.codes().includes('sync.missing-content'))
    equal(await ask(network, worker, contract, ann), `fine; for ${ann.account.accountId[0]}`)
    ok((await ask(network, worker, broken, ann)).includes('contract.not-ready'))
  })

  it('shows the chain neither inputs nor state: equal notes of two contracts look different', async () => {
    const network = await TestNetwork.start(1)
    const roots = new Set<string>()
    const keys = new Set<string>()
    for (let i = 0; i < 2; i++) {
      const contract = await network.deployNotebook()
      const ann = new TestClient('ann', network.chain)
      await network.untilSettled(contract, await note(network, contract, ann, 'canary'))
      keys.add(toHex(network.chain.get(contracts.storage.commandKeys, contract)?.key ?? new Uint8Array(0)))
      roots.add(toHex(network.chain.get(contracts.storage.progress, contract)?.stateRoot ?? new Uint8Array(0)))
    }
    equal(roots.size, 2, 'the salt of each state keeps its root from being guessed')
    equal(keys.size, 2, 'each contract has a key of its own')
    for (const blob of network.chain.blobs().values()) equal(Buffer.from(blob).includes('canary'), false)
  })
})
