import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { concatBytes, fromHex } from '@pha/core/codec'
import { blake2b256, type Keypair, multiSign } from '@pha/core/crypto'
import { MultiSignature } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { AccountInfo, balances, MultiAddress, RUNTIME_VERSION, system } from '@pha/runtime/pallets'
import { noObserver } from '../metrics/node-observer.ts'
import { NodeApplication } from './application.ts'
import type { Node } from './start-node.ts'
import { alice, bob, startDrivenNode, transfer } from './test-node.ts'
import { UpgradeGuard } from './upgrade-guard.ts'

const upgrades = new UpgradeGuard({ onRefused: () => {} })

async function watched(node: Node, extrinsic: Uint8Array): Promise<string[]> {
  const result = await node.pool.submit(extrinsic)
  ok(result.ok, JSON.stringify(result))
  const statuses: string[] = []
  node.pool.watch(result.hash, ({ type }) => statuses.push(type))
  return statuses
}

interface Extra {
  readonly nonce: number
  readonly tip?: bigint
  /** Blocks from the head on, a power of two of at least 4. */
  readonly period?: number
}

/** A signed remark. */
function remark(node: Node, from: Keypair, { nonce, tip = 0n, period }: Extra): Uint8Array {
  const { hash, block } = node.chain.head
  const era =
    period === undefined
      ? Uint8Array.of(0)
      : t.u16.encode((Math.log2(period) - 1) | ((block.header.number % period) << 4))
  const extra = concatBytes(era, t.compact(t.u32).encode(nonce), t.compact(t.u128).encode(tip), Uint8Array.of(0))
  const call = system.calls.remark.encode({ remark: new Uint8Array(8) })
  const { specVersion, transactionVersion } = RUNTIME_VERSION
  const genesis = fromHex(node.genesisHash)
  const implicit = [
    t.u32.encode(specVersion),
    t.u32.encode(transactionVersion),
    genesis,
    period === undefined ? genesis : hash,
    Uint8Array.of(0),
  ]
  const signature = multiSign(from, concatBytes(call, extra, ...implicit))
  const address = MultiAddress.encode({ type: 'Id', value: from.accountId })
  return t.bytes.encode(concatBytes(Uint8Array.of(0x84), address, MultiSignature.encode(signature), extra, call))
}

describe('the pool on the runtime', () => {
  it('ends what its sender cannot pay any more after a block that took the money', async () => {
    await using driven = await startDrivenNode()
    const { node, block } = driven
    const account = AccountInfo.decode(
      node.chain.trieAt().get(system.storage.account.key(bob.accountId)) ?? fromHex('0x'),
    )
    const left = balances.constants.existentialDeposit.value
    const priced = transfer(node, bob, 0, account.data.free)
    const info = node.chain.call('TransactionPaymentApi_query_info', concatBytes(priced, t.u32.encode(priced.length)))
    const drain = transfer(node, bob, 0, account.data.free - t.u128.decode(info.slice(-16)) - left)
    const unpayable = await watched(node, remark(node, bob, { nonce: 1 }))
    const others = await watched(node, remark(node, alice, { nonce: 0 }))
    await block(drain)
    while (!unpayable.includes('invalid')) await sleep(5)
    deepEqual(unpayable, ['future', 'ready', 'invalid'])
    deepEqual(others, ['ready'])
    equal(node.pool.size, 1)
  })

  it('ends what has outlived its era, and not a block sooner', async () => {
    await using driven = await startDrivenNode()
    const { node, block } = driven
    await block()
    const mortal = await watched(node, remark(node, alice, { nonce: 0, period: 4 }))
    const [only] = [...node.pool.ready()]
    ok(only !== undefined)
    await block()
    await block()
    deepEqual(mortal, ['ready'], 'block 4 may hold it')
    await block()
    deepEqual(mortal, ['ready', 'invalid'])
    const again = await node.pool.submit(only.bytes)
    equal(!again.ok && again.reason, 'tx.invalid')
  })

  it('applies the higher tip first, and the replacement instead of the replaced', async () => {
    await using driven = await startDrivenNode()
    const { node } = driven
    const cheap = remark(node, alice, { nonce: 0, tip: 10n })
    const statuses = await watched(node, cheap)
    await watched(node, remark(node, bob, { nonce: 0, tip: 20n }))
    const dear = remark(node, alice, { nonce: 0, tip: 1_000n })
    await watched(node, dear)
    deepEqual(statuses, ['ready', 'usurped'])
    const application = new NodeApplication({
      chain: node.chain,
      pool: node.pool,
      upgrades,
      observer: noObserver,
      onFault: () => {},
    })
    const txs = await application.prepareProposal({ height: 1, timeMs: 1_000 })
    deepEqual(txs, [dear, remark(node, bob, { nonce: 0, tip: 20n })])
  })

  it('bans forged bytes, and admits the honest ones', async () => {
    await using driven = await startDrivenNode()
    const { node } = driven
    const honest = transfer(node, alice, 0)
    const forged = honest.slice()
    forged[60] = (forged[60] ?? 0) ^ 1
    const reasons: unknown[] = []
    for (const bytes of [forged, forged, honest]) {
      const result = await node.pool.submit(bytes)
      reasons.push(result.ok || result.reason)
    }
    deepEqual(reasons, ['tx.invalid', 'tx.banned', true])
    ok(node.pool.watch(blake2b256(honest), () => {}))
  })
})
