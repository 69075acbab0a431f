import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deriveDevAccount } from '@pha/core/crypto'
import { Header } from '@pha/core/protocol'
import { balances, PHA } from '../pallets/balances/schema.ts'
import { consensus } from '../pallets/consensus/schema.ts'
import { system } from '../pallets/system/schema.ts'
import { RUNTIME_VERSION, RuntimeVersion } from '../pallets/system/version.ts'
import { timestamp } from '../pallets/timestamp/schema.ts'
import { encodeExtrinsic } from '../transaction/extrinsic.ts'
import { Block } from './block.ts'
import { MemoryHost } from './memory-host.ts'
import { runtime } from './runtime.ts'
import { TestChain } from './test-chain.ts'

const alice = deriveDevAccount('//Alice')
const bob = deriveDevAccount('//Bob')
const give = (value: bigint) =>
  balances.calls.transferKeepAlive.encode({ dest: { type: 'Id', value: bob.accountId }, value })
const setTime = (now: bigint) => encodeExtrinsic({ signed: undefined, call: timestamp.calls.set.encode({ now }) })

/** A chain with one block of three transactions, and the state before that block. */
function chainWithBlock(): { readonly chain: TestChain; readonly before: MemoryHost; readonly block: Block } {
  const chain = new TestChain({ endowed: [alice] })
  chain.block()
  const before = chain.host.fork()
  chain.block([alice, give(PHA)], [alice, give(5_000n * PHA)], [alice, give(1n)])
  return { chain, before, block: { header: chain.header, extrinsics: chain.extrinsics } }
}

const execute = (host: MemoryHost, block: Block) => host.call(runtime, 'Core_execute_block', Block.encode(block))

describe('a block', () => {
  it('executed by another node leads to the same state', () => {
    const { chain, before, block } = chainWithBlock()
    equal(block.extrinsics.length, 4)
    execute(before, block)
    deepEqual(before.storageRoot(), chain.host.storageRoot())
    deepEqual(before.storageRoot(), block.header.stateRoot)
  })

  it('is refused, without effect, if its header promises anything else', () => {
    const { before, block } = chainWithBlock()
    const root = before.storageRoot()
    const other = new Uint8Array(32).fill(1)
    const { header } = block
    const invalid = { code: 'runtime.invalid-block' }
    throws(() => execute(before, { ...block, header: { ...header, stateRoot: other } }), invalid)
    throws(() => execute(before, { ...block, header: { ...header, extrinsicsRoot: other } }), invalid)
    throws(() => execute(before, { ...block, header: { ...header, number: header.number + 1 } }))
    throws(() => execute(before, { ...block, extrinsics: block.extrinsics.slice(0, -1) }), invalid)
    throws(() => execute(before, { ...block, extrinsics: [...block.extrinsics].reverse() }), invalid)
    deepEqual(before.storageRoot(), root)
    execute(before, block)
  })

  it('sets its time once, first, and later than the block before', () => {
    const { chain, before, block } = chainWithBlock()
    const [, ...transactions] = block.extrinsics
    const now = chain.read(timestamp.storage.now)
    const invalid = { code: 'runtime.invalid-block' }
    throws(() => execute(before, { ...block, extrinsics: transactions }), invalid)
    throws(() => execute(before, { ...block, extrinsics: [...transactions, setTime(now)] }), invalid)
    throws(
      () => execute(before, { ...block, extrinsics: [setTime(now), setTime(now + 125n), ...transactions] }),
      invalid,
    )
    throws(() => execute(before, { ...block, extrinsics: [setTime(now - 3_000n), ...transactions] }), invalid)
  })

  it('keeps items of the consensus engine in its digest, but is executed without the seal', () => {
    const chain = new TestChain()
    const engine = [Uint8Array.of(0x73, 0x6f, 0x6c, 0x6f), Uint8Array.of(1)] as const
    const next = { ...chain.header, number: 1, parentHash: chain.hash }
    const item = { type: 'PreRuntime', value: engine } as const
    chain.call('Core_initialize_block', Header.encode({ ...next, digest: { logs: [item] } }))
    chain.apply(setTime(2n ** 50n))
    chain.close()
    deepEqual(chain.header.digest.logs, [item])
    const seal = { type: 'Seal', value: engine } as const
    const sealed = Header.encode({ ...next, number: 2, digest: { logs: [seal] } })
    throws(() => chain.call('Core_initialize_block', sealed), { code: 'runtime.bad-input' })
  })

  it('holds no more than its limits, and always its inherents', () => {
    const chain = new TestChain({ endowed: [alice] })
    const remark = system.calls.remark.encode({ remark: new Uint8Array(1_000_000) })
    const outcomes = chain.block([alice, remark], [alice, remark], [alice, remark], [alice, remark])
    // 3.75 MiB of normal extrinsics.
    deepEqual(outcomes, ['ok', 'ok', 'ok', 'Invalid.ExhaustsResources'])
    deepEqual(chain.block([alice, remark]), ['ok'])
  })

  it('leaves no working data in the state', () => {
    const { chain } = chainWithBlock()
    const { extrinsicCount, allExtrinsicsLen, extrinsicData } = system.storage
    equal(chain.read(extrinsicCount), undefined)
    equal(chain.read(allExtrinsicsLen), undefined)
    equal(chain.host.nextKey(extrinsicData.prefix(), undefined), undefined)
    equal(chain.host.nextKey(new TextEncoder().encode(':events:'), undefined), undefined)
    equal(chain.read(system.storage.eventCount), chain.allEvents().length)
  })

  it('knows the hashes of the newest blocks and of block 0', () => {
    const chain = new TestChain()
    const count = system.constants.blockHashCount.value
    for (let i = 0; i < count + 3; i++) chain.block()
    const known = (number: number) => chain.host.get(system.storage.blockHash.key(number)) !== undefined
    deepEqual([known(0), known(1), known(2), known(3), known(chain.number - 1)], [true, false, false, true, true])
    deepEqual(chain.read(system.storage.blockHash, 0), chain.genesis)
  })
})

describe('the runtime', () => {
  it('tells its version and keeps it under System.Version', () => {
    const answer = runtime.call(new MemoryHost(), 'Core_version', new Uint8Array())
    deepEqual(RuntimeVersion.decode(answer), RUNTIME_VERSION)
    equal(RUNTIME_VERSION.apis.length, 7)
    // The id that every Substrate client knows `Core` by.
    deepEqual(RUNTIME_VERSION.apis[0]?.[0], Uint8Array.of(0xdf, 0x6a, 0xcb, 0x68, 0x99, 0x07, 0x60, 0x9b))
  })

  it('refuses unknown methods and malformed input with a code', () => {
    const host = new MemoryHost()
    throws(() => runtime.call(host, 'Core_nonsense', new Uint8Array()), { code: 'runtime.unknown-method' })
    throws(() => runtime.call(host, 'Core_version', Uint8Array.of(1)), { code: 'runtime.bad-input' })
    throws(() => runtime.call(host, 'Core_execute_block', Uint8Array.of(1)), { code: 'runtime.bad-input' })
  })

  it('writes at genesis what the configuration says', () => {
    const authority = new Uint8Array(32).fill(4)
    const chain = new TestChain({ endowed: [alice], consensus: { authority } })
    deepEqual(chain.read(consensus.storage.authority), authority)
    equal(chain.balance(alice.accountId), 1_000n * PHA)
    equal(chain.read(balances.storage.totalIssuance), 1_000n * PHA)
    deepEqual(chain.broken(), [])
  })
})
