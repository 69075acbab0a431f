import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { emptyTrie, orderedTrieRoot, proveOrdered, TrieError, verifyOrdered } from './index.ts'
import { anyValue, anyVersion, fromHex } from './test-bytes.ts'

describe('ordered roots', () => {
  it('use the compact index as the key', () => {
    const values = Array.from({ length: 70 }, (_, i) => Uint8Array.of(i))
    let trie = emptyTrie(0)
    values.forEach((value, i) => {
      trie = trie.insert(i < 64 ? Uint8Array.of(i * 4) : Uint8Array.of((i * 4 + 1) & 0xff, 1), value)
    })
    assert.deepEqual(orderedTrieRoot(values, 0), trie.root())
  })

  it('are the empty root for an empty list in both versions', () => {
    const empty = fromHex('03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314')
    assert.deepEqual(orderedTrieRoot([], 0), empty)
    assert.deepEqual(orderedTrieRoot([], 1), empty)
  })

  it('prove each value at its own index and no other', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 1, maxLength: 20 }), anyVersion, fc.nat(), (values, version, n) => {
        const index = n % values.length
        const root = orderedTrieRoot(values, version)
        const proof = proveOrdered(values, index, version)
        assert.deepEqual(verifyOrdered(root, proof, index), { ok: true, value: values[index] })
        for (let other = 0; other < values.length; other++) {
          const result = verifyOrdered(root, proof, other)
          if (result.ok) assert.deepEqual(result.value, values[other])
        }
      }),
    )
  })

  it('refuse an index that the list does not have', () => {
    const values = [Uint8Array.of(1), Uint8Array.of(2)]
    const root = orderedTrieRoot(values, 1)
    const absent = { ok: false, reason: 'trie.absent' }
    assert.deepEqual(verifyOrdered(root, proveOrdered(values, 2, 1), 2), absent)
    for (const index of [-1, 0.5, Number.NaN, 2 ** 30]) assert.deepEqual(verifyOrdered(root, [], index), absent)
    assert.throws(() => proveOrdered(values, -1, 1), TrieError)
  })
})
