import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Header } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { composeTypes, map, pallet } from '../frame/declare.ts'
import { implement } from '../frame/implement.ts'
import { chainTypes, GenesisConfig, noGatekeepers, strictRegistry } from '../pallets/schemas.ts'
import { system } from '../pallets/system/schema.ts'
import { timestamp } from '../pallets/timestamp/schema.ts'
import { encodeExtrinsic } from '../transaction/extrinsic.ts'
import { composeRuntime } from './compose-runtime.ts'
import { MemoryHost } from './memory-host.ts'
import { storageVersionKey } from './migrate.ts'
import { logics } from './runtime.ts'
import { TestChain } from './test-chain.ts'

const spec = { name: 'Notes', index: 200, docs: 'For this test.' } as const
const short = pallet({ ...spec, storage: { notes: map('Twox64Concat', t.u32, t.u32, 'Numbers.') } })
const Long = t.struct('LongNote', { text: t.text, number: t.u64 })
const long = pallet({
  ...spec,
  storageVersion: 2,
  storage: { notes: map('Twox64Concat', t.u32, Long, 'With a text.') },
})

const setTime = encodeExtrinsic({ signed: undefined, call: timestamp.calls.set.encode({ now: 2n ** 50n }) })

type Migrations = { readonly [n: number]: () => void }

/** A runtime whose `Notes` have the long layout. */
function upgraded(migrations: (steps: { readonly rewrite: () => void; readonly fill: () => void }) => Migrations) {
  const logic = implement(long, {}, ({ storage, env }) => {
    const former = env.formerItem(short.storage.notes)
    return {
      calls: {},
      migrations: migrations({
        fill: () => former.set(9, 90),
        rewrite() {
          for (const key of [...former.keys()]) {
            const number = former.get(key)
            if (number === undefined) throw new Error('a note that vanished')
            storage.notes.set(key, { text: `note ${key}`, number: BigInt(number) })
          }
        },
      }),
    }
  })
  return composeRuntime(composeTypes([...chainTypes.pallets, long]), [...logics, logic])
}

/** A chain at block 1 of an older runtime, with notes in the short layout. */
function oldChain(): { readonly chain: TestChain; readonly header: Uint8Array } {
  const chain = new TestChain()
  chain.block()
  for (const key of [1, 2]) chain.host.set(short.storage.notes.key(key), t.u32.encode(key * 10))
  chain.host.set(
    system.storage.lastRuntimeUpgrade.key(),
    t.struct('Old', { v: t.compact(t.u32), n: t.text }).encode({ v: 0, n: 'phala' }),
  )
  const header = { ...chain.header, number: chain.number + 1, parentHash: chain.hash, digest: { logs: [] } }
  return { chain, header: Header.encode(header) }
}

describe('a migration', () => {
  it('rewrites a map in the first block of a new runtime, step by step, once', () => {
    const { chain, header } = oldChain()
    const runtime = upgraded(({ fill, rewrite }) => ({ 1: fill, 2: rewrite }))
    chain.host.call(runtime, 'Core_initialize_block', header)
    const read = (key: number) => long.storage.notes.decode(chain.host.get(long.storage.notes.key(key)))
    deepEqual(
      [1, 2, 9].map(read),
      [10n, 20n, 90n].map((number, i) => ({ text: `note ${[1, 2, 9][i]}`, number })),
    )
    deepEqual(chain.host.get(storageVersionKey('Notes')), t.u16.encode(2))
    chain.host.set(long.storage.notes.key(1), undefined)
    chain.host.call(runtime, 'BlockBuilder_apply_extrinsic', setTime)
    chain.host.call(runtime, 'BlockBuilder_finalize_block', new Uint8Array())
    const second = { ...Header.decode(header), number: 3, parentHash: new Uint8Array(32) }
    chain.host.call(runtime, 'Core_initialize_block', Header.encode(second))
    equal(read(1), undefined)
  })

  it('leaves no trace if it fails, is missing, or the state is newer than the runtime', () => {
    const failing = upgraded(({ rewrite }) => ({
      1() {
        rewrite()
        throw new Error('no')
      },
      2() {},
    }))
    const missing = upgraded(({ fill }) => ({ 1: fill }))
    for (const runtime of [failing, missing]) {
      const { chain, header } = oldChain()
      const root = chain.host.storageRoot()
      throws(() => chain.host.call(runtime, 'Core_initialize_block', header), { code: 'runtime.fault' })
      deepEqual(chain.host.storageRoot(), root)
    }
    const { chain, header } = oldChain()
    chain.host.set(storageVersionKey('Notes'), t.u16.encode(3))
    const runtime = upgraded(({ fill, rewrite }) => ({ 1: fill, 2: rewrite }))
    throws(() => chain.host.call(runtime, 'Core_initialize_block', header), /version 3 already/)
  })

  it('is not run on a chain that began with the layout', () => {
    const runtime = upgraded(() => ({}))
    const host = new MemoryHost()
    const config = GenesisConfig.encode({
      timestamp: { now: 0n },
      balances: { endowments: [] },
      consensus: { authority: new Uint8Array(32) },
      registry: strictRegistry,
      gatekeepers: noGatekeepers,
      sudo: { key: undefined },
    })
    host.call(runtime, 'GenesisBuilder_build_state', config)
    deepEqual(host.get(storageVersionKey('Notes')), t.u16.encode(2))
  })
})
