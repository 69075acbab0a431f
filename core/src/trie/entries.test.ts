import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { emptyTrie } from './index.ts'
import { anyEntries, anyKey, fromHex, sortedModel, toHex } from './test-bytes.ts'

describe('entries', () => {
  it('yields what has the prefix and comes after the key, in order', () => {
    fc.assert(
      fc.property(anyEntries, anyKey, anyKey, fc.boolean(), (entries, prefix, after, wholeTrie) => {
        const trie = emptyTrie(0).applyChanges(entries)
        const start = wholeTrie ? '' : toHex(prefix)
        const expected = sortedModel(entries).filter(([key]) => key.startsWith(start))
        const found = (startAfter?: Uint8Array) =>
          [...trie.entries(fromHex(start), startAfter)].map(([key, value]) => [toHex(key), value])
        assert.deepEqual(found(), expected)
        assert.deepEqual(
          found(after),
          expected.filter(([key]) => key > toHex(after)),
        )
        for (const [key] of expected)
          assert.deepEqual(
            found(fromHex(key)),
            expected.filter(([other]) => other > key),
          )
      }),
      { numRuns: 300 },
    )
  })

  it('gives the right keys after removals turned branches into leaves', () => {
    const trie = emptyTrie(0)
      .insert(fromHex('aabbcc'), fromHex('01'))
      .insert(fromHex('aabb'), fromHex('02'))
      .remove(fromHex('aabbcc'))
    assert.deepEqual([...trie.entries()], [[fromHex('aabb'), fromHex('02')]])
  })

  it('pages through all keys', () => {
    const count = 1000
    let trie = emptyTrie(0)
    for (let i = 0; i < count; i++) trie = trie.insert(Uint8Array.of(i >> 8, i & 0xff, i % 7), Uint8Array.of(1))
    const keys: string[] = []
    for (let more = true, last: Uint8Array | undefined; more; ) {
      more = false
      let left = 64
      for (const [key] of trie.entries(new Uint8Array(0), last)) {
        keys.push(toHex(key))
        last = key
        more = true
        if (--left === 0) break
      }
    }
    assert.equal(keys.length, count)
    assert.deepEqual(keys, keys.toSorted())
  })
})
