import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildEnclave } from '@pha/enclave/build'
import { contracts, registry } from '@pha/runtime/pallets'
import { createClient, deployContract, deriveDevAccount, getContract, readStorage } from '@pha/sdk'
import { bootNetwork, type NetworkHost, temporaryFolder } from '@pha/testing'
import { deployTally } from './deploy-tally.ts'
import { failuresOf, govern, passBlocksUntil, QUICK_BLOCKS, releasesOf } from './gatekeeper-network.ts'

const NOTICE_BLOCKS = 30

describe('a worker asks for a key that it may not have', () => {
  it('of a contract that is not its own, of another epoch, of code in its notice period, after its build was retired', async () => {
    await using folder = await temporaryFolder()
    const curious = await buildEnclave({
      kind: 'worker',
      entry: 'enclave/src/testing/curious-worker/main.ts',
      outDir: folder.path,
    })
    await using network = await bootNetwork({
      workers: 1,
      workerPrograms: { 0: curious },
      gatekeepers: 2,
      blockIntervalMs: QUICK_BLOCKS,
    })
    await using client = createClient({ url: network.nodeUrl })
    const failures = failuresOf(network)
    const delivered = async () => (await releasesOf(network.gatekeepers[0] as NetworkHost)).delivered
    const signer = deriveDevAccount('//Alice')

    // Its own key it gets; what else it asks for, the chain passes on to nobody.
    const { contract, tally } = await deployTally(client, { replicas: 1 })
    equal(await tally.job.add({ amount: 1n, note: '' }), 1n)
    await passBlocksUntil(client, 'both were refused', () => {
      return failures.includes('Gatekeepers.WrongEpoch') && failures.includes('Gatekeepers.NotAssigned')
    })
    equal(await delivered(), 1)

    // A contract whose code is not public for long enough: asked for at once, and refused by the gatekeepers themselves.
    const { codeHash } = await getContract(client, contract)
    const young = await deployContract(client, {
      codeHash,
      signer,
      policy: { replicas: 1, noticeBlocks: NOTICE_BLOCKS },
    })
    const keyOf = () => readStorage(client, contracts.storage.commandKeys, [young.contract])
    const { publicSince } = (await readStorage(client, contracts.storage.codes, [codeHash])) ?? { publicSince: 0 }
    ok(young.block < publicSince + NOTICE_BLOCKS)
    await passBlocksUntil(client, 'the key after the notice period', keyOf)
    const counts = await releasesOf(network.gatekeepers[0] as NetworkHost)
    equal(counts['release.code-too-young'], 1)
    equal(counts.delivered, 2)

    // Its build is retired: whatever it signs, the chain does not believe it any more.
    const { number } = await client.chain.head(AbortSignal.timeout(10_000))
    const retirement = { measurement: curious.measurement, retiredFrom: number + 20 }
    await govern(client, registry.calls.retireMeasurement.encode(retirement))
    await passBlocksUntil(client, 'its requests are those of nobody', () => failures.includes('Gatekeepers.NotWorker'))
    deepEqual(await releasesOf(network.gatekeepers[0] as NetworkHost), counts)
  })
})
