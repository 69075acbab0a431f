/** Roots and encodings that polkadot-sdk and real chains gave. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { blake2b256 } from '../crypto/hash.ts'
import { encodeNode } from './encode-node.ts'
import { emptyTrie, proveKeys, verifyProof } from './index.ts'
import { fromHex, toHex } from './test-bytes.ts'

const EMPTY_ROOT = '03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314'
const vectors = join(import.meta.dirname, '../../../../shared/vectors/trie')
const skip = existsSync(vectors) ? false : 'skipped: ../shared/vectors/trie is absent'
if (skip) console.log(skip)

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(vectors, name), 'utf8')) as T
}

const changesOf = (record: Record<string, string | null>) =>
  Object.entries(record).map(([key, value]) => [fromHex(key), value === null ? undefined : fromHex(value)] as const)

describe('polkadot-sdk unit vectors', () => {
  it('gives the empty root in both state versions', () => {
    assert.equal(toHex(emptyTrie(0).root()), EMPTY_ROOT)
    assert.equal(toHex(emptyTrie(1).root()), EMPTY_ROOT)
  })

  it('encodes two keys whose leaves are inside the root', () => {
    const trie = emptyTrie(1).insert(fromHex('4819'), fromHex('fe')).insert(fromHex('1314'), fromHex('ff'))
    const encoding = '8012001443031404ff1443081904fe'
    assert.ok(trie.rootNode)
    assert.equal(toHex(encodeNode(trie.rootNode, 1)), encoding)
    assert.equal(toHex(trie.root()), toHex(blake2b256(fromHex(encoding))))
  })

  it('encodes a single key as one leaf', () => {
    const trie = emptyTrie(0).insert(fromHex('aa'), fromHex('bb'))
    assert.equal(toHex(trie.root()), toHex(blake2b256(fromHex('42aa04bb'))))
  })
})

describe('real chains', { skip }, () => {
  it('gives the genesis hash of Khala', () => {
    const genesis = read<{ genesisHash: string; top: Record<string, string> }>('khala-genesis.json')
    const changes = changesOf(genesis.top)
    const trie = emptyTrie(0).applyChanges(changes)
    const number = Uint8Array.of(0)
    const digest = Uint8Array.of(0)
    const header = [new Uint8Array(32), number, trie.root(), fromHex(EMPTY_ROOT), digest]
    assert.equal(toHex(blake2b256(...header)), genesis.genesisHash.slice(2))

    const keys = changes.map(([key]) => key)
    const values = changes.map(([, value]) => value)
    assert.deepEqual(verifyProof(trie.root(), proveKeys(trie, keys), keys), { ok: true, values })
  })

  it('follows the state roots of consecutive Phala blocks', () => {
    interface Series {
      genesis: Record<string, string>
      blocks: { changes: [string, string | null][]; stateRoot: string }[]
    }
    const { genesis, blocks } = read<Series>('phala-blocks.json')
    let trie = emptyTrie(0).applyChanges(changesOf(genesis))
    const snapshots = []
    for (const { changes, stateRoot } of blocks) {
      trie = trie.applyChanges(changesOf(Object.fromEntries(changes)))
      assert.equal(toHex(trie.root()), stateRoot.slice(2))
      snapshots.push(trie)
    }
    assert.equal(blocks.length, 51)
    // Later blocks left the earlier snapshots alone.
    snapshots.forEach((snapshot, i) => {
      const again = emptyTrie(0).applyChanges(snapshot.entries())
      assert.equal(toHex(again.root()), blocks[i]?.stateRoot.slice(2))
    })
  })
})
