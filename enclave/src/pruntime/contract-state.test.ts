import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareBytes, toHex, utf8Encode } from '@pha/core/codec'
import { EMPTY_STATE_ROOT, TopicHead } from '@pha/core/protocol'
import fc from 'fast-check'
import { enclaveLimits } from '../limits.ts'
import { BufferedWrites, ContractState, readOnly, SALT_KEY, TOPIC_KEY } from './contract-state.ts'

const salt = new Uint8Array(32).fill(1)
const initial = ContractState.initial(salt)
const key = utf8Encode('key')
const value = utf8Encode('value')

describe("a contract's state", () => {
  it('has the root that the chain expects before the first message', () => {
    deepEqual(initial.root(), EMPTY_STATE_ROOT)
  })

  it('has roots that depend on the salt', () => {
    const topic = TopicHead.encode({ sequence: 1n, head: salt })
    const other = ContractState.initial(new Uint8Array(32).fill(2))
    const roots = [initial, other].map((state) => toHex(state.apply([[TOPIC_KEY, topic]]).root()))
    equal(new Set(roots).size, 2)
  })

  it('hides our entries from the contract, and refuses to let it write them', () => {
    const writes = new BufferedWrites(initial.apply([[key, value]]))
    for (const ours of [SALT_KEY, TOPIC_KEY]) {
      equal(writes.get(ours), undefined)
      throws(() => writes.set(ours, value), { name: 'StateLimitError' })
      throws(() => writes.set(ours, undefined), { name: 'StateLimitError' })
    }
    deepEqual(writes.nextKey(new Uint8Array(0), undefined), key)
    equal(writes.nextKey(new Uint8Array(0), key), undefined)
  })

  it('bounds what one message writes, counting each entry once', () => {
    const writes = new BufferedWrites(initial)
    const large = new Uint8Array(60_000)
    for (let round = 0; round < 20; round++) writes.set(key, large)
    for (let i = 0; i < 7; i++) writes.set(Uint8Array.of(i), large)
    throws(() => writes.set(Uint8Array.of(9), new Uint8Array(enclaveLimits.writtenBytes - 8 * 60_000)), {
      name: 'StateLimitError',
    })
  })

  it('counts every entry, so that a contract cannot fill the memory with empty ones', () => {
    const writes = new BufferedWrites(initial)
    const most = Math.floor(enclaveLimits.writtenBytes / (enclaveLimits.entryBytes + 2))
    const set = (i: number): void => writes.set(Uint8Array.of(i >> 8, i & 255), new Uint8Array(0))
    for (let i = 0; i < most; i++) set(i)
    throws(() => set(most), { name: 'StateLimitError' })
  })

  it('has a size that follows from its entries alone', () => {
    const changed = initial.apply([[key, value]]).apply([[key, new Uint8Array(0)]])
    equal(changed.size, initial.size + enclaveLimits.entryBytes + key.length)
    equal(ContractState.of([...changed.trie.entries()]).size, changed.size)
    equal(changed.apply([[key, undefined]]).apply([[key, undefined]]).size, initial.size)
  })

  it('finds the next key at one price, so that a contract cannot stop the enclave behind what it removed', () => {
    const names = Array.from({ length: 4_000 }, (_, i) => Uint8Array.of(i >> 8, i & 255))
    const writes = new BufferedWrites(initial.apply(names.map((name) => [name, value])))
    for (const name of names) writes.set(name, undefined)
    const began = process.threadCpuUsage()
    for (let i = 0; i < 8_000; i++) equal(writes.nextKey(new Uint8Array(0), undefined), undefined)
    // some 80 ms; walking over what was removed took 7 s
    ok(process.threadCpuUsage(began).user < 3_000_000)
  })

  it('cannot be written by a query', () => {
    throws(() => readOnly(initial).set(key, value))
  })

  it('behaves under any writes like a sorted map, and leaves the state before untouched', () => {
    const keys = fc.uint8Array({ minLength: 0, maxLength: 3, max: 3 })
    const change = fc.tuple(keys, fc.option(fc.uint8Array({ maxLength: 2 }), { nil: undefined }))
    fc.assert(
      fc.property(fc.array(change), fc.array(change), keys, (before, changes, prefix) => {
        const state = initial.apply(before)
        const root = state.trie.root()
        const writes = new BufferedWrites(state)
        const model = new Map<string, readonly [Uint8Array, Uint8Array]>()
        for (const [name, next] of [...before, ...changes]) {
          if (next === undefined) model.delete(toHex(name))
          else model.set(toHex(name), [name, next])
        }
        for (const [i, [name, next]] of changes.entries()) {
          writes.set(name, next)
          if (i % 3 === 0) writes.nextKey(prefix, undefined)
        }
        const startsWith = (name: Uint8Array): boolean => toHex(name).startsWith(toHex(prefix))
        const expected = [...model.values()].filter(([name]) => startsWith(name))
        expected.sort(([left], [right]) => compareBytes(left, right))
        const listed: (readonly [Uint8Array, Uint8Array | undefined])[] = []
        for (let next = writes.nextKey(prefix, undefined); next !== undefined; next = writes.nextKey(prefix, next)) {
          listed.push([next, writes.get(next)])
        }
        deepEqual(listed, expected)
        deepEqual(state.trie.root(), root)
        const applied = state.apply(writes.changes())
        deepEqual([...applied.trie.entries()].length, model.size + 1)
      }),
    )
  })
})
