import { equal, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromHex } from '@pha/core/codec'
import { AccountInfo, noGatekeepers, PHA, strictRegistry, system } from '@pha/runtime/pallets'
import { chainSpec, parseChainSpec } from './chain-spec.ts'
import { type Node, startNode } from './start-node.ts'
import { alice, authority, nextBlock, startTestNode, temporaryDirectory, testSpec, transfer } from './test-node.ts'

describe('a node', () => {
  it('finds its chain, its state and recent states again', async () => {
    await using directory = await temporaryDirectory()
    let hash: Uint8Array
    {
      await using node = await startTestNode({ basePath: directory.path })
      ok((await node.pool.submit(transfer(node, alice, 0))).ok)
      hash = (await nextBlock(node, ({ block }) => block.body.length > 1)).hash
    }
    await using node = await startTestNode({ basePath: directory.path })
    const key = system.storage.account.key(alice.accountId)
    for (const [at, nonce] of [
      [node.chain.genesisHash, 0],
      [hash, 1],
      [node.chain.head.hash, 1],
    ] as const) {
      equal(AccountInfo.decode(node.chain.trieAt(at).get(key) ?? new Uint8Array()).nonce, nonce)
    }
    const again = await node.pool.submit(transfer(node, alice, 0))
    equal(!again.ok && again.reason, 'tx.already-imported')
  })

  it('refuses the base path of another chain', async () => {
    await using directory = await temporaryDirectory()
    {
      await using _ = await startTestNode({ basePath: directory.path })
    }
    const other = chainSpec('Other', 'Development', fromHex(testSpec.code), {
      timestamp: { now: 1n },
      balances: { endowments: [[alice.accountId, PHA]] },
      consensus: { authority: authority.publicKey },
      registry: strictRegistry,
      gatekeepers: noGatekeepers,
      sudo: { key: undefined },
    })
    await rejects(startTestNode({ basePath: directory.path, spec: other }), { code: 'db.other-genesis' })
  })

  it('refuses a genesis that the runtime cannot read', async () => {
    await rejects(startTestNode({ spec: { ...testSpec, genesis: '0x00' } }), { code: 'node.bad-chain-spec' })
  })

  it('refuses a live chain with a key for everything, also when the state was made before', async () => {
    const live = { ...testSpec, chainType: 'Live' } as const
    await rejects(startTestNode({ spec: live }), { code: 'node.bad-chain-spec' })
    await using directory = await temporaryDirectory()
    {
      await using _ = await startTestNode({ basePath: directory.path })
    }
    await rejects(startTestNode({ basePath: directory.path, spec: live }), { code: 'node.bad-chain-spec' })
  })

  it('refuses a live chain that believes simulated platforms, or roots that are no vendor of hardware', async () => {
    const pin = new Uint8Array(32).fill(7)
    const { policy } = strictRegistry
    const believers = [
      { ...strictRegistry, policy: { ...policy, simulated: { roots: [pin], level: 5 } } },
      { ...strictRegistry, testRoots: { intel: [pin], milan: [], genoa: [], turin: [], awsNitro: [] } },
    ]
    for (const registry of believers) {
      const genesis = {
        timestamp: { now: 1n },
        balances: { endowments: [] },
        consensus: { authority: authority.publicKey },
        registry,
        gatekeepers: noGatekeepers,
        sudo: { key: undefined },
      }
      const code = fromHex(testSpec.code)
      await rejects(startTestNode({ spec: chainSpec('Live', 'Live', code, genesis) }), { code: 'node.bad-chain-spec' })
      await using node = await startTestNode({ spec: chainSpec('Development', 'Development', code, genesis) })
      ok(node.port > 0)
    }
  })

  it('serves what it has, and makes no blocks, without the key', async () => {
    await using directory = await temporaryDirectory()
    {
      await using node = await startTestNode({ basePath: directory.path })
      await nextBlock(node)
    }
    await using node = await startNode({ basePath: directory.path, port: 0, spec: testSpec })
    ok(node.chain.head.block.header.number >= 1)
    const health = await (await fetch(`http://127.0.0.1:${node.port}/health`)).json()
    equal(health.number, node.chain.head.block.header.number)
  })

  it('lets a port go when it ends', async () => {
    const first = await startOutsideOfDrawnPorts()
    const { port } = first
    await rejects(startTestNode({ port }), { code: 'EADDRINUSE' })
    await first[Symbol.asyncDispose]()
    await using second = await startTestNode({ port })
    equal(second.port, port)
  })
})

/** On a port below those that the system draws for whoever asks for any: no other test takes it meanwhile. */
async function startOutsideOfDrawnPorts(): Promise<Node> {
  for (let port = 21_500; ; port++) {
    try {
      return await startTestNode({ port })
    } catch (cause) {
      if ((cause as { readonly code?: unknown }).code !== 'EADDRINUSE') throw cause
    }
  }
}

describe('a chain specification', () => {
  it('is read back from its text', () => {
    equal(JSON.stringify(parseChainSpec(JSON.stringify(testSpec))), JSON.stringify(testSpec))
  })

  it('is refused with a code when it is anything else', () => {
    const bad: unknown[] = [null, 1, [], {}, { ...testSpec, name: '' }, { ...testSpec, chainType: 'Mainnet' }]
    bad.push({ ...testSpec, genesis: 'zz' }, { ...testSpec, properties: { ss58Format: -1 } })
    for (const text of ['', '{', ...bad.map((value) => JSON.stringify(value))]) {
      let code: unknown
      try {
        parseChainSpec(text)
      } catch (error) {
        code = (error as { code?: unknown }).code
      }
      equal(code, 'node.bad-chain-spec', text)
    }
  })
})
