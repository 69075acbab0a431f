import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { blake2b256 } from '../crypto/hash.ts'
import { closestDescendantMerkleValue, emptyTrie, proveKeys } from './index.ts'
import { anyEntries, anyKey, anyValue, anyVersion, fromHex, toHex } from './test-bytes.ts'

describe('closestDescendantMerkleValue', () => {
  it('is the hash or the encoding of a node of the proof of a key below', () => {
    const trie = emptyTrie(1).insert(fromHex('4819'), fromHex('fe')).insert(fromHex('1314'), fromHex('ff'))
    assert.deepEqual(closestDescendantMerkleValue(trie, fromHex('48')), fromHex('43081904fe'))
    assert.deepEqual(closestDescendantMerkleValue(trie, new Uint8Array()), trie.root())
    assert.equal(closestDescendantMerkleValue(trie, fromHex('49')), undefined)
    const long = emptyTrie(1).insert(fromHex('10'), new Uint8Array(80)).insert(fromHex('20'), new Uint8Array(80))
    const hashes = proveKeys(long, [fromHex('10')]).map((node) => toHex(blake2b256(node)))
    assert.ok(hashes.includes(toHex(closestDescendantMerkleValue(long, fromHex('10')) ?? new Uint8Array())))
  })

  it('differs exactly when something below the prefix differs, and is absent exactly when nothing is there', () => {
    fc.assert(
      fc.property(anyEntries, anyKey, anyKey, anyValue, anyVersion, (entries, prefix, key, value, version) => {
        const before = emptyTrie(version).applyChanges(entries).insert(Uint8Array.of(), Uint8Array.of(1))
        const after = before.insert(key, value)
        const below = (trie: typeof before) => [...trie.entries(prefix)]
        const merkle = (trie: typeof before) => closestDescendantMerkleValue(trie, prefix)
        assert.equal(merkle(before) === undefined, below(before).length === 0)
        // A node's own part of the path may grow or shrink with its neighbours, so equal entries may differ in value.
        if (key.length >= prefix.length && prefix.every((byte, i) => byte === key[i]) && before !== after)
          assert.notDeepEqual(merkle(before), merkle(after))
      }),
    )
  })
})
