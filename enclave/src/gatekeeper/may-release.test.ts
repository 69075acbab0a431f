import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contracts, registry, type Worker } from '@pha/runtime/pallets'
import { provenView } from '../sync/proven-view.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { NOTEBOOK } from '../testing/test-network.ts'
import { TestSettlement } from '../testing/test-settlement.ts'
import { mayRelease, type ReleaseDecision } from './may-release.ts'

const measurement = bytesOf('build')
const replicas = [bytesOf('worker 0'), bytesOf('worker 1')]
const [worker] = replicas as [Uint8Array]

const active: Worker = {
  kind: { type: 'Worker' },
  tee: { type: 'Simulated' },
  operator: bytesOf('operator'),
  agreement: new Uint8Array(1216),
  measurement,
  platform: bytesOf('platform'),
  level: 2,
  status: { type: 'Active' },
  registeredAt: 1,
  expiresAt: 1_000,
  endpoint: '',
}

/** Asks at the first block of a chain that `change` made different from one where all is well. */
async function decide(
  change: (settlement: TestSettlement, contract: Uint8Array) => void,
  request: Partial<{ worker: Uint8Array; contract: Uint8Array; root: number; epoch: number }> = {},
  policy: Parameters<TestSettlement['deploy']>[2] = {},
): Promise<ReleaseDecision> {
  const settlement = new TestSettlement()
  settlement.allow(measurement, 'Worker')
  for (const identity of replicas) settlement.chain.set(registry.storage.workers, [identity], active)
  const contract = settlement.deploy(NOTEBOOK, replicas, policy)
  change(settlement, contract)
  const { header } = settlement.seal()
  const hash = settlement.chain.newestHash
  const view = provenView({ number: header.number, hash, stateRoot: header.stateRoot }, settlement.host(), (e) => e)
  return mayRelease(view, { worker, contract, root: 1, epoch: 0, ...request })
}

const refused = (reason: string) => ({ ok: false, reason }) as ReleaseDecision

describe('a gatekeeper releases a key', () => {
  it('to an assigned worker that the chain believes', async () => {
    deepEqual(await decide(() => {}), { ok: true })
  })

  it('to nobody who is not assigned, for no other epoch, for no unknown contract', async () => {
    deepEqual(await decide(() => {}, { worker: bytesOf('stranger') }), refused('release.not-assigned'))
    deepEqual(await decide(() => {}, { epoch: 1 }), refused('release.wrong-epoch'))
    deepEqual(await decide(() => {}, { root: 2 }), refused('release.wrong-epoch'))
    deepEqual(await decide(() => {}, { contract: bytesOf('none') }), refused('release.unknown-contract'))
  })

  it('for the epoch in force, the pending one, and the one before until it is closed, each with its root', async () => {
    const inEpochs = (newest: number, previous: number | undefined) => (settlement: TestSettlement, id: Uint8Array) => {
      const record = settlement.chain.get(contracts.storage.contracts, id)
      const root = newest === 5 ? 1 : 2
      if (record !== undefined) {
        settlement.chain.set(contracts.storage.contracts, [id], { ...record, epoch: newest, root })
      }
      const former =
        previous === undefined ? undefined : { epoch: previous, root: 1, firstBatch: 1, until: 2 ** 32 - 1, last: 0n }
      const epochs = { ...settlement.epochs(id), inForce: 5, previous: former }
      settlement.chain.set(contracts.storage.keyEpochs, [id], epochs)
    }
    const released = async (newest: number, previous: number | undefined) => {
      const names = [1, 2].flatMap((root) => [3, 4, 5, 6, 7].map((epoch) => ({ root, epoch })))
      const decisions = await Promise.all(names.map((name) => decide(inEpochs(newest, previous), name)))
      return names.filter((_, i) => decisions[i]?.ok).map(({ root, epoch }) => [epoch, root])
    }
    deepEqual(await released(5, undefined), [[5, 1]])
    deepEqual(await released(6, undefined), [
      [5, 1],
      [6, 2],
    ])
    deepEqual(await released(5, 4), [
      [4, 1],
      [5, 1],
    ])
    const unknown = (settlement: TestSettlement, id: Uint8Array) =>
      settlement.chain.remove(contracts.storage.keyEpochs, id)
    deepEqual(await decide(unknown), refused('release.unknown-contract'))
  })

  const distrusted: [string, (settlement: TestSettlement) => void][] = [
    ['was never registered', ({ chain }) => chain.remove(registry.storage.workers, worker)],
    ['has expired', (settlement) => settlement.setWorker(worker, { expiresAt: 0 })],
    [
      'is suspended',
      (settlement) => settlement.setWorker(worker, { status: { type: 'Suspended', value: { since: 0 } } }),
    ],
    [
      'is refused by policy or collateral',
      (settlement) =>
        settlement.setWorker(worker, { status: { type: 'Refused', value: { since: 0, reason: 'pck:revoked' } } }),
    ],
    ['is a gatekeeper', (settlement) => settlement.setWorker(worker, { kind: { type: 'Gatekeeper' } })],
    ['runs an unknown build', ({ chain }) => chain.remove(registry.storage.measurements, measurement)],
    ['runs a build of another kind', (settlement) => settlement.allow(measurement, 'Gatekeeper')],
  ]
  for (const [what, change] of distrusted) {
    it(`to no worker that ${what}`, async () => {
      deepEqual(await decide(change), refused('release.worker-not-believed'))
    })
  }

  for (const range of [{ activeFrom: 2 }, { retiredFrom: 1 }]) {
    it(`to no worker whose build is out of force: ${JSON.stringify(range)}`, async () => {
      const decision = await decide(({ chain }) => {
        const build = chain.get(registry.storage.measurements, measurement)
        if (build !== undefined) chain.set(registry.storage.measurements, [measurement], { ...build, ...range })
      })
      deepEqual(decision, refused('release.worker-not-believed'))
    })
  }

  it('to no worker below the level of the policy', async () => {
    deepEqual(await decide(() => {}, {}, { worstLevel: 1 }), refused('release.level-too-low'))
  })

  it('only when enough vendors are among the replicas that are believed', async () => {
    const other = replicas[1] as Uint8Array
    const second = (settlement: TestSettlement) => settlement.setWorker(other, { tee: { type: 'Tdx' } })
    deepEqual(await decide(() => {}, {}, { vendors: 2 }), refused('release.too-few-vendors'))
    equal((await decide(second, {}, { vendors: 2 })).ok, true)
    const expired = (settlement: TestSettlement) => settlement.setWorker(other, { tee: { type: 'Tdx' }, expiresAt: 0 })
    deepEqual(await decide(expired, {}, { vendors: 2 }), refused('release.too-few-vendors'))
  })

  it('only after the code was public for the notice period', async () => {
    deepEqual(await decide(() => {}, {}, { noticeBlocks: 2 }), refused('release.code-too-young'))
    equal((await decide(() => {}, {}, { noticeBlocks: 1 })).ok, true)
    const unpublished = ({ chain }: TestSettlement, contract: Uint8Array) => {
      const record = chain.get(contracts.storage.contracts, contract)
      if (record !== undefined) chain.remove(contracts.storage.codes, record.codeHash)
    }
    deepEqual(await decide(unpublished), refused('release.code-too-young'))
  })
})
