import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { partialCommitment, releaseBytes, type SignedRelease } from '@pha/core/protocol'
import { contracts } from '@pha/runtime/pallets'
import { enclaveLimits } from '../limits.ts'
import { lyingEvaluate, sealForNobody } from '../testing/lying-arithmetic.ts'
import type { TestEnclave } from '../testing/test-enclave.ts'
import { NOTEBOOK, TestNetwork } from '../testing/test-network.ts'

const countOf = (network: TestNetwork, name: string): number =>
  network.settlement.calls.filter((call) => call === name).length

/** From now on gatekeepers' hosts say that they delivered, and leave it to a test. */
function heldBack(network: TestNetwork): readonly SignedRelease[] {
  const held: SignedRelease[] = []
  network.settlement.deliver = async (signed) => void held.push(signed)
  return held
}

const give = (worker: TestEnclave, value: SignedRelease) => worker.host.request({ type: 'KeyReleased', value })

/** One worker is assigned a contract, and all gatekeepers want to give it their parts. */
async function asking(network: TestNetwork, gatekeepers: number) {
  const held = heldBack(network)
  const [worker] = network.workers as [TestEnclave]
  const contract = network.settlement.deploy(NOTEBOOK, [network.identityOf(worker)])
  await network.until(() => held.length === gatekeepers)
  return { held, worker, contract }
}

describe('a release that goes directly', () => {
  it('makes a key that is used at once, without a block more', async () => {
    const network = await TestNetwork.start(1, { gatekeepers: 3, threshold: 2 })
    const { held, worker, contract } = await asking(network, 3)
    const votes = () => countOf(network, 'publishCommandKey')
    const before = votes()
    await give(worker, held[0] as SignedRelease)
    equal(worker.parts?.memory.content.contractKeys.length, 0)
    await give(worker, held[1] as SignedRelease)
    equal(worker.parts?.memory.content.contractKeys.length, 1)
    for (let i = 0; votes() === before && i < 1_000; i++) await new Promise((resolve) => setTimeout(resolve, 5))
    equal(votes(), before + 1)
    ok(network.chain.get(contracts.storage.commandKeys, contract) !== undefined)
    equal(countOf(network, 'releaseKey'), 0)
  })

  it('goes over the chain if the worker cannot be reached', async () => {
    const network = await TestNetwork.start(1, { gatekeepers: 3, threshold: 2 })
    network.isConnected = false
    await network.deployNotebook()
    equal(countOf(network, 'releaseKey'), 3)
    for (const gatekeeper of network.gatekeepers) {
      deepEqual((await gatekeeper.status()).releases, [{ outcome: 'released', count: 1 }])
    }
  })

  it('that a host kept to itself goes over the chain when the worker asks again', async () => {
    const network = await TestNetwork.start(1)
    heldBack(network)
    await network.deployNotebook()
    deepEqual((await network.gatekeeper.status()).releases, [
      { outcome: 'delivered', count: 1 },
      { outcome: 'released', count: 1 },
    ])
    equal(countOf(network, 'requestKey'), 2)
  })

  it('goes directly once more when shares were made anew', async () => {
    const network = await TestNetwork.start(1, { gatekeepers: 2, threshold: 2 })
    const { held, worker, contract } = await asking(network, 2)
    await network.reshare(network.gatekeepers, 2)
    await network.until(() => held.length === 4)
    deepEqual(
      held.map(({ release }) => release.sharing),
      [1, 1, 2, 2],
    )
    for (const signed of held.slice(2)) await give(worker, signed)
    await network.until(() => network.chain.get(contracts.storage.commandKeys, contract) !== undefined)
    equal(countOf(network, 'releaseKey'), 0)
  })

  it('is believed for nothing but what its gatekeeper signed, for whom, and when it was asked for', async () => {
    const network = await TestNetwork.start(2, { gatekeepers: 3, threshold: 2 })
    const { held, worker } = await asking(network, 3)
    const [first, second] = held as unknown as readonly [SignedRelease, SignedRelease]
    const [, other] = network.workers as [TestEnclave, TestEnclave]
    const said = (changes: Partial<SignedRelease['release']>): SignedRelease => ({
      ...first,
      release: { ...first.release, ...changes },
    })
    /** As a gatekeeper says it that is broken. */
    const signedAnew = (signed: SignedRelease): SignedRelease => {
      const { identity } = network.gatekeepers[signed.release.index - 1]?.parts ?? {}
      if (identity === undefined) throw new Error('not started')
      return { ...signed, signature: identity.signing.sign(releaseBytes(network.chain.genesis, signed.release)) }
    }
    const cases: readonly (readonly [string, SignedRelease])[] = [
      ['key.other-worker', said({ worker: network.identityOf(other) })],
      ['key.not-awaited', said({ contract: new Uint8Array(32) })],
      ['key.not-awaited', said({ epoch: 1 })],
      ['key.not-awaited', said({ root: 2 })],
      ['key.other-sharing', said({ sharing: 2 })],
      ['key.not-a-member', said({ index: 4 })],
      ['key.bad-signature', said({ index: second.release.index })],
      ['key.bad-signature', said({ sealed: second.release.sealed })],
      ['key.bad-signature', said({ commitment: second.release.commitment })],
      ['key.bad-signature', { ...first, signature: new Uint8Array(64) }],
      ['key.bad-signature', { ...first, signature: second.signature }],
      ['key.not-opened', signedAnew(said({ sealed: new Uint8Array(4096) }))],
      ['key.not-opened', signedAnew(said({ sealed: new Uint8Array(0) }))],
      ['key.not-committed', signedAnew(said({ commitment: second.release.commitment }))],
    ]
    for (const [code, signed] of cases) await rejects(give(worker, signed), { code }, code)
    await rejects(give(other, first), { code: 'key.other-worker' })
    // Three of its releases were opened; one more may be, and then no more of this gatekeeper.
    await give(worker, first)
    await give(worker, first)
    equal(worker.parts?.memory.content.contractKeys.length, 0, 'one part twice is one part')
    await give(worker, second)
    equal(worker.parts?.memory.content.contractKeys.length, 1)
    deepEqual(network.settlement.provenLies, [])
  })

  it('to a key of before a restart is nobody’s fault', async () => {
    const network = await TestNetwork.start(1, { gatekeepers: 3, threshold: 2 })
    const { held, worker } = await asking(network, 3)
    const again = await network.restart(worker, 'Worker')
    await network.until(() => held.length === 6)
    const [before] = held as readonly [SignedRelease]
    await rejects(give(again, before), { code: 'key.other-recipient' })
    await network.blocks(2)
    deepEqual(network.settlement.reports, [])
    for (const signed of held.slice(3)) await give(again, signed)
    equal(again.parts?.memory.content.contractKeys.length, 1)
  })

  it('of a gatekeeper that sends rubbish is opened some times and no more', async () => {
    const network = await TestNetwork.start(1, { gatekeepers: 3, threshold: 2 })
    const { held, worker } = await asking(network, 3)
    const [first, second, third] = held as unknown as readonly [SignedRelease, SignedRelease, SignedRelease]
    const { identity } = network.gatekeepers[first.release.index - 1]?.parts ?? {}
    for (let i = 0; i <= enclaveLimits.openedReleases; i++) {
      const release = { ...first.release, sealed: new Uint8Array(1392 + i) }
      const signature = identity?.signing.sign(releaseBytes(network.chain.genesis, release)) ?? new Uint8Array(64)
      const code = i < enclaveLimits.openedReleases ? 'key.not-opened' : 'key.too-many'
      await rejects(give(worker, { release, signature }), { code })
    }
    await rejects(give(worker, first), { code: 'key.too-many' })
    // The others are as welcome as before.
    await give(worker, second)
    await give(worker, third)
    equal(worker.parts?.memory.content.contractKeys.length, 1)
  })
})

describe('a part that cannot be opened, or is not what was committed to', () => {
  const garbled: readonly (readonly [string, (signed: SignedRelease) => SignedRelease['release']])[] = [
    ['key.not-opened', ({ release }) => ({ ...release, sealed: release.sealed.toReversed() })],
    ['key.not-committed', ({ release }) => ({ ...release, commitment: new Uint8Array(32) })],
  ]
  for (const [code, garble] of garbled) {
    it(`is reported to the chain by the worker that it was for: ${code}`, async () => {
      const network = await TestNetwork.start(1, { gatekeepers: 3, threshold: 2 })
      const { held, worker } = await asking(network, 3)
      const [first] = held as readonly [SignedRelease]
      const { identity } = network.gatekeepers[first.release.index - 1]?.parts ?? {}
      const release = garble(first)
      const signature = identity?.signing.sign(releaseBytes(network.chain.genesis, release))
      if (signature === undefined) throw new Error('not started')
      for (let i = 0; i < 2; i++) await rejects(give(worker, { release, signature }), { code })
      await network.until(() => network.settlement.reports.length > 0)
      deepEqual(network.settlement.reports, [{ release, signature }], 'once')
      deepEqual(network.settlement.provenLies, [])
    })
  }

  it('is reported too if it came over the chain', async () => {
    const network = new TestNetwork()
    network.isConnected = false
    await network.addGatekeeper({ arithmetic: { sealPart: sealForNobody } })
    for (let i = 0; i < 2; i++) await network.addGatekeeper()
    await network.newRoot(2)
    await network.addWorker()
    await network.blocks(3)
    await network.deployNotebook()
    await network.until(() => network.settlement.reports.length > 0)
    deepEqual(
      network.settlement.reports.map(({ release }) => release.index),
      [1],
    )
  })
})

describe('a wrong part that was delivered directly', () => {
  async function withLiar() {
    const network = new TestNetwork()
    await network.addGatekeeper({ arithmetic: { evaluate: lyingEvaluate } })
    for (let i = 0; i < 2; i++) await network.addGatekeeper()
    await network.newRoot(2)
    await network.addWorker()
    await network.blocks(3)
    const { held, worker, contract } = await asking(network, 3)
    const lie = held.find(({ release }) => release.index === 1)
    if (lie === undefined) throw new Error('the liar was silent')
    return { network, worker, contract, lie, truths: held.filter((signed) => signed !== lie) }
  }

  it('is proven from what the gatekeeper signed, as if it had been on chain', async () => {
    const { network, worker, lie } = await withLiar()
    await rejects(give(worker, lie), { code: 'key.bad-proof' })
    await network.until(() => network.settlement.provenLies.length === 1)
    const [proven] = network.settlement.provenLies
    deepEqual(proven?.signed, lie)
    deepEqual(partialCommitment(network.chain.genesis, proven.partial), lie.release.commitment)
  })

  it('is proven too if it comes when the key is there', async () => {
    const { network, worker, contract, lie, truths } = await withLiar()
    for (const signed of truths) await give(worker, signed)
    await network.until(() => network.chain.get(contracts.storage.commandKeys, contract) !== undefined)
    await network.blocks(20)
    await rejects(give(worker, lie), { code: 'key.bad-proof' })
    await network.until(() => network.settlement.provenLies.length === 1)
    deepEqual(network.settlement.provenLies[0]?.signed, lie)
  })

  it('is not looked at any more once the key is erased, nor the recipient kept', async () => {
    const { network, worker, contract, lie, truths } = await withLiar()
    for (const signed of truths) await give(worker, signed)
    await network.until(() => network.chain.get(contracts.storage.commandKeys, contract) !== undefined)
    network.settlement.setReplicas(contract, [])
    await network.until(() => worker.parts?.memory.content.contractKeys.length === 0)
    await rejects(give(worker, lie), { code: 'key.not-awaited' })
  })
})
