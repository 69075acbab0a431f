import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes, equalBytes } from '@pha/core/codec'
import { multiSign } from '@pha/core/crypto'
import { headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import {
  AccountInfo,
  balances,
  encodeExtrinsic,
  IMMORTAL,
  PHA,
  RUNTIME_VERSION,
  signingPayload,
  system,
} from '@pha/runtime/pallets'
import { finalise, manualClock } from '../consensus/index.ts'
import { KEPT_STATES } from '../db/index.ts'
import { noObserver } from '../metrics/node-observer.ts'
import { HeldSignatures } from '../signatures/index.ts'
import { NodeApplication } from './application.ts'
import { openChain } from './chain.ts'
import type { Node } from './start-node.ts'
import { alice, authority, bob, startTestNode, transfer } from './test-node.ts'
import { UpgradeGuard } from './upgrade-guard.ts'

/** A node that makes no blocks of its own, as its clock stands still, and applications on its chain. */
async function driven() {
  const node = await startTestNode({ clock: manualClock(0) })
  const faults: unknown[] = []
  const onFault = (_: string, cause: unknown) => faults.push(cause)
  const upgrades = new UpgradeGuard({ onRefused: ({ reason }) => faults.push(reason) })
  const components = { chain: node.chain, pool: node.pool, upgrades, observer: noObserver, onFault }
  return { node, faults, application: new NodeApplication(components), again: new NodeApplication(components) }
}

function balanceOf(node: Node, account: Uint8Array): bigint {
  const stored = node.chain.trieAt().get(system.storage.account.key(account))
  return stored === undefined ? 0n : AccountInfo.decode(stored).data.free
}

function feeOf(node: Node, extrinsic: Uint8Array): bigint {
  const input = concatBytes(extrinsic, t.u32.encode(extrinsic.length))
  const info = node.chain.call('TransactionPaymentApi_query_info', input)
  return t.u128.decode(info.slice(-16))
}

/** A remark of //Alice's. */
function withTip(node: Node, nonce: number, tip: bigint): Uint8Array {
  const call = system.calls.remark.encode({ remark: new Uint8Array() })
  const extra = { era: IMMORTAL, nonce, tip, metadataHash: { type: 'Disabled' } } as const
  const { genesisHash } = node.chain
  const { specVersion, transactionVersion } = RUNTIME_VERSION
  const implicit = { specVersion, transactionVersion, genesisHash, birthHash: genesisHash, metadataHash: undefined }
  const signature = multiSign(alice, signingPayload(call, extra, implicit))
  return encodeExtrinsic({ signed: { address: { type: 'Id', value: alice.accountId }, signature, extra }, call })
}

describe('the application', () => {
  it('executes a foreign proposal to the same header as its own', async () => {
    const { node, application, again } = await driven()
    await using _ = node
    const height = 1
    for (const nonce of [0, 1, 2]) ok((await application.checkTx(transfer(node, alice, nonce))).ok)
    const block = { height, timeMs: 10_000 }
    const txs = await application.prepareProposal(block)
    equal(txs.length, 3)
    const proposal = { ...block, txs }
    equal(again.processProposal(proposal), 'accept')
    const header = application.finalizeBlock(proposal)
    deepEqual(again.finalizeBlock(proposal), header)
    await application.commit(finalise(header, authority, node.chain.genesisHash))
    equal(balanceOf(node, new Uint8Array(32).fill(1)), PHA)
    equal(node.pool.size, 0)
    equal(application.info().height, height)
  })

  it('rejects proposals with a transaction that has no place in the block', async () => {
    const { node, application, faults } = await driven()
    await using _ = node
    const height = 1
    const good = transfer(node, alice, 0)
    const forged = good.slice()
    forged[40] = (forged[40] ?? 0) ^ 1
    const cases: Record<string, readonly Uint8Array[]> = {
      'a nonce too high': [transfer(node, alice, 1)],
      'one twice': [good, good],
      'a forged signature': [forged],
      'random bytes': [good, Uint8Array.of(1, 2, 3)],
      'no bytes': [new Uint8Array()],
      'too many bytes': [new Uint8Array(6_000_000)],
    }
    for (const [name, txs] of Object.entries(cases)) {
      equal(application.processProposal({ height, timeMs: 10_000, txs }), 'reject', name)
    }
    ok(faults.length >= 1, 'what is no extrinsic at all is noticed')
    throws(() => application.finalizeBlock({ height, timeMs: 10_000, txs: [forged] }), { code: 'node.bad-block' })
    throws(() => application.processProposal({ height: height + 1, timeMs: 10_000, txs: [] }), {
      code: 'node.bad-block',
    })
  })

  it('lets no fault stop the chain, and blames no transaction for a disk that fails', async () => {
    const { node, application, faults } = await driven()
    await using _ = node
    const block = { height: 1, timeMs: 10_000 }
    /** As `application`, but that asking for a signature of //Alice's fails. */
    const failing = (cause: Error) => {
      const { database } = node.chain
      const onFault = (_: string, fault: unknown) => faults.push(fault)
      const verify = (...[, , , account]: Parameters<typeof held.verify>) => {
        if (equalBytes(account, alice.accountId)) throw cause
        return true
      }
      const chain = openChain({ database, verify, onFault })
      const upgrades = new UpgradeGuard({ onRefused: () => {} })
      return new NodeApplication({ chain, pool: node.pool, upgrades, observer: noObserver, onFault })
    }
    const held = new HeldSignatures()
    const [first, second] = [transfer(node, alice, 0), transfer(node, bob, 0)]
    const lostDisk = new Error('EIO: input/output error, read')
    for (const tx of [first, second]) {
      ok((await application.checkTx(tx)).ok)
      await rejects(failing(lostDisk).prepareProposal(block), { code: 'db.io' })
    }
    equal(node.pool.size, 2)
    deepEqual(faults, [])
    const overflow = new RangeError('Maximum call stack size exceeded')
    deepEqual(await failing(overflow).prepareProposal(block), [second])
    deepEqual(faults, [overflow])
    equal(node.pool.size, 1)
  })

  it('tells of what is in a block nothing else than that, whatever is submitted before the block is there', async () => {
    const { node, application } = await driven()
    await using _ = node
    const result = await application.checkTx(transfer(node, alice, 0))
    ok(result.ok)
    const statuses: string[] = []
    node.pool.watch(result.hash, ({ type }) => statuses.push(type))
    const block = { height: 1, timeMs: 10_000 }
    const txs = await application.prepareProposal(block)
    const instead = await application.checkTx(withTip(node, 0, 10n * PHA))
    equal(instead.ok ? 'ok' : instead.reason, 'tx.nonce-taken')
    const header = application.finalizeBlock({ ...block, txs })
    await application.commit(finalise(header, authority, node.chain.genesisHash))
    deepEqual(statuses, ['ready', 'finalised'])
  })

  it('drops from the pool what became invalid while it waited', async () => {
    const { node, application } = await driven()
    await using _ = node
    const height = 1
    const all = balanceOf(node, bob.accountId)
    const fee = feeOf(node, transfer(node, bob, 0, all))
    const leavesTheLeast = transfer(node, bob, 0, all - fee - balances.constants.existentialDeposit.value)
    ok((await node.pool.submit(leavesTheLeast)).ok)
    const unpayable = await node.pool.submit(transfer(node, bob, 1))
    ok(unpayable.ok)
    const statuses: string[] = []
    node.pool.watch(unpayable.hash, ({ type }) => statuses.push(type))
    deepEqual(await application.prepareProposal({ height, timeMs: 10_000 }), [leavesTheLeast])
    deepEqual(statuses, ['ready', 'invalid'])
    equal(node.pool.size, 1)
  })

  it('keeps the states of the newest 256 blocks readable at their hash', async () => {
    const { node, application } = await driven()
    await using _ = node
    const hashes: Uint8Array[] = []
    for (let height = 1; height <= KEPT_STATES; height++) {
      const header = application.finalizeBlock({ height, timeMs: height * 250, txs: [] })
      await application.commit(finalise(header, authority, node.chain.genesisHash))
      hashes.push(node.chain.head.hash)
    }
    for (const [i, hash] of hashes.entries()) {
      deepEqual(node.chain.trieAt(hash).root(), node.chain.block(hash).header.stateRoot, `block ${i + 1}`)
    }
    throws(() => node.chain.trieAt(node.chain.genesisHash), { code: 'node.state-pruned' })
    throws(() => node.chain.trieAt(new Uint8Array(32)), { code: 'node.block-unknown' })
  })

  it('commits only the header of the block that it executed', async () => {
    const { node, application } = await driven()
    await using _ = node
    const height = 1
    const before = node.chain.head.hash
    const header = application.finalizeBlock({ height, timeMs: 10_000, txs: [] })
    const other = { ...header, stateRoot: new Uint8Array(32) }
    await rejects(application.commit(finalise(other, authority, node.chain.genesisHash)), {
      code: 'node.foreign-header',
    })
    deepEqual(node.chain.head.hash, before)
    const finalised = finalise(header, authority, node.chain.genesisHash)
    await application.commit(finalised)
    deepEqual(node.chain.head.hash, headerHash(finalised.header))
  })
})
