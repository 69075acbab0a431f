import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as realTime } from 'node:timers/promises'
import { toHex } from '@pha/core/codec'
import { blake2b256, keypairFromSeed, Secret, verifyEd25519 } from '@pha/core/crypto'
import { advance, startFrom } from '@pha/core/light-client'
import { bind, contexts, Header } from '@pha/core/protocol'
import { timestamp } from '@pha/runtime/pallets'
import { alice, authority, bob, nextBlock, startTestNode, temporaryDirectory, transfer } from '../node/test-node.ts'
import { manualClock } from './clock.ts'
import { unseal } from './solo.ts'

/** As the engine has it. */
const CALM_MS = 3

const START = 1_800_000_000_000

/** A node whose first block is made, so that its time is the clock's. */
async function startedNode(basePath?: string) {
  const clock = manualClock(START)
  const node = await startTestNode(basePath === undefined ? { clock } : { clock, basePath })
  if (node.chain.head.block.header.number === 0) await nextBlock(node)
  return { clock, node, height: () => node.chain.head.block.header.number }
}

/** Time enough for a block that should not come. */
const COULD_HAVE_MADE_A_BLOCK = 60

describe('the solo engine', () => {
  it('makes an empty block each 3 s', async () => {
    const { clock, node, height } = await startedNode()
    await using _ = node
    for (const number of [2, 3]) {
      await clock.advance(2_999)
      await realTime(COULD_HAVE_MADE_A_BLOCK)
      equal(height(), number - 1)
      const made = nextBlock(node)
      await clock.advance(1)
      const { block } = await made
      equal(block.header.number, number)
      equal(block.body.length, 1, 'nothing but the time')
    }
    const now = timestamp.storage.now.decode(node.chain.trieAt().get(timestamp.storage.now.key()))
    equal(now, BigInt(START + 6_000))
  })

  it('makes blocks on demand: eight at once after a pause, then one each 250 ms', async () => {
    const { clock, node, height } = await startedNode()
    await using _ = node
    await clock.advance(2_000)
    for (let nonce = 0; nonce < 8; nonce++) {
      const made = nextBlock(node)
      ok((await node.pool.submit(transfer(node, alice, nonce))).ok)
      await realTime(COULD_HAVE_MADE_A_BLOCK)
      await clock.advance(CALM_MS)
      equal((await made).block.body.length, 2)
    }

    const before = height()
    const due = START + 2_250 - clock.now()
    ok((await node.pool.submit(transfer(node, alice, 8))).ok)
    ok((await node.pool.submit(transfer(node, bob, 0))).ok)
    await clock.advance(due - 1)
    await realTime(COULD_HAVE_MADE_A_BLOCK)
    equal(height(), before)
    const next = nextBlock(node)
    await clock.advance(1)
    await realTime(COULD_HAVE_MADE_A_BLOCK)
    await clock.advance(CALM_MS)
    deepEqual(
      (await next).block.body.slice(1).map(toHex),
      [transfer(node, alice, 8), transfer(node, bob, 0)].map(toHex),
    )
    const now = timestamp.storage.now.decode(node.chain.trieAt().get(timestamp.storage.now.key()))
    equal(now, BigInt(START + 2_250 + CALM_MS), 'a burst does not run ahead of the clock')
  })

  it('before its time makes no block while more keeps coming, and makes it in time all the same', async () => {
    const { clock, node, height } = await startedNode()
    await using _ = node
    const made = nextBlock(node)
    let nonce = 0
    for (let ms = 0; ms < 250; ms += CALM_MS - 1) {
      ok((await node.pool.submit(transfer(node, alice, nonce++))).ok)
      await realTime(5)
      equal(height(), 1)
      await clock.advance(CALM_MS - 1)
    }
    equal((await made).block.body.length, 1 + nonce)
  })

  it('with an interval of 0 makes a block as soon as something is ready, and time still moves on', async () => {
    const clock = manualClock(START)
    await using node = await startTestNode({ clock, blockIntervalMs: 0 })
    if (node.chain.head.block.header.number === 0) await nextBlock(node)
    for (const nonce of [0, 1]) {
      const made = nextBlock(node)
      ok((await node.pool.submit(transfer(node, alice, nonce))).ok)
      await clock.advance(1)
      equal((await made).block.body.length, 2)
    }
    const now = timestamp.storage.now.decode(node.chain.trieAt().get(timestamp.storage.now.key()))
    ok(now > BigInt(START))
  })

  it('seals headers and proves them final to a light client', async () => {
    const { clock, node } = await startedNode()
    await using _ = node
    const made = nextBlock(node)
    await clock.advance(3_000)
    const { header, proof } = (await made).block
    const genesisHeader = node.chain.block(node.chain.genesisHash).header
    const started = startFrom({ genesisHeader, genesisProof: node.chain.database.genesisProof() })
    ok(started.ok)
    deepEqual(started.client.authority, authority.publicKey)
    ok(advance(started.client, { header, proof }).ok)
    ok(advance(started.client, node.chain.block(node.chain.genesisHash)).ok)

    const seal = header.digest.logs.at(-1)
    ok(seal?.type === 'Seal')
    const signed = bind(contexts.soloSeal, node.chain.genesisHash, blake2b256(Header.encode(unseal(header))))
    ok(verifyEd25519(authority.publicKey, signed, seal.value[1]))
  })

  it('goes on after a restart where it was, also when the clock was set back', async () => {
    await using directory = await temporaryDirectory()
    {
      const { clock, node } = await startedNode(directory.path)
      await using _ = node
      const made = nextBlock(node)
      await clock.advance(3_000)
      await made
    }
    const clock = manualClock(START - 3_600_000)
    await using node = await startTestNode({ clock, basePath: directory.path })
    const before = node.chain.head
    equal(before.block.header.number, 2)
    const made = nextBlock(node)
    await clock.advance(3_000)
    const { block } = await made
    deepEqual(block.header.parentHash, before.hash)
    const now = timestamp.storage.now.decode(node.chain.trieAt().get(timestamp.storage.now.key()))
    ok(now > BigInt(START + 3_000), 'time never goes back')
  })

  it('refuses a key that the chain does not name', async () => {
    const stranger = keypairFromSeed('ed25519', Secret.from(new Uint8Array(32).fill(6)))
    await rejects(startTestNode({ authority: stranger }), { code: 'node.not-the-authority' })
  })
})
