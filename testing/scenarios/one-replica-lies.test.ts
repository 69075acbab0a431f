import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { equalBytes, toHex } from '@pha/core/codec'
import { t } from '@pha/core/schema'
import { buildEnclave } from '@pha/enclave/build'
import { contracts } from '@pha/runtime/pallets'
import { createClient, makeReceipt, readStorage, verifyReceipt, waitForReply } from '@pha/sdk'
import { bootNetwork, temporaryFolder, until } from '@pha/testing'
import { askedForReply, contractEvents, deployTally, progressOf, replicaStatus, standingOf } from './deploy-tally.ts'

/** Settled batches after which replicas have kept a snapshot. */
const SNAPSHOT_EVERY = 16

describe('one of three replicas lies about its result', () => {
  it('is out-voted, named, suspended and replaced; the answer is right, and the newcomer takes over', async () => {
    await using folder = await temporaryFolder()
    const lyingWorker = await buildEnclave({
      kind: 'worker',
      entry: 'enclave/src/testing/lying-worker/main.ts',
      outDir: folder.path,
    })
    await using network = await bootNetwork({ workers: 4, workerPrograms: { 0: lyingWorker }, later: [3] })
    const [liar, steady, slow, newcomer] = network.workers
    if (!liar || !steady || !slow || !newcomer) throw new Error('four workers were asked for')
    await using client = createClient({ url: network.nodeUrl })
    const { contract, tally } = await deployTally(client)
    const voteOf = (worker: typeof liar) => readStorage(client, contracts.storage.votes, [contract, worker.identity()])
    const commitOf = (batch: number) => readStorage(client, contracts.storage.commits, [contract, batch])

    // All three agree for long enough that a snapshot is kept.
    let total = 0n
    while ((await progressOf(client, contract)).batch < SNAPSHOT_EVERY) {
      total += 1n
      equal(await tally.job.add({ amount: 1n, note: '' }), total)
    }
    await until('a snapshot is offered', async () => (await fetch(`${steady.url}/snapshot/${toHex(contract)}`)).ok)

    // A fourth worker joins: registered, with nothing to do.
    await newcomer.start()
    await newcomer.running.ready
    equal(await replicaStatus(newcomer, contract), undefined)

    // While one is away, the liar's word stands against one honest word: nothing is settled, nothing is answered.
    await slow.stop()
    const before = await progressOf(client, contract)
    const sent = await tally.send.add({ amount: 1_000n, note: 'worth a lie' })
    const lie = await until('the liar has voted', () => voteOf(liar))
    const truth = await until('the steady one has voted', () => voteOf(steady))
    notDeepEqual(lie.newRoot, truth.newRoot)
    notDeepEqual(lie.receiptsRoot, truth.receiptsRoot)
    deepEqual({ ...(await progressOf(client, contract)), open: undefined }, { ...before, open: undefined })
    for (const worker of [liar, steady]) equal(await askedForReply(worker, contract, sent.sequence), 404)

    // The third comes back and decides: the right answer, with the two honest ones under it.
    await slow.start()
    const settled = await waitForReply(client, sent)
    const { reply, commit } = settled
    total += 1_000n
    equal(t.u64.decode(reply.output), total)
    deepEqual(commit.commit, truth)
    deepEqual(names(commit.voters), names([steady.identity(), slow.identity()]))
    const receipt = verifyReceipt(await makeReceipt(client, { reply }), {
      genesisHash: toHex((await client.chain.genesis(AbortSignal.timeout(10_000))).hash),
    })
    if (!receipt.ok) throw new Error(receipt.reason)
    deepEqual(receipt.facts.agreed.map(({ identity }) => identity).sort(), names(commit.voters))
    deepEqual(receipt.facts.output, reply.output)

    // The liar is named on chain, suspended, and its place given away.
    const events = await contractEvents(client, commit.block)
    const outvoted = events.flatMap((event) => (event.type === 'ReplicaOutvoted' ? [event.value] : []))
    deepEqual(
      outvoted.map(({ worker, batch }) => [toHex(worker), batch]),
      [[toHex(liar.identity()), reply.batch]],
    )
    equal(await standingOf(client, liar.identity()), 'Suspended')
    for (const worker of [steady, slow, newcomer]) equal(await standingOf(client, worker.identity()), 'Active')
    const replaced = events.flatMap((event) => (event.type === 'ReplicaReplaced' ? [event.value] : []))
    deepEqual(
      replaced.map(({ replica, replacement }) => [toHex(replica), toHex(replacement)]),
      [[toHex(liar.identity()), toHex(newcomer.identity())]],
    )

    // The newcomer has the state from a snapshot and the deltas after it, and ran none of the earlier commands. It may
    // have asked for the snapshot that the others make under the new keys, too, before it had these itself.
    const caughtUp = await until('the newcomer serves', async () => {
      const replica = await replicaStatus(newcomer, contract)
      return replica?.ready === true && replica
    })
    deepEqual([caughtUp.batch, caughtUp.stateRoot], [reply.batch, toHex(truth.newRoot)])
    const { totals } = await (await fetch(`${newcomer.url}/seen`)).json()
    equal(totals['to-enclave command'], undefined)
    const blobs = totals['to-enclave blob'].count
    ok(blobs >= 1 && blobs < SNAPSHOT_EVERY, `${blobs} blobs, and no delta from before the snapshot`)
    await until('the liar has left', async () => (await replicaStatus(liar, contract)) === undefined)

    // With another one away, nothing is settled without the newcomer's vote.
    await steady.stop()
    const last = await tally.settled.add({ amount: 1n, note: 'worth a lie' })
    equal(last.result, total + 1n)
    deepEqual(names((await commitOf(last.reply.batch))?.voters ?? []), names([slow.identity(), newcomer.identity()]))
    equal(await tally.query.total(), total + 1n)
    equal(equalBytes(last.commit.commit.previousRoot, truth.newRoot), true)
  })
})

function names(identities: readonly Uint8Array[]): readonly string[] {
  return identities.map(toHex).sort()
}
