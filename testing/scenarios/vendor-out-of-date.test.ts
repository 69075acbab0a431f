import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { buildEnclave } from '@pha/enclave/build'
import { RuntimeCall, registry, sudo } from '@pha/runtime/pallets'
import { createClient, deriveDevAccount, getContract, openSession, readStorage, sendCall } from '@pha/sdk'
import { bootNetwork, temporaryFolder, until } from '@pha/testing'
import { contractEvents, deployTally, replicaStatus } from './deploy-tally.ts'
import { amdCollateral, intelCollateral, playedPolicy, playedVendors } from './played-vendors.ts'

const alice = deriveDevAccount('//Alice')
const bob = deriveDevAccount('//Bob')

describe('a vendor finds that its machines are out of date', () => {
  it('its workers are downgraded, contracts that demand level 2 move to others, users see why', async () => {
    await using folder = await temporaryFolder()
    const build = (vendor: string) =>
      buildEnclave({
        kind: 'worker',
        entry: `enclave/src/testing/simulated-${vendor}/main.ts`,
        outDir: `${folder.path}/${vendor}`,
      })
    const [intel, amd] = await Promise.all([build('intel'), build('amd')])
    await using network = await bootNetwork({
      workers: 4,
      workerPrograms: { 0: intel, 1: amd, 2: amd, 3: amd },
      vendors: playedVendors({ intel, amd }),
      later: [0, 1, 2, 3],
    })
    const [old, first, second, newcomer] = network.workers
    if (!old || !first || !second || !newcomer) throw new Error('four workers were asked for')
    await using client = createClient({ url: network.nodeUrl })
    const now = Math.floor(Date.now() / 1_000) - 60
    const recordOf = (worker: typeof old) => readStorage(client, registry.storage.workers, [worker.identity()])

    // Anyone brings what the vendors publish; then their machines may register.
    await sendCall(client, { call: intelCollateral(now, { knowsFault: false }), signer: bob })
    await sendCall(client, { call: amdCollateral(now), signer: bob })
    await Promise.all([old, first, second].map((worker) => worker.start()))
    await Promise.all([old, first, second].map((worker) => worker.running.ready))
    deepEqual(await Promise.all([old, first, second].map(async (worker) => (await recordOf(worker))?.level)), [1, 2, 2])

    // One contract for careful owners, one that takes everybody: both run on the three that there are.
    const careful = await deployTally(client, { worstLevel: 2, vendors: 1 })
    const easy = await deployTally(client, { worstLevel: 5, vendors: 1 })
    equal(await careful.tally.job.add({ amount: 7n, note: '' }), 7n)
    equal(await easy.tally.job.add({ amount: 5n, note: '' }), 5n)
    await newcomer.start()
    await newcomer.running.ready

    // Intel publishes a recovery that the machine does not have.
    const { events, block } = await sendCall(client, {
      call: intelCollateral(now + 30, { knowsFault: true }),
      signer: bob,
    })
    const told = events.flatMap((event) => (event.type === 'Registry' ? [event.value] : []))
    deepEqual(
      told.flatMap(({ type, value }) => (type === 'WorkerDowngraded' ? [value] : [])),
      [{ identity: old.identity(), from: 1, to: 5, reason: 'grace:OutOfDate' }],
    )

    // The careful contract leaves it when the next block begins; the easy one stays.
    const moved = await until('the careful contract has moved', async () => {
      const { replicas } = await getContract(client, careful.contract)
      return !replicas.some((replica) => toHex(replica) === toHex(old.identity())) && replicas
    })
    equal(moved.map(toHex).includes(toHex(newcomer.identity())), true)
    const next = await contractEvents(client, block.number + 1)
    deepEqual(
      next.flatMap(({ type, value }) => (type === 'ReplicaReplaced' ? [value] : [])),
      [{ contract: careful.contract, replica: old.identity(), replacement: newcomer.identity() }],
    )
    await until('the newcomer serves', async () => (await replicaStatus(newcomer, careful.contract))?.ready === true)
    equal(await careful.tally.job.add({ amount: 3n, note: '' }), 10n)
    equal((await getContract(client, easy.contract)).replicas.map(toHex).includes(toHex(old.identity())), true)
    equal(await easy.tally.job.add({ amount: 1n, note: '' }), 6n)

    // A client talks to it about the easy contract only, and says why not about the other.
    const session = { worker: old.identity(), signer: alice }
    const refused = await rejection(openSession(client, { ...session, contract: careful.contract }))
    equal(refused.code, 'sdk.worker-not-believed')
    match(refused.message, /confidence level 5, and the contract accepts none worse than 2/)
    ;(await openSession(client, { ...session, contract: easy.contract })).close()

    // A referendum ends the grace: no level is left, and the easy contract moves as well.
    const before = await readStorage(client, registry.storage.attestationPolicy, [])
    const policy = { ...before, ...playedPolicy(0) }
    const setPolicy = RuntimeCall.decode(registry.calls.setPolicy.encode({ policy }))
    await sendCall(client, { call: sudo.calls.sudo.encode({ call: setPolicy }), signer: alice })
    const status = (await recordOf(old))?.status
    equal(status?.type === 'Refused' && status.value.reason, 'out-of-date')
    await until('the easy contract has moved', async () => {
      const { replicas } = await getContract(client, easy.contract)
      return replicas.every((replica) => toHex(replica) !== toHex(old.identity()))
    })
    const gone = await rejection(openSession(client, { ...session, contract: easy.contract }))
    match(gone.message, /refused since block \d+: out-of-date, the platform lacks a security update/)
    await rejects(openSession(client, { ...session, contract: careful.contract }), { code: 'sdk.worker-not-believed' })
  })
})

async function rejection(promise: Promise<unknown>): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await promise
  } catch (error) {
    return error as { readonly code: string; readonly message: string }
  }
  throw new Error('was not refused')
}
