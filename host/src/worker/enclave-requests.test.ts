import { deepEqual, equal, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { utf8Encode } from '@pha/core/codec'
import { type Commit, cidOf, EnclaveResponse } from '@pha/core/protocol'
import { balances, contracts, system } from '@pha/runtime/pallets'
import { pino } from 'pino'
import { openBlobStore, openSnapshotIndex } from '../blobs/index.ts'
import { alice, bob, startTestNode, temporaryDirectory } from '../node/test-node.ts'
import { ChainReader } from './chain-reader.ts'
import { answerEnclave } from './enclave-requests.ts'
import { NodeConnection } from './node-connection.ts'
import { Operator } from './operator.ts'
import { Seen } from './seen.ts'

const log = pino({ level: 'silent' })

async function host() {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await temporaryDirectory())
  const node = resources.use(await startTestNode())
  const connection = resources.use(new NodeConnection({ url: `ws://127.0.0.1:${node.port}`, log }))
  const chain = new ChainReader(connection)
  const operator = resources.use(new Operator(alice, { chain, genesis: chain.genesis(), log }))
  connection.subscribe('pha_subscribeFinalised', 'pha_finalised', () => operator.onBlock())
  const seen = new Seen(Date.now)
  const blobs = await openBlobStore(join(folder.path, 'blobs'))
  const snapshots = await openSnapshotIndex(join(folder.path, 'snapshots'))
  const answer = answerEnclave({ chain, blobs, snapshots, operator, seen, endpoint: 'http://127.0.0.1:1' })
  const owned = resources.move()
  return { answer, seen, node, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const commit: Commit = {
  contract: new Uint8Array(32),
  batch: 1,
  from: 1n,
  to: 1n,
  previousRoot: new Uint8Array(32),
  newRoot: new Uint8Array(32),
  deltaCid: new Uint8Array(36),
  outgoing: [],
  receiptsRoot: new Uint8Array(32),
}

describe('what a host does for its enclave', () => {
  it('keeps blobs before it says so, and gives back what it has', async () => {
    await using running = await host()
    const bytes = utf8Encode('a delta')
    const cid = cidOf(bytes)
    equal(EnclaveResponse.GetBlob.decode(await running.answer({ type: 'GetBlob', value: cid })), undefined)
    await running.answer({ type: 'PutBlob', value: { cid, bytes } })
    deepEqual(EnclaveResponse.GetBlob.decode(await running.answer({ type: 'GetBlob', value: cid })), bytes)
    await rejects(running.answer({ type: 'PutBlob', value: { cid, bytes: utf8Encode('other') } }), {
      code: 'blobs.wrong-cid',
    })
    const value = { contract: new Uint8Array(32), batch: 16, cid }
    await running.answer({ type: 'KeepSnapshot', value })
    deepEqual(
      EnclaveResponse.LatestSnapshot.decode(
        await running.answer({ type: 'LatestSnapshot', value: { contract: value.contract, since: value.batch } }),
      ),
      { batch: 16, cid },
    )
    equal(running.seen.report().totals['from-enclave blob']?.count, 2)
  })

  it('submits the calls of an enclave', async () => {
    await using running = await host()
    const call = contracts.calls.commit.encode({ worker: new Uint8Array(32), commit, signature: new Uint8Array(64) })
    // It fails on chain, since there is no such contract: that is not the host's to judge.
    deepEqual(await running.answer({ type: 'Submit', value: call }), new Uint8Array())
  })

  it('has its operator sign nothing else: no transfer, no remark, no bytes behind a call', async () => {
    await using running = await host()
    const call = contracts.calls.commit.encode({ worker: new Uint8Array(32), commit, signature: new Uint8Array(64) })
    const dest = { type: 'Id', value: bob.accountId } as const
    for (const value of [
      balances.calls.transferAllowDeath.encode({ dest, value: 1n }),
      system.calls.remark.encode({ remark: new Uint8Array(1) }),
      Uint8Array.of(...call, 0),
      call.slice(0, -1),
      new Uint8Array(),
    ]) {
      await rejects(running.answer({ type: 'Submit', value }), { code: 'worker.call-not-allowed' })
    }
  })

  it('registers for its own operator only', async () => {
    await using running = await host()
    const registration = {
      identity: new Uint8Array(32),
      agreement: new Uint8Array(1216),
      operator: bob.accountId,
      blockHash: new Uint8Array(32),
    }
    const evidence = { type: 'Simulated', value: new Uint8Array() } as const
    await rejects(running.answer({ type: 'Register', value: { registration, evidence } }), {
      code: 'worker.call-not-allowed',
    })
  })

  it('passes proofs, messages and code on from the node', async () => {
    await using running = await host()
    const { hash } = running.node.chain.head
    const proof = await running.answer({
      type: 'ReadProof',
      value: { block: hash, keys: [system.storage.number.key()] },
    })
    equal(EnclaveResponse.ReadProof.decode(proof).length > 0, true)
    const topic = utf8Encode('gatekeepers')
    const page = await running.answer({ type: 'Messages', value: { topic, from: 1n, limit: 10 } })
    deepEqual(EnclaveResponse.Messages.decode(page), [])
    equal(EnclaveResponse.Code.decode(await running.answer({ type: 'Code', value: hash })), undefined)
    await rejects(running.answer({ type: 'ReadProof', value: { block: new Uint8Array(32), keys: [] } }), {
      code: 'worker.node-refused',
      refusal: 'rpc.block-unknown',
    })
  })
})
