import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { blake2b256 } from '../crypto/hash.ts'
import { emptyTrie, MAX_KEY_BYTES, MAX_VALUE_BYTES, TrieError } from './index.ts'
import { anyEntries, anyKey, anyValue, anyVersion, fromHex, sortedModel, toHex } from './test-bytes.ts'

/** The root straight from the specification, over sorted hex keys and without sharing code with the trie. */
function specifiedRoot(entries: [string, Uint8Array][], version: 0 | 1): string {
  if (entries.length === 0) return toHex(blake2b256(Uint8Array.of(0)))
  return toHex(blake2b256(fromHex(specifiedNode(entries, 0, version))))
}

function specifiedNode(entries: [string, Uint8Array][], depth: number, version: 0 | 1): string {
  const first = entries[0]?.[0] ?? ''
  const last = entries.at(-1)?.[0] ?? ''
  let end = depth
  while (end < first.length && first[end] === last[end]) end++
  const own = first.length === end ? entries[0]?.[1] : undefined
  const below = own === undefined ? entries : entries.slice(1)
  const hashed = version === 1 && own !== undefined && own.length >= 33
  const [prefix, bits] =
    below.length === 0 ? (hashed ? [0x20, 5] : [0x40, 6]) : hashed ? [0x10, 4] : [own === undefined ? 0x80 : 0xc0, 6]
  const nibbles = first.slice(depth, end)
  const groups = [...'0123456789abcdef'].map((digit) => below.filter(([key]) => key[end] === digit))
  const children = groups.filter((group) => group.length > 0).map((group) => specifiedNode(group, end + 1, version))
  return [
    specifiedHeader(prefix ?? 0, 2 ** (bits ?? 0) - 1, nibbles.length),
    (nibbles.length % 2 ? '0' : '') + nibbles,
    below.length === 0
      ? ''
      : littleEndian(
          groups.reduce((map, group, i) => map + (group.length > 0 ? 2 ** i : 0), 0),
          2,
        ),
    own === undefined ? '' : hashed ? toHex(blake2b256(own)) : specifiedBytes(toHex(own)),
    ...children.map((child) => specifiedBytes(child.length < 64 ? child : toHex(blake2b256(fromHex(child))))),
  ].join('')
}

/** node_header.rs, `size_and_prefix_iterator`. */
function specifiedHeader(prefix: number, max: number, size: number): string {
  const inFirst = Math.min(max - 1, size)
  if (inFirst === size) return littleEndian(prefix + size, 1)
  let text = littleEndian(prefix + max, 1)
  let rest = size - inFirst
  for (; rest >= 256; rest -= 255) text += 'ff'
  return text + littleEndian(rest - 1, 1)
}

function specifiedBytes(hex: string): string {
  const n = hex.length / 2
  return (n < 64 ? littleEndian(n * 4, 1) : n < 16384 ? littleEndian(n * 4 + 1, 2) : littleEndian(n * 4 + 2, 4)) + hex
}

function littleEndian(value: number, bytes: number): string {
  return toHex(Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256))
}

const anyChanges = fc.array(fc.tuple(anyKey, fc.option(anyValue, { nil: undefined })), { maxLength: 60 })

describe('Trie', () => {
  it('has the root of the specification', () => {
    fc.assert(
      fc.property(anyEntries, anyVersion, (entries, version) => {
        const root = toHex(emptyTrie(version).applyChanges(entries).root())
        assert.equal(root, specifiedRoot(sortedModel(entries), version))
      }),
      { numRuns: 400 },
    )
  })

  it('has the root of the specification for every length of the path in one node', () => {
    for (const version of [0, 1] as const) {
      for (let length = 1; length <= MAX_KEY_BYTES; length++) {
        const long = new Uint8Array(length).fill(0xab)
        const other = long.with(length - 1, 0xac)
        const entries = [long, other, Uint8Array.of(...long.subarray(0, -1))].slice(0, 1 + (length % 3))
        const changes = entries.map((key) => [key, new Uint8Array(33).fill(length)] as const)
        const root = toHex(emptyTrie(version).applyChanges(changes).root())
        assert.equal(root, specifiedRoot(sortedModel(changes), version))
      }
    }
  })

  it('does not depend on the order of insertion', () => {
    fc.assert(
      fc.property(
        anyEntries,
        anyVersion,
        fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
        (entries, version, ranks) => {
          const unique = sortedModel(entries).map(([key, value]) => [fromHex(key), value] as const)
          const shuffled = unique
            .map((entry, i) => [ranks[i] ?? 0, entry] as const)
            .sort(([a], [b]) => a - b)
            .map(([, entry]) => entry)
          const root = emptyTrie(version).applyChanges(unique).root()
          for (const order of [shuffled, unique.toReversed()])
            assert.deepEqual(emptyTrie(version).applyChanges(order).root(), root)
        },
      ),
    )
  })

  it('equals a trie from scratch after any insertions and removals, with roots taken between', () => {
    fc.assert(
      fc.property(anyChanges, anyVersion, (changes, version) => {
        let trie = emptyTrie(version)
        changes.forEach((change, i) => {
          trie = trie.applyChanges([change])
          if (i % 3 === 0) trie.root()
        })
        const model = sortedModel(changes)
        assert.equal(toHex(trie.root()), specifiedRoot(model, version))
        for (const [key, value] of model) assert.deepEqual(trie.get(fromHex(key)), value)
        for (const [key] of changes) if (!model.some(([k]) => k === toHex(key))) assert.equal(trie.get(key), undefined)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves earlier snapshots as they were', () => {
    fc.assert(
      fc.property(anyEntries, anyChanges, anyVersion, (entries, changes, version) => {
        const before = emptyTrie(version).applyChanges(entries)
        before.applyChanges(changes).root()
        assert.equal(toHex(before.root()), specifiedRoot(sortedModel(entries), version))
      }),
    )
  })

  it('clears a prefix as if each key below it were removed', () => {
    fc.assert(
      fc.property(anyEntries, anyKey, anyVersion, (entries, prefix, version) => {
        const cleared = emptyTrie(version).applyChanges(entries).clearPrefix(prefix)
        const kept = sortedModel(entries).filter(([key]) => !key.startsWith(toHex(prefix)))
        assert.equal(toHex(cleared.root()), specifiedRoot(kept, version))
      }),
      { numRuns: 300 },
    )
  })

  it('returns itself when nothing changes', () => {
    const trie = emptyTrie(1).insert(fromHex('01'), fromHex('02'))
    assert.equal(trie.insert(fromHex('01'), fromHex('02')), trie)
    assert.equal(trie.remove(fromHex('0100')), trie)
    assert.equal(trie.clearPrefix(fromHex('02')), trie)
  })

  it('keeps an empty value apart from no value', () => {
    const trie = emptyTrie(0).insert(fromHex('01'), new Uint8Array(0))
    assert.deepEqual(trie.get(fromHex('01')), new Uint8Array(0))
    assert.notDeepEqual(trie.root(), emptyTrie(0).root())
  })

  it('does not see later writes to the arrays it was given or gave as a root', () => {
    const key = Buffer.from('key')
    const value = Buffer.from('value')
    const trie = emptyTrie(0).insert(key, value)
    const root = toHex(trie.root())
    key.fill(0)
    value.fill(0)
    trie.root().fill(0)
    assert.equal(toHex(trie.root()), root)
    assert.equal(root, toHex(emptyTrie(0).insert(Buffer.from('key'), Buffer.from('value')).root()))
  })

  it('survives the deepest path there can be', () => {
    const keys = Array.from({ length: MAX_KEY_BYTES + 1 }, (_, length) => new Uint8Array(length))
    const branching = keys.slice(1).map((key) => key.with(key.length - 1, 0x10))
    const changes = [...keys, ...branching].map((key) => [key, Uint8Array.of(1)] as const)
    const trie = emptyTrie(1).applyChanges(changes)
    assert.equal(toHex(trie.root()), specifiedRoot(sortedModel(changes), 1))
    assert.deepEqual(trie.applyChanges(changes.map(([key]) => [key, undefined])).root(), emptyTrie(1).root())
  })

  it('refuses a key or value beyond the limits', () => {
    const coded = (code: string) => (error: unknown) => error instanceof TrieError && error.code === code
    const trie = emptyTrie(1)
    assert.throws(() => trie.insert(new Uint8Array(MAX_KEY_BYTES + 1), fromHex('00')), coded('trie.key-too-long'))
    assert.throws(() => trie.insert(fromHex('00'), new Uint8Array(MAX_VALUE_BYTES + 1)), coded('trie.value-too-long'))
  })
})
