import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { describe, it } from 'node:test'
import { open } from '@pha/core/crypto'
import { beaconInput, contexts, dealtShareAad, GatekeepersMessage, partialCommitment, topics } from '@pha/core/protocol'
import { shareFor, verifyPartial } from '@pha/core/threshold'
import { contracts, type Group, gatekeepers } from '@pha/runtime/pallets'
import type { Host } from '../channel/host.ts'
import { lyingEvaluate } from '../testing/lying-arithmetic.ts'
import { TestEnclave } from '../testing/test-enclave.ts'
import { NOTEBOOK, TestNetwork } from '../testing/test-network.ts'

const groupOf = (network: TestNetwork): Group => {
  const group = network.chain.get(gatekeepers.storage.group)
  if (group === undefined) throw new Error('no group')
  return group
}

const countOf = (network: TestNetwork, name: string): number =>
  network.settlement.calls.filter((call) => call === name).length

/** A host of this network's chain that loses the first calls of a kind. */
function losing(network: TestNetwork, index: number, losses: number) {
  const honest = network.settlement.host()
  let lost = 0
  const submit = async (call: Uint8Array): Promise<void> => {
    if (call[0] === gatekeepers.index && call[1] === index && lost < losses) {
      lost++
      throw new Error('lost')
    }
    return honest.submit(call)
  }
  return { host: { ...honest, submit } satisfies Host, lost: () => lost }
}

describe('gatekeepers', () => {
  it('make a key of which none has more than a share, and release it to workers, 2 of 3', async () => {
    const network = await TestNetwork.start(2, { gatekeepers: 3, threshold: 2 })
    const { members, threshold, root, sharing } = groupOf(network)
    deepEqual([members.length, threshold, root, sharing], [3, 2, 1, 1])
    await network.deployNotebook()
    equal(network.delivered.length, 6, 'each gatekeeper released to each worker')
    equal(countOf(network, 'releaseKey'), 0, 'and nothing on chain')
    for (const gatekeeper of network.gatekeepers) {
      deepEqual((await gatekeeper.status()).releases, [{ outcome: 'delivered', count: 2 }])
    }
  })

  it('keep nothing that opens what was dealt once they hold their shares', async () => {
    const network = await TestNetwork.start(0, { gatekeepers: 3, threshold: 2 })
    const { genesis } = network.chain
    const messages = await network.settlement.host().messages({ topic: topics.gatekeepers, from: 1n, limit: 100 })
    const dealings = messages.flatMap(({ payload }) => {
      const message = GatekeepersMessage.decode(payload)
      return message.type === 'Dealt' ? [message.value] : []
    })
    equal(dealings.length, 3)
    const parties = network.gatekeepers.map((each, i) => ({ index: i + 1, identity: network.identityOf(each) }))
    for (const [i, { parts }] of network.gatekeepers.entries()) {
      equal(parts?.memory.content.ceremony, undefined)
      for (const dealt of dealings) {
        const names = { dealer: parties[dealt.dealer - 1]?.identity, receiver: parties[i]?.identity }
        const aad = dealtShareAad(genesis, dealt.ceremony, names as { dealer: Uint8Array; receiver: Uint8Array })
        const sealed = dealt.dealing.sealed[i] as Uint8Array
        for (const { seed } of parts?.identity.agreement.opening ?? []) {
          equal(await open({ seed, context: contexts.dealtShare, aad, sealed }), undefined)
        }
      }
    }
  })

  it('release with one of three away, and with two away not', async () => {
    const network = await TestNetwork.start(1, { gatekeepers: 3, threshold: 2 })
    const [, second, third] = network.gatekeepers as [TestEnclave, TestEnclave, TestEnclave]
    network.awake.delete(third)
    await network.deployNotebook()
    network.awake.delete(second)
    const [worker] = network.workers as [TestEnclave]
    const contract = network.settlement.deploy(new Uint8Array(1), [network.identityOf(worker)])
    await network.blocks(12)
    const { contracts: served } = await worker.status()
    equal(served.find((one) => Buffer.compare(one.contract, contract) === 0)?.ready, false)
  })

  it('pass their shares on to others and keep the key', async () => {
    const network = await TestNetwork.start(2, { gatekeepers: 3, threshold: 2 })
    const before = groupOf(network)
    const contract = await network.deployNotebook()
    const [first, second] = network.gatekeepers as [TestEnclave, TestEnclave]
    const fourth = await network.addGatekeeper()
    await network.reshare([second, fourth, first], 3)
    const after = groupOf(network)
    deepEqual([after.root, after.sharing, after.threshold], [1, 2, 3])
    deepEqual(after.publicKey, before.publicKey)
    // A worker that comes later is released the same key: its commits agree with those of the others.
    const worker = await network.addWorker()
    await network.blocks(2)
    network.settlement.setReplicas(
      contract,
      network.workers.map((each) => network.identityOf(each)),
    )
    network.settlement.assign(network.identityOf(worker), contract)
    await network.until(async () => (await worker.status()).contracts[0]?.ready === true)
    for (const gatekeeper of [first, second, fourth]) {
      deepEqual(
        gatekeeper.parts?.memory.content.shares.map(({ root, sharing }) => [root, sharing]),
        [[1, 2]],
      )
      equal(gatekeeper.parts?.memory.content.ceremony, undefined)
    }
  })

  it('keep the share of an old root while contracts have keys of it', async () => {
    const network = await TestNetwork.start(1, { gatekeepers: 2, threshold: 2 })
    const before = groupOf(network)
    await network.newRoot(2)
    const after = groupOf(network)
    deepEqual([after.root, after.sharing], [2, 1])
    notEqual(Buffer.compare(after.publicKey, before.publicKey), 0)
    const shares = () => network.gatekeeper.parts?.memory.content.shares.map(({ root }) => root)
    deepEqual(shares(), [1, 2])
    await network.deployNotebook()
    network.chain.remove(gatekeepers.storage.formerGroup)
    await network.blocks(2)
    deepEqual(shares(), [2])
  })
})

describe('a gatekeeper', () => {
  it('keeps share, identity and place over a restart', async () => {
    const network = await TestNetwork.start(1)
    await network.deployNotebook()
    const before = network.delivered.length
    const { gatekeeper } = network
    network.awake.delete(gatekeeper)
    const again = new TestEnclave({ kind: 'Gatekeeper', host: network.settlement.host(), folder: gatekeeper.folder })
    // The build of tests is listed as a worker's by now; the enclave itself can't tell, the registry does.
    await network.wake(again)
    await network.blocks(3)
    equal(network.delivered.length, before, 'what was released is not released again')
    await network.deployNotebook()
    equal(network.delivered.length, before + 1)
    deepEqual(again.codes(), [])
  })

  it('goes on with the ceremony that it was in, whenever it ends and is started again', async () => {
    const network = new TestNetwork()
    for (let i = 0; i < 3; i++) await network.addGatekeeper()
    const ends = network.newRoot(2)
    let current = network.gatekeepers[1] as TestEnclave
    let dealt: string | undefined
    for (let i = 0; i < 12 && network.chain.get(gatekeepers.storage.ceremony) !== undefined; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5 * i))
      current = await network.restart(current, 'Gatekeeper')
      const kept = current.parts?.memory.content.ceremony?.dealt
      if (kept === undefined) continue
      const commitments = kept.dealing.commitments.map((each) => Buffer.from(each).toString('hex')).join()
      dealt ??= commitments
      equal(commitments, dealt, 'one polynomial, however often it starts')
    }
    await ends
    equal(groupOf(network).members.length, 3)
    await network.until(() => current.parts?.memory.content.shares.length === 1)
  })

  it('serves no group that it is no member of, and says so', async () => {
    const network = await TestNetwork.start(1)
    const stranger = await network.addGatekeeper()
    await network.deployNotebook()
    deepEqual((await stranger.status()).releases, [{ outcome: 'gatekeeper.not-a-member', count: 1 }])
  })

  it('does not serve with a share of before, put back by its host, until the next resharing', async () => {
    const network = await TestNetwork.start(1, { gatekeepers: 2, threshold: 1 })
    const [, second] = network.gatekeepers as [TestEnclave, TestEnclave]
    const old = `${second.folder}-old`
    cpSync(second.folder, old, { recursive: true })
    await network.reshare(network.gatekeepers, 1)
    network.awake.delete(second)
    const again = new TestEnclave({ kind: 'Gatekeeper', host: network.settlement.host(), folder: old })
    await network.wake(again)
    await network.deployNotebook()
    const refused = { outcome: 'gatekeeper.other-share', count: 1 }
    deepEqual((await again.status()).releases, [refused])
    network.gatekeepers[1] = again
    network.settlement.ceremonies.begin(
      'Reshare',
      network.gatekeepers.map((each) => network.identityOf(each)),
      1,
    )
    // It has nothing to deal; the other does, and it receives.
    await network.until(() => network.chain.get(gatekeepers.storage.dealings, 1) !== undefined)
    ok(again.codes().includes('gatekeeper.other-share'))
    network.settlement.ceremonies.endPhase()
    await network.ceremonyEnds()
    await network.deployNotebook()
    deepEqual((await again.status()).releases, [refused, { outcome: 'delivered', count: 1 }])
  })

  it('complains about a dealer that dealt it a wrong share, and uses the one that is revealed', async () => {
    const network = new TestNetwork()
    let lies = 0
    // The first share that it computes for the third is of another receiver; asked in public, it says the right one.
    const liar: typeof shareFor = (polynomial, receiver) =>
      shareFor(polynomial, receiver === 3 && lies++ === 0 ? 4 : receiver)
    await network.addGatekeeper({ arithmetic: { shareFor: liar } })
    for (let i = 0; i < 2; i++) await network.addGatekeeper()
    await network.newRoot(2)
    equal(countOf(network, 'answer'), 1)
    equal(groupOf(network).dealers.length, 3)
    const [, , third] = network.gatekeepers as [TestEnclave, TestEnclave, TestEnclave]
    ok(third.codes().includes('threshold.wrong-share'))
    equal(third.parts?.memory.content.shares.length, 1)
    await network.addWorker()
    await network.blocks(3)
    await network.deployNotebook()
  })

  it('that deals wrong shares and has no answer is left out; the others make a key', async () => {
    const network = new TestNetwork()
    const liar: typeof shareFor = (polynomial, receiver) => shareFor(polynomial, receiver === 3 ? 4 : receiver)
    await network.addGatekeeper({ arithmetic: { shareFor: liar } })
    for (let i = 0; i < 2; i++) await network.addGatekeeper()
    network.settlement.ceremonies.begin(
      'NewRoot',
      network.gatekeepers.map((each) => network.identityOf(each)),
      2,
    )
    const phase = () => network.chain.get(gatekeepers.storage.ceremony)?.phase.type
    await network.until(() => phase() === 'Answer')
    await network.blocks(3)
    equal(phase(), 'Answer')
    network.settlement.ceremonies.endPhase()
    await network.ceremonyEnds()
    deepEqual(groupOf(network).dealers, [2, 3])
    await network.addWorker()
    await network.blocks(3)
    await network.deployNotebook()
  })

  it('that evaluates wrongly makes no key that others do not have', async () => {
    const network = new TestNetwork()
    await network.addGatekeeper({ arithmetic: { evaluate: lyingEvaluate } })
    for (let i = 0; i < 2; i++) await network.addGatekeeper()
    await network.newRoot(2)
    const [, , third] = network.gatekeepers as [TestEnclave, TestEnclave, TestEnclave]
    network.awake.delete(third)
    const worker = await network.addWorker()
    await network.blocks(3)
    const contract = network.settlement.deploy(NOTEBOOK, [network.identityOf(worker)])
    await network.until(() => worker.codes().includes('key.bad-proof'))
    equal(network.chain.get(contracts.storage.commandKeys, contract), undefined)
    // The worker shows the chain what was signed, with what it opened.
    const [lied] = network.settlement.provenLies
    equal(lied?.signed.release.index, 1)
    deepEqual(partialCommitment(network.chain.genesis, lied.partial), lied.signed.release.commitment)
    network.awake.add(third)
    await network.until(() => network.chain.get(contracts.storage.commandKeys, contract) !== undefined)
  })

  it('gives its part of the beacon once in each round', async () => {
    const network = await TestNetwork.start(0)
    const { publicKey } = groupOf(network)
    const { genesis } = network.chain
    const { beaconPartials } = network.settlement
    const count = beaconPartials.length
    await network.until(() => beaconPartials.length >= count + 2)
    for (const { root, round, evaluated, proof } of beaconPartials) {
      ok(verifyPartial(publicKey, beaconInput(genesis, root, round), { evaluated, proof }))
    }
    equal(new Set(beaconPartials.map(({ round }) => round)).size, beaconPartials.length)
  })

  it('tries again when its host could not submit, and goes on after three tries', async () => {
    const network = await TestNetwork.start(0)
    network.isConnected = false
    network.awake.delete(network.gatekeeper)
    const { host, lost } = losing(network, gatekeepers.calls.releaseKey.index, 2)
    const again = new TestEnclave({ kind: 'Gatekeeper', host, folder: network.gatekeeper.folder })
    await network.wake(again)
    await network.addWorker()
    await network.blocks(3)
    await network.deployNotebook()
    equal(lost(), 2)
    deepEqual((await again.status()).releases, [{ outcome: 'released', count: 1 }])
  })
})
