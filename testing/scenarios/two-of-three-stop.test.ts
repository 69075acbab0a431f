import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { t } from '@pha/core/schema'
import { contracts } from '@pha/runtime/pallets'
import { createClient, deriveDevAccount, readStorage, transfer, waitForReply } from '@pha/sdk'
import { bootNetwork, until } from '@pha/testing'
import { askedForReply, deployTally, progressOf, replicaStatus } from './deploy-tally.ts'

/** Enough for three commits in a row, were there a majority. */
const SEVERAL_BLOCKS = 8

describe('two of three replicas stop', () => {
  it('leaves commits waiting without an answer; they go on when one returns, and nothing is lost', async () => {
    await using network = await bootNetwork()
    const [staying, returning, last] = network.workers
    if (!staying || !returning || !last) throw new Error('three workers were asked for')
    await using client = createClient({ url: network.nodeUrl })
    const { contract, tally } = await deployTally(client)
    equal(await tally.job.add({ amount: 1n, note: 'all three' }), 1n)
    const before = await progressOf(client, contract)

    // Two stop; the chain still orders what is sent.
    await Promise.all([returning.stop(), last.stop()])
    const first = await tally.send.add({ amount: 10n, note: 'while they are away' })
    const vote = await until('the one that stays has voted', () =>
      readStorage(client, contracts.storage.votes, [contract, staying.identity()]),
    )
    const second = await tally.send.add({ amount: 100n, note: 'while they are away' })
    deepEqual([first.sequence, second.sequence], [before.committed + 1n, before.committed + 2n])

    // Other life on chain goes on, block after block; one vote of three settles nothing and answers nobody.
    const alice = deriveDevAccount('//Alice')
    const bob = deriveDevAccount('//Bob').accountId
    const { number: waitedFrom } = await client.chain.head(AbortSignal.timeout(10_000))
    for (let block = waitedFrom; block < waitedFrom + SEVERAL_BLOCKS; ) {
      block = (await transfer(client, { to: bob, amount: 1_000_000_000_000n, signer: alice })).block.number
      const { open, ...settled } = await progressOf(client, contract)
      deepEqual({ ...settled, open: undefined }, before)
      deepEqual([open?.from, open?.to], [first.sequence, first.sequence])
    }
    equal(await readStorage(client, contracts.storage.commits, [contract, before.batch + 1]), undefined)
    for (const { sequence } of [first, second]) equal(await askedForReply(staying, contract, sequence), 404)
    equal(await tally.query.total(), 1n)

    // One returns: its vote makes the majority that waited for it.
    await returning.start()
    const answered = await waitForReply(client, first)
    equal(t.u64.decode(answered.reply.output), 11n)
    deepEqual(answered.commit.commit, vote)
    equal(t.u64.decode((await waitForReply(client, second)).reply.output), 111n)
    equal(await tally.job.add({ amount: 1_000n, note: 'with two' }), 1_111n)
    const { committed, stateRoot } = await progressOf(client, contract)
    equal(committed, second.sequence + 1n)
    const { commit } = (await readStorage(client, contracts.storage.commits, [contract, before.batch + 1])) ?? {}
    ok(commit !== undefined && commit.from === first.sequence, 'no message was passed over')

    // The last one catches up with what was settled without it.
    await last.start()
    const caughtUp = await until('the last one serves', async () => {
      const replica = await replicaStatus(last, contract)
      return replica?.ready === true && replica.committed === `${committed}` && replica
    })
    equal(caughtUp.stateRoot, toHex(stateRoot))
    equal(await tally.job.add({ amount: 1n, note: 'with three' }), 1_112n)
  })
})
