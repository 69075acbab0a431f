import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contracts } from '@pha/runtime/pallets'
import { createClient, deployContract, deriveDevAccount, getContract, readStorage } from '@pha/sdk'
import { bootNetwork } from '@pha/testing'
import { deployTally } from './deploy-tally.ts'
import { groupOf, passBlocksUntil, QUICK_BLOCKS } from './gatekeeper-network.ts'

/** More than the replica waits before it asks again. */
const LONG = 45

describe('a part of the gatekeepers cannot be reached', () => {
  it('2 of 5: keys are released as ever; 3 of 5: none is, and what runs goes on; one comes back: released', async () => {
    await using network = await bootNetwork({ gatekeepers: 5, threshold: 3, blockIntervalMs: QUICK_BLOCKS })
    await using client = createClient({ url: network.nodeUrl })
    const [first, second, third] = network.gatekeepers
    if (!first || !second || !third) throw new Error('five gatekeepers were asked for')
    equal((await groupOf(client)).members.length, 5)

    await Promise.all([first.stop(), second.stop()])
    const running = await deployTally(client)
    equal(await running.tally.job.add({ amount: 1n, note: '' }), 1n)

    await third.stop()
    const signer = deriveDevAccount('//Alice')
    const { codeHash } = await getContract(client, running.contract)
    const { contract: waiting } = await deployContract(client, { codeHash, signer })
    const { number: from } = await client.chain.head(AbortSignal.timeout(10_000))
    await passBlocksUntil(client, 'many blocks', async () => {
      const { number } = await client.chain.head(AbortSignal.timeout(10_000))
      return number >= from + LONG
    })
    equal(await readStorage(client, contracts.storage.commandKeys, [waiting]), undefined)
    equal(await running.tally.job.add({ amount: 1n, note: '' }), 2n)
    deepEqual((await groupOf(client)).sharing, 1)

    await third.start()
    await passBlocksUntil(client, 'the key is released', () =>
      readStorage(client, contracts.storage.commandKeys, [waiting]),
    )
  })
})
