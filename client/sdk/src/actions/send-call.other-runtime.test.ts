import { deepEqual, equal, rejects } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { concatBytes, utf8Encode } from '@pha/core/codec'
import { deriveDevAccount } from '@pha/core/crypto'
import { EventRecord, RUNTIME_VERSION, system } from '@pha/runtime/pallets'
import { createClient } from '../client.ts'
import { endow, TestNode } from '../test-node.ts'
import { getAccount } from './get-account.ts'
import { sendCall } from './send-call.ts'

const VECTOR = new URL('../../../../vectors/metadata/phala.json', import.meta.url)
const { v14 } = JSON.parse(readFileSync(VECTOR, 'utf8')) as { readonly v14: string }

const alice = deriveDevAccount('//Alice')
const { lastRuntimeUpgrade } = system.storage
const OTHER = { ...RUNTIME_VERSION, specVersion: 99 }
const remark = system.calls.remark.encode({ remark: utf8Encode('x') })
const ranOther = [
  lastRuntimeUpgrade.key(),
  lastRuntimeUpgrade.type.encode({ specVersion: 99, specName: 'phala' }),
] as const

/** A node of a chain with another runtime, whose state says so from `entries` on. */
async function nodeOf(version: typeof OTHER, entries = [ranOther]): Promise<TestNode> {
  const node = new TestNode([endow(alice.accountId, 1_000n), ...entries])
  node.version = version
  node.metadata = v14
  return await node.start()
}

function firstSubmission(node: TestNode): Promise<void> {
  return new Promise((resolve) => {
    node.lie = (method, result) => {
      if (method === 'author_submitExtrinsic') resolve()
      return result
    }
  })
}

describe('sending a call to a chain with another version of the runtime', () => {
  it('signs for that version', async () => {
    await using node = await nodeOf(OTHER)
    await using client = createClient({ url: node.url })
    const { block, events } = await sendCall(client, { call: remark, signer: alice })
    equal(block.number, 1)
    deepEqual(
      events.map(({ value }) => value.type),
      ['ExtrinsicSuccess'],
    )
  })

  it('signs again what is refused because the chain was upgraded, with the same nonce', async () => {
    // The block before still says that it was executed by the version before.
    await using node = await nodeOf(OTHER, [])
    await using client = createClient({ url: node.url })
    await sendCall(client, { call: remark, signer: alice })
    equal((await getAccount(client, alice.accountId)).nonce, 1)
  })

  it('signs again what waited while the chain was upgraded, which the node has banned since', async () => {
    await using node = await nodeOf(RUNTIME_VERSION, [])
    await using client = createClient({ url: node.url })
    node.idle = true
    const submitted = firstSubmission(node)
    const sent = sendCall(client, { call: remark, signer: alice })
    await submitted
    node.upgrade(OTHER)
    node.idle = false
    node.stop()
    await node.start() // a new connection: the same bytes are submitted at once
    await sent
    equal((await getAccount(client, alice.accountId)).nonce, 1)
  })

  it('says that the node refused if the version is not the reason', async () => {
    await using node = await nodeOf(OTHER)
    await using client = createClient({ url: node.url })
    node.lie = (method, result) => {
      if (method === 'author_submitExtrinsic') throw Object.assign(new Error('Invalid: Payment'), { code: 1010 })
      return result
    }
    await rejects(sendCall(client, { call: remark, signer: alice }), { code: 'sdk.extrinsic-refused' })
  })

  it('signs nothing if the transactions are of another version, or the node shows no metadata', async () => {
    const version = { ...OTHER, transactionVersion: RUNTIME_VERSION.transactionVersion + 1 }
    await using node = await nodeOf(version)
    await using client = createClient({ url: node.url })
    await rejects(sendCall(client, { call: remark, signer: alice }), { code: 'sdk.wrong-version' })
    node.version = OTHER
    node.metadata = '0x00'
    await using other = createClient({ url: node.url })
    await rejects(sendCall(other, { call: remark, signer: alice }), { code: 'sdk.bad-answer' })
    equal(node.head.body.length, 0)
  })

  it('does not guess what became of a call behind events that it does not know', async () => {
    await using node = await nodeOf(OTHER)
    await using client = createClient({ url: node.url })
    node.idle = true
    const submitted = firstSubmission(node)
    const sent = sendCall(client, { call: remark, signer: alice })
    const refused = rejects(sent, { code: 'sdk.unknown-events' })
    await submitted
    const dispatchInfo = {
      weight: { refTime: 1n, proofSize: 0n },
      class: { type: 'Normal' },
      paysFee: { type: 'Yes' },
    } as const
    const success = EventRecord.encode({
      phase: { type: 'ApplyExtrinsic', value: 0 },
      event: { type: 'System', value: { type: 'ExtrinsicSuccess', value: { dispatchInfo } } },
      topics: [],
    })
    // Of pallet 200, which nobody here knows.
    const unknown = Uint8Array.of(0, 0, 0, 0, 0, 200, 0, 7, 7, 7, 7, 0)
    node.makeBlock([[system.storage.events.key(), concatBytes(Uint8Array.of(2 << 2), unknown, success)]])
    await refused
  })
})
