import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromHex, toHex } from '@pha/core/codec'
import { type Infer, t } from '@pha/core/schema'
import { composeTypes } from './compose-types.ts'
import { call, constant, pallet } from './pallet.ts'
import { doubleMap, map, value } from './storage-item.ts'

const Entry = t.struct('Entry', { owner: t.accountId, level: t.u8 })

const ledger = pallet({
  name: 'Ledger',
  index: 50,
  docs: 'Entries.',
  genesis: { owner: t.bytes32 },
  constants: { maxEntries: constant(t.u32, 9, 'A test needs few.') },
  storage: {
    entries: map('Blake2_128Concat', t.bytes32, Entry, 'By id.'),
    count: value(t.u32, 'How many.', 0),
    votes: doubleMap('Twox64Concat', t.u32, 'Identity', t.boundedBytes(4), t.u8, 'By round and voter.'),
  },
  calls: {
    addEntry: call(3, { id: t.bytes32, level: t.u8 }, 'Adds one.'),
    wipe: call(4, {}, 'Removes all.', { origin: 'root' }),
  },
  events: { Added: [{ id: t.bytes32 }, 'One more.'], Wiped: [{}, 'Gone.'] },
  errors: { Full: 'no more room' },
})
const silent = pallet({ name: 'Silent', index: 51, docs: 'Says nothing.' })
const id = new Uint8Array(32).fill(7)

describe('a declared pallet', () => {
  it('lays keys out as Substrate does', () => {
    const system = pallet({
      name: 'System',
      index: 0,
      docs: '',
      storage: { number: value(t.u32, ''), account: map('Blake2_128Concat', t.accountId, t.u8, '') },
    })
    equal(toHex(system.storage.number.key()), '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac')
    // System.Account of Alice, as in every Substrate chain.
    const alice = fromHex('0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d')
    equal(
      toHex(system.storage.account.key(alice)),
      '0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9' +
        'de1e86a9a8c739864cf3cc5ec2bea59f' +
        'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
    )
  })

  it('reads back the keys that it writes, and refuses others', () => {
    const { entries, votes } = ledger.storage
    deepEqual(entries.decodeKey(entries.key(id)), id)
    const voter = Uint8Array.of(1, 2)
    deepEqual(votes.decodeKey(votes.key(5, voter)), [5, voter])
    equal(toHex(votes.key(5, voter)).startsWith(toHex(votes.prefix(5))), true)
    throws(() => entries.decodeKey(votes.key(5, voter)), { name: 'CodecError' })
    const wrongHash = entries.key(id)
    wrongHash[40] = (wrongHash[40] ?? 0) ^ 1
    throws(() => entries.decodeKey(wrongHash), { name: 'CodecError' })
  })

  it('reads absence as the fallback', () => {
    const count: number = ledger.storage.count.decode(undefined)
    const entry: Infer<typeof Entry> | undefined = ledger.storage.entries.decode(undefined)
    equal(count, 0)
    equal(entry, undefined)
  })

  it('writes and reads its calls', () => {
    const bytes = ledger.calls.addEntry.encode({ id, level: 2 })
    deepEqual(bytes, Uint8Array.of(50, 3, ...id, 2))
    deepEqual(ledger.calls.addEntry.decode(bytes), { id, level: 2 })
    equal(ledger.calls.addEntry.name, 'add_entry')
    throws(() => ledger.calls.wipe.decode(bytes), { code: 'codec.unknown-tag' })
  })

  it('refuses two calls of one index', () => {
    const calls = { one: call(0, {}, ''), two: call(0, {}, '') }
    throws(() => pallet({ name: 'X', index: 0, docs: '', calls }), { code: 'codec.out-of-range' })
  })

  it('refuses a call of the index of one that is gone', () => {
    const spec = { name: 'X', index: 0, docs: '', calls: { one: call(1, {}, '') } }
    equal(pallet({ ...spec, retiredCalls: [0] }).calls.one.index, 1)
    throws(() => pallet({ ...spec, retiredCalls: [0, 1] }), { code: 'codec.out-of-range' })
  })
})

describe('the types of a chain', () => {
  const { RuntimeCall, RuntimeEvent, GenesisConfig } = composeTypes([ledger, silent])

  it('hold every call and event, typed', () => {
    const decoded = RuntimeCall.decode(ledger.calls.addEntry.encode({ id, level: 2 }))
    if (decoded.type !== 'Ledger' || decoded.value.type !== 'addEntry') throw new Error('another call')
    const level: number = decoded.value.value.level
    equal(level, 2)
    deepEqual(RuntimeEvent.encode({ type: 'Ledger', value: { type: 'Wiped', value: {} } }), Uint8Array.of(50, 1))
  })

  it('ask at genesis for what the pallets want to know', () => {
    deepEqual(GenesisConfig.encode({ ledger: { owner: id } }), id)
  })

  it('refuse two pallets of one index', () => {
    const twin = pallet({ name: 'Twin', index: 50, docs: '' })
    throws(() => composeTypes([ledger, twin]), { code: 'codec.out-of-range' })
  })
})
