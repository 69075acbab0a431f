import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { writeRuntimeCode } from '@pha/runtime/chain'
import { CODE_KEY } from '@pha/runtime/frame'
import { RUNTIME_VERSION, RuntimeVersion, sudo, system } from '@pha/runtime/pallets'
import { manualClock } from '../consensus/index.ts'
import { noObserver } from '../metrics/node-observer.ts'
import { buildRuntime } from '../runtime/index.ts'
import { NodeApplication } from './application.ts'
import type { Node } from './start-node.ts'
import { alice, signed, startTestNode, temporaryDirectory, testSpec, transfer } from './test-node.ts'
import { UpgradeGuard } from './upgrade-guard.ts'

const newer = await buildRuntime({
  replaced: { 'runtime/src/pallets/system/spec-version.ts': 'host/src/runtime/newer-spec-version.fixture.ts' },
})
const limits = { startMs: 60_000, timeMs: 20_000, heapMegabytes: 256, stackMegabytes: 4, growthMegabytes: 768 }
const next = { ...RUNTIME_VERSION, specVersion: RUNTIME_VERSION.specVersion + 1 }
const broken = writeRuntimeCode(next, '((hashes) => { throw new Error("broken") })')
const EMPTY = new Uint8Array()

function setCode(node: Node, nonce: number, code: Uint8Array): Uint8Array {
  const call = { type: 'System', value: { type: 'setCode', value: { code } } } as const
  return signed(node, alice, nonce, sudo.calls.sudo.encode({ call }))
}

/** A node whose blocks the test makes. */
async function quietNode() {
  const node = await startTestNode({ clock: manualClock(0) })
  const refused: string[] = []
  const upgrades = new UpgradeGuard({ onRefused: ({ reason }) => refused.push(reason), limits })
  const application = new NodeApplication({
    chain: node.chain,
    pool: node.pool,
    upgrades,
    observer: noObserver,
    onFault: () => {},
  })
  return { node, application, refused }
}

describe('an upgrade of a node', () => {
  it('replaces the runtime between two blocks, for good, and old blocks keep theirs', async () => {
    await using directory = await temporaryDirectory()
    const upgraded: number[] = []
    {
      await using node = await startTestNode({ basePath: directory.path })
      node.chain.onUpgraded(({ specVersion }) => upgraded.push(specVersion))
      const before = node.chain.head.hash
      const done = Promise.withResolvers<Uint8Array>()
      node.chain.onFinalised(({ hash, block }) => block.body.length > 1 && done.resolve(hash))
      await node.pool.submit(setCode(node, 0, newer))
      const after = await done.promise
      const versionAt = (hash: Uint8Array) =>
        RuntimeVersion.decode(node.chain.call('Core_version', EMPTY, hash)).specVersion
      deepEqual([versionAt(before), versionAt(after)], [RUNTIME_VERSION.specVersion, 1_000])
      deepEqual(node.chain.trieAt(after).get(CODE_KEY), newer)
      deepEqual(upgraded, [1_000])
      equal(node.chain.runtimeAt(before).version.specVersion, RUNTIME_VERSION.specVersion)
    }
    await using node = await startTestNode({ basePath: directory.path })
    equal(node.chain.runtimeAt().version.specVersion, 1_000)
  })

  it('keeps what fails its rehearsal out of every block, and remembers it', async () => {
    const { node, application, refused } = await quietNode()
    await using _ = node
    const proposal = { height: 1, timeMs: 3_000 }
    const bearer = setCode(node, 0, broken)
    await node.pool.submit(bearer)
    deepEqual(await application.prepareProposal(proposal), [])
    equal(refused.length, 1)
    equal(application.processProposal({ ...proposal, txs: [bearer] }), 'reject')
    // Not tried again at once.
    equal(refused.length, 1)
    equal(application.processProposal({ ...proposal, txs: [setCode(node, 0, newer)] }), 'accept')
    // What the others decided is executed.
    const header = application.finalizeBlock({ ...proposal, txs: [bearer] })
    equal(header.number, 1)
  })

  it('is the last of its block', async () => {
    const { node, application } = await quietNode()
    await using _ = node
    const proposal = { height: 1, timeMs: 3_000 }
    const [bearer, later] = [setCode(node, 0, newer), transfer(node, alice, 1)]
    await node.pool.submit(bearer)
    await node.pool.submit(later)
    deepEqual(
      (await application.prepareProposal(proposal)).map((tx) => toHex(blake2b256(tx))),
      [toHex(blake2b256(bearer))],
    )
    equal(application.processProposal({ ...proposal, txs: [bearer, later] }), 'reject')
  })

  it('is told to be no upgrade by an error of the call, when everyone can see that', async () => {
    const { node, application, refused } = await quietNode()
    await using _ = node
    const same = new Uint8Array(Buffer.from(testSpec.code.slice(2), 'hex'))
    await node.pool.submit(setCode(node, 0, same))
    equal((await application.prepareProposal({ height: 1, timeMs: 3_000 })).length, 1)
    deepEqual(refused, [])
    equal(system.errors.SpecVersionNeedsToIncrease.index, 1)
  })
})
