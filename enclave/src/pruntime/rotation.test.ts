import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { utf8Decode, utf8Encode } from '@pha/core/codec'
import { open } from '@pha/core/crypto'
import { commandAad, contexts, partialKeyAad, topics, WorkerMessage } from '@pha/core/protocol'
import { contracts } from '@pha/runtime/pallets'
import { SealedStore } from '../store/sealed-store.ts'
import { TestClient } from '../testing/test-client.ts'
import type { TestEnclave } from '../testing/test-enclave.ts'
import { TestNetwork } from '../testing/test-network.ts'
import { deriveContractKeys } from './contract-keys.ts'
import { openDelta } from './delta.ts'

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

const held = (worker: TestEnclave) => worker.parts?.memory.content.contractKeys.map(({ epoch }) => epoch)

async function agreed(network: TestNetwork, contract: Uint8Array, epoch: number): Promise<void> {
  network.settlement.rotate(contract)
  await network.until(() => network.settlement.epochs(contract).inForce === epoch)
}

/** A whole rotation: agreement, overlap, end, erasure. */
async function rotated(network: TestNetwork, contract: Uint8Array, epoch: number): Promise<void> {
  await agreed(network, contract, epoch)
  await network.blocks(3)
  network.settlement.closeEpoch(contract)
  await network.until(() => [...network.awake].every((each) => held(each)?.every((e) => e >= epoch) !== false))
}

describe('a rotation of keys', () => {
  it('goes on under load: commands of both epochs are answered, and former keys are erased', async () => {
    const network = await TestNetwork.start(3)
    const contract = await network.deployNotebook()
    const ann = new TestClient('ann', network.chain)
    const before = await note(network, contract, ann, 'before')
    await network.untilSettled(contract, before)

    const sender = ann.account.accountId
    const sealedEarly = await network.settlement.sealed({
      contract,
      sender,
      input: utf8Encode('early'),
      replyTo: ann.replies.publicKey,
    })
    await agreed(network, contract, 1)
    const early = network.settlement.send(contract, sender, sealedEarly, 0)
    const late = await note(network, contract, ann, 'late')
    await network.untilSettled(contract, late)
    const [worker] = network.workers as [TestEnclave]
    for (const [sequence, text] of [
      [before, 'noted before'],
      [early, 'noted early'],
      [late, 'noted late'],
    ] as const) {
      equal(utf8Decode((await ann.reply(worker, contract, sequence))?.output ?? new Uint8Array(0)), text)
    }
    deepEqual(held(worker), [0, 1], 'in the overlap')
    network.settlement.closeEpoch(contract)
    await network.until(() => network.workers.every((each) => held(each)?.length === 1))
    for (const each of network.workers) {
      deepEqual(held(each), [1])
      equal(await ask(network, each, contract, ann), `before;early;late; for ${sender[0]}`)
    }
    equal(network.chain.get(contracts.storage.commandKeys, contract)?.epoch, 1)
  })

  it('leaves nothing behind that opens what was sealed before it: neither store, nor chain, nor wire, nor blobs', async () => {
    const network = await TestNetwork.start(1)
    network.isConnected = false
    const contract = await network.deployNotebook()
    const [worker] = network.workers as [TestEnclave]
    const ann = new TestClient('ann', network.chain)
    const sender = ann.account.accountId
    const command = { contract, sender, input: utf8Encode('secret') }
    const [old, releases] = [await network.settlement.sealed(command), network.settlement.calls.length]
    ok(releases > 0)
    await network.untilSettled(contract, network.settlement.send(contract, sender, old))
    network.isConnected = true
    await rotated(network, contract, 1)
    const young = await network.settlement.sealed(command)
    await network.untilSettled(contract, network.settlement.send(contract, sender, young))

    // The thief has the platform's sealing key, the store, and everything that is public.
    const sealingKey = worker.tee.sealingKey(contexts.sealedStore)
    ok(sealingKey !== undefined)
    const store = new SealedStore({ folder: worker.folder, kind: 'Worker', sealingKey })
    const stolen = store.read(network.chain.genesis)
    ok(stolen !== undefined)
    const keys = stolen.contractKeys.map(({ key, epoch }) => deriveContractKeys(key, epoch))
    const opened = async (sealed: Uint8Array, epoch: number) => {
      const aad = commandAad(network.chain.genesis, contract, epoch, sender)
      const tries = keys.map(({ command: { seed } }) => open({ seed, context: contexts.command, aad, sealed }))
      return (await Promise.all(tries)).some((plain) => plain !== undefined)
    }
    deepEqual([await opened(old, 0), await opened(young, 1)], [false, true])

    const deltas = [1, 2, 3].map((batch) => {
      const final = network.chain.get(contracts.storage.commits, contract, batch)
      const blob = network.chain.blobs().get(`0x${Buffer.from(final?.commit.deltaCid ?? []).toString('hex')}`)
      const name = { genesis: network.chain.genesis, contract, batch }
      return keys.some(({ state }) => openDelta(state, name, blob ?? new Uint8Array(0)) !== undefined)
    })
    deepEqual(deltas, [false, false, true])

    const messages = await network.settlement.host().messages({
      topic: topics.worker(network.identityOf(worker)),
      from: 1n,
      limit: 100,
    })
    const onChain = messages.flatMap(({ payload }) => {
      const message = WorkerMessage.decode(payload)
      return message.type === 'KeyReleased' ? [message.value] : []
    })
    const parts = [...onChain, ...network.delivered].map(({ release }) => release)
    deepEqual(
      parts.map(({ epoch }) => epoch),
      [0, 1],
    )
    const { listed, next, former } = stolen.agreement
    const agreement = [listed, next, former?.seed].filter((seed) => seed !== undefined)
    const seeds = [...agreement, stolen.identitySeed, ...keys.map(({ command: { seed } }) => seed)]
    for (const release of parts) {
      const aad = partialKeyAad(network.chain.genesis, release)
      for (const seed of seeds) {
        equal(await open({ seed, context: contexts.partialKey, aad, sealed: release.sealed }), undefined)
      }
    }
  })

  it('survives a restart at every step', async () => {
    const network = await TestNetwork.start(2)
    const contract = await network.deployNotebook()
    const ann = new TestClient('ann', network.chain)
    await network.untilSettled(contract, await note(network, contract, ann, 'a'))
    let [first] = network.workers as [TestEnclave]
    const restarted = async (): Promise<void> => {
      network.awake.delete(first)
      first = await network.addWorker({ folder: first.folder })
    }
    network.settlement.rotate(contract)
    await network.block()
    await restarted()
    await network.until(() => network.settlement.epochs(contract).inForce === 1)
    await restarted()
    const sequence = await note(network, contract, ann, 'b')
    await network.untilSettled(contract, sequence)
    network.settlement.closeEpoch(contract)
    await restarted()
    await network.until(() => held(first)?.length === 1)
    await restarted()
    await network.until(async () => (await first.status()).contracts[0]?.ready === true)
    deepEqual(held(first), [1])
    equal(await ask(network, first, contract, ann), `a;b; for ${ann.account.accountId[0]}`)
    const reply = await ann.reply(first, contract, sequence)
    equal(utf8Decode(reply?.output ?? new Uint8Array(0)), 'noted b')
    await network.untilSettled(contract, await note(network, contract, ann, 'c'))
    equal(await ask(network, first, contract, ann), `a;b;c; for ${ann.account.accountId[0]}`)
  })

  it('still gives replies of the epoch before, as long as they are among the newest batches', async () => {
    const network = await TestNetwork.start(1)
    const contract = await network.deployNotebook()
    const [old] = network.workers as [TestEnclave]
    const ann = new TestClient('ann', network.chain)
    const first = await note(network, contract, ann, 'first')
    await network.untilSettled(contract, first)
    await rotated(network, contract, 1)
    network.awake.delete(old)
    const again = await network.addWorker({ folder: old.folder })
    await network.until(async () => (await again.status()).contracts[0]?.ready === true)
    const text = async () => utf8Decode((await ann.reply(again, contract, first))?.output ?? new Uint8Array(0))
    equal(await text(), 'noted first')
    for (let i = 0; i < 18; i++) await network.untilSettled(contract, await note(network, contract, ann, 'x'))
    await rotated(network, contract, 2)
    const carrier = network.workers[1] as TestEnclave
    network.awake.delete(carrier)
    const last = await network.addWorker({ folder: old.folder })
    await network.until(async () => (await last.status()).contracts[0]?.ready === true)
    equal(await ann.reply(last, contract, first).catch(({ code }: { code?: string }) => code), 'replica.epoch-closed')
  })

  it('brings a new replica in with the present keys only, from a snapshot of another; without one it says so', async () => {
    const network = await TestNetwork.start(2)
    const contract = await network.deployNotebook()
    const ann = new TestClient('ann', network.chain)
    await network.untilSettled(contract, await note(network, contract, ann, 'one'))
    await rotated(network, contract, 1)
    await network.untilSettled(contract, await note(network, contract, ann, 'two'))

    const joined = await network.addWorker()
    await network.blocks(3)
    const snapshots = new Map(network.chain.blobs())
    network.chain.loseBlobs()
    network.replaceFirst(contract, joined)
    await network.until(() => joined.codes().includes('replica.epoch-closed'))
    deepEqual(held(joined), [1])
    equal((await joined.status()).contracts[0]?.ready, false)
    equal(snapshots.size > 0, true)

    // The next rotation makes the one who has the state write a snapshot.
    network.settlement.rotate(contract)
    await network.until(async () => (await joined.status()).contracts[0]?.ready === true)
    equal(await ask(network, joined, contract, ann), `one;two; for ${ann.account.accountId[0]}`)
  })

  it('refuses commands of an epoch that is not the batch’s or the one before', async () => {
    const network = await TestNetwork.start(1)
    const contract = await network.deployNotebook()
    const [worker] = network.workers as [TestEnclave]
    const ann = new TestClient('ann', network.chain)
    const sender = ann.account.accountId
    await rotated(network, contract, 1)
    await rotated(network, contract, 2)
    const sealed = await network.settlement.sealed({ contract, sender, input: utf8Encode('x') })
    for (const epoch of [0, 3, 2 ** 32 - 1]) {
      await network.untilSettled(contract, network.settlement.send(contract, sender, sealed, epoch))
    }
    await network.untilSettled(contract, network.settlement.send(contract, sender, sealed))
    equal(await ask(network, worker, contract, ann), `x; for ${sender[0]}`)
  })
})
