import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  type Change,
  closestDescendantMerkleValue,
  emptyTrie,
  type NodeName,
  type NodeSource,
  proveKeys,
  type StoredNode,
  StoredTries,
  type Trie,
  type TrieVersion,
} from './index.ts'
import { anyKey, anyValue, anyVersion, fromHex, toHex } from './test-bytes.ts'

const vectors = join(import.meta.dirname, '../../../../shared/vectors/trie')
const skip = existsSync(vectors) ? false : 'skipped: ../shared/vectors/trie is absent'

/** A store in memory. */
class MemoryStore implements NodeSource {
  readonly nodes = new Map<string, StoredNode>()

  read(path: Uint8Array, nibbles: number, hash: Uint8Array): StoredNode | undefined {
    return this.nodes.get(textOf({ path, nibbles, hash }))
  }
}

const textOf = ({ path, nibbles, hash }: NodeName): string => `${toHex(path)}/${nibbles}/${toHex(hash)}`

/** The names of all nodes that a trie needs. */
function namesOf(trie: Trie, version: TrieVersion): Set<string> {
  const copy = new MemoryStore()
  const fresh = emptyTrie(version).applyChanges(trie.entries())
  new StoredTries({ version, source: copy, cacheBytes: 0 }).write(fresh, (node) => copy.nodes.set(textOf(node), node))
  return new Set(copy.nodes.keys())
}

const anyBlocks = fc.array(
  fc.record({
    changes: fc.array(fc.tuple(anyKey, fc.option(anyValue, { nil: undefined })), { maxLength: 25 }),
    cleared: fc.option(anyKey, { nil: undefined, freq: 4 }),
    isReopened: fc.boolean(),
  }),
  { maxLength: 10 },
)

describe('StoredTries', () => {
  it('equals the trie in memory after any blocks, with almost no cache, and keeps exactly the nodes it needs', () => {
    const property = fc.property(
      anyBlocks,
      anyVersion,
      fc.constantFrom(0, 2_000, 1e6),
      (blocks, version, cacheBytes) => {
        const source = new MemoryStore()
        const open = () => new StoredTries({ version, source, cacheBytes })
        let tries = open()
        let model = emptyTrie(version)
        let stored = tries.open(model.root())
        for (const { changes, cleared, isReopened } of blocks) {
          const apply = (trie: Trie): Trie => {
            const next = trie.applyChanges(changes as Change[])
            return cleared === undefined ? next : next.clearPrefix(cleared)
          }
          model = apply(model)
          const next = apply(stored)
          assert.deepEqual(next.root(), model.root())
          const replaced = tries.replaced(stored, next).map(textOf)
          assert.equal(new Set(replaced).size, replaced.length, 'nothing is named twice')
          for (const name of replaced) assert.ok(source.nodes.delete(name), 'what is replaced was stored')
          tries.write(next, (node) =>
            source.nodes.set(textOf(node), { encoded: node.encoded.slice(), value: node.value }),
          )
          assert.deepEqual(new Set(source.nodes.keys()), namesOf(model, version))
          if (isReopened) tries = open()
          stored = isReopened ? tries.open(model.root()) : next
          assert.deepEqual([...stored.entries()], [...model.entries()])
          for (const [key] of changes) {
            assert.deepEqual(stored.get(key), model.get(key))
            assert.deepEqual(stored.hashOf(key), model.hashOf(key))
            assert.deepEqual(proveKeys(stored, [key]), proveKeys(model, [key]))
            assert.deepEqual(closestDescendantMerkleValue(stored, key), closestDescendantMerkleValue(model, key))
            assert.deepEqual([...stored.entries(key, cleared)], [...model.entries(key, cleared)])
          }
        }
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  it('says which node is missing or damaged, and keeps serving what it has', () => {
    const source = new MemoryStore()
    const tries = new StoredTries({ version: 1, source, cacheBytes: 0 })
    const entries = Array.from({ length: 40 }, (_, i) => [Uint8Array.of(i * 6, i), new Uint8Array(60).fill(i)] as const)
    const trie = emptyTrie(1).applyChanges(entries)
    tries.write(trie, (node) => source.nodes.set(textOf(node), node))
    const lost = [...source.nodes].find(([name]) => name.split('/')[1] === '2') as [string, StoredNode]
    source.nodes.delete(lost[0])
    const reopened = tries.open(trie.root())
    const outcomes = entries.map(([key, value]) => {
      try {
        assert.deepEqual(reopened.get(key), value)
        return 'found'
      } catch (error) {
        return (error as { code?: string }).code
      }
    })
    assert.deepEqual(new Set(outcomes), new Set(['found', 'trie.node-missing']))
    source.nodes.set(lost[0], { encoded: lost[1].encoded.subarray(1), value: lost[1].value })
    assert.throws(() => [...tries.open(trie.root()).entries()], { code: 'trie.node-damaged' })
    assert.throws(() => tries.open(new Uint8Array(32)), { code: 'trie.node-missing' })
  })

  it('follows the state roots of consecutive Phala blocks from a store', { skip }, () => {
    const { genesis, blocks } = JSON.parse(readFileSync(join(vectors, 'phala-blocks.json'), 'utf8')) as {
      genesis: Record<string, string>
      blocks: { changes: [string, string | null][]; stateRoot: string }[]
    }
    const source = new MemoryStore()
    const tries = new StoredTries({ version: 0, source, cacheBytes: 10_000 })
    let trie = emptyTrie(0).applyChanges(Object.entries(genesis).map(([key, value]) => [fromHex(key), fromHex(value)]))
    for (const { changes, stateRoot } of blocks) {
      const changed = changes.map(
        ([key, value]) => [fromHex(key), value === null ? undefined : fromHex(value)] as const,
      )
      const next = trie.applyChanges(changed)
      tries.write(next, (node) => source.nodes.set(textOf(node), node))
      assert.equal(toHex(next.root()), stateRoot.slice(2))
      trie = tries.open(next.root())
    }
    assert.equal(blocks.length, 51)
  })
})
