import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { blake2b256 } from '../crypto/hash.ts'
import { emptyTrie, MAX_KEY_BYTES, MAX_PROOF_BYTES, MAX_PROOF_NODES, proveKeys, verifyProof } from './index.ts'
import { anyEntries, anyKey, anyVersion, fromHex, sortedModel, toHex } from './test-bytes.ts'

const oracle = await import('@polkadot-api/substrate-bindings').catch(() => undefined)

const bytes = (n: number, fill: number) => new Uint8Array(n).fill(fill)

const sample = emptyTrie(1).applyChanges([
  [fromHex('1000'), bytes(40, 1)],
  [fromHex('1001'), bytes(32, 2)],
  [fromHex('100100'), bytes(33, 3)],
  [fromHex('2000'), bytes(1, 4)],
  [fromHex('2001'), bytes(1, 5)],
  [fromHex('30'), bytes(100, 6)],
])
const askedKeys = ['1000', '1001', '100100', '2000', '2001', '2002', '40', '', '3000'].map(fromHex)
const askedValues = askedKeys.map((key) => sample.get(key))

describe('read proofs', () => {
  it('prove values and absences', () => {
    fc.assert(
      fc.property(anyEntries, fc.array(anyKey, { maxLength: 10 }), anyVersion, (entries, others, version) => {
        const trie = emptyTrie(version).applyChanges(entries)
        const keys = [...others, ...entries.slice(0, 10).map(([key]) => key)]
        const values = keys.map((key) => trie.get(key))
        assert.deepEqual(verifyProof(trie.root(), proveKeys(trie, keys), keys), { ok: true, values })
      }),
      { numRuns: 300 },
    )
  })

  it('are a sorted set and hold nothing that can be left out', () => {
    fc.assert(
      fc.property(anyEntries, anyVersion, (entries, version) => {
        const trie = emptyTrie(version).applyChanges(entries)
        const keys = entries.slice(0, 8).map(([key]) => key)
        const proof = proveKeys(trie, keys)
        const texts = proof.map(toHex)
        assert.deepEqual(texts, [...new Set(texts)].toSorted())
        if (keys.length === 0) return
        for (const missing of proof) {
          const rest = proof.filter((item) => item !== missing)
          assert.deepEqual(verifyProof(trie.root(), rest, keys), { ok: false, reason: 'trie.incomplete-proof' })
        }
      }),
    )
  })

  it('do not depend on order, repetition, company or place in a buffer', () => {
    const proof = proveKeys(sample, askedKeys)
    const buffer = Buffer.concat([bytes(7, 0xff), ...proof])
    let offset = 7
    const views = proof.map(({ length }) => {
      offset += length
      return buffer.subarray(offset - length, offset)
    })
    const shuffled = [bytes(50, 0), ...views.toReversed(), ...views]
    assert.deepEqual(verifyProof(sample.root(), shuffled, askedKeys), { ok: true, values: askedValues })
  })

  it('never prove another value when any bit of a byte is changed', () => {
    for (const version of [0, 1] as const) {
      const trie = emptyTrie(version).applyChanges(sample.entries())
      const proof = proveKeys(trie, askedKeys)
      proof.forEach((node, i) => {
        node.forEach((byte, at) => {
          for (const flip of [0x01, 0x80, 0xff]) {
            const altered = proof.with(i, node.with(at, byte ^ flip))
            const result = verifyProof(trie.root(), altered, askedKeys)
            if (result.ok) assert.deepEqual(result.values, askedValues)
            else assert.equal(result.reason, 'trie.incomplete-proof')
          }
        })
      })
    }
  })

  it('never prove another value when cut, extended or swapped', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), fc.nat(), fc.nat(), fc.nat(), (extra, i, cut, mode) => {
        const proof = proveKeys(sample, askedKeys)
        const at = i % proof.length
        const node = proof[at] ?? bytes(0, 0)
        const altered = mode % 2 ? proof.with(at, node.slice(0, cut % (node.length + 1))) : proof.toSpliced(at, 1)
        const result = verifyProof(sample.root(), [...altered, ...extra], askedKeys)
        if (result.ok) assert.deepEqual(result.values, askedValues)
      }),
    )
  })

  it('are refused without throwing when the bytes are random, even under their own hash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), anyKey, (node, key) => {
        const result = verifyProof(blake2b256(node), [node], [key])
        assert.ok(result.ok || ['trie.bad-node', 'trie.incomplete-proof'].includes(result.reason))
      }),
      { numRuns: 2000 },
    )
  })

  it('prove that an empty trie holds nothing', () => {
    const trie = emptyTrie(1)
    const proof = proveKeys(trie, askedKeys)
    assert.deepEqual(proof, [Uint8Array.of(0)])
    const nothing = { ok: true, values: askedKeys.map(() => undefined) }
    assert.deepEqual(verifyProof(trie.root(), proof, askedKeys), nothing)
    assert.deepEqual(verifyProof(sample.root(), proof, askedKeys), { ok: false, reason: 'trie.incomplete-proof' })
  })

  it('are refused beyond their bounds', () => {
    const root = sample.root()
    const refused = (reason: string) => ({ ok: false, reason })
    const many = new Array<Uint8Array>(MAX_PROOF_NODES + 1).fill(bytes(1, 0))
    assert.deepEqual(verifyProof(root, many, []), refused('trie.too-many-nodes'))
    assert.deepEqual(verifyProof(root, [bytes(MAX_PROOF_BYTES + 1, 0)], []), refused('trie.proof-too-large'))
    assert.deepEqual(verifyProof(root, [], [bytes(MAX_KEY_BYTES + 1, 0)]), refused('trie.key-too-long'))
    assert.deepEqual(verifyProof(bytes(31, 0), [], askedKeys), refused('trie.incomplete-proof'))
    assert.deepEqual(verifyProof(bytes(1_000_000, 0), [], askedKeys), refused('trie.incomplete-proof'))
  })

  it('give copies, not views of the proof', () => {
    const proof = proveKeys(sample, [fromHex('30')])
    const result = verifyProof(sample.root(), proof, [fromHex('30')])
    for (const node of proof) node.fill(0)
    assert.deepEqual(result, { ok: true, values: [bytes(100, 6)] })
  })
})

describe('an independent verifier (polkadot-api)', { skip: oracle ? false : 'skipped: polkadot-api is absent' }, () => {
  it('finds the same root and the values', () => {
    assert.ok(oracle)
    const { validateProofs } = oracle
    fc.assert(
      fc.property(anyEntries, anyVersion, (entries, version) => {
        fc.pre(entries.length > 0)
        const trie = emptyTrie(version).applyChanges(entries)
        const keys = sortedModel(entries).map(([key]) => fromHex(key))
        const proof = proveKeys(trie, keys.slice(0, 12))
        const validated = validateProofs(proof)
        assert.equal(validated?.rootHash, `0x${toHex(trie.root())}`)
        assert.equal(Object.keys(validated.proofs).length, proof.length)
      }),
    )
  })
})
