import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeNode } from './decode-node.ts'
import { encodeNode } from './encode-node.ts'
import { emptyTrie } from './index.ts'
import { anyEntries, anyVersion, fromHex } from './test-bytes.ts'

const refused: Record<string, string> = {
  'no bytes': '',
  'the empty node, which only the empty root is': '00',
  'the reserved compact header': '01',
  'an unknown header': '0f',
  'a leaf without its value': '42aa',
  'a value that is cut': '42aa08bb',
  'bytes after the node': '42aa04bb00',
  'padding that is not zero': '411a04bb',
  'a length in two bytes that fits in one': '42aa1100bbbbbbbb',
  'a length in four bytes that fits in two': '42aa12000000bbbbbbbb',
  'a length of the big-integer mode': '42aa0304000000bbbbbbbb',
  'a length beyond every proof': '42aafeffffffbb',
  'a branch without children': '800000',
  'a child reference of 33 bytes': `80010084${'00'.repeat(33)}`,
  'an empty child reference': '80010000',
  'an empty node as a child': '8001000400',
  'an inline child with bytes after it': '8001001842aa04bb0000',
  'a hashed value that is cut': `22aa${'00'.repeat(31)}`,
  'more nibbles than a key can have': `7f${'ff'.repeat(4)}00${'00'.repeat(600)}04bb`,
  'a nibble count that does not end': `7f${'ff'.repeat(3)}`,
}

describe('decodeNode', () => {
  for (const [what, hex] of Object.entries(refused))
    it(`refuses ${what}`, () => assert.equal(decodeNode(fromHex(hex)), undefined))

  it('reads a leaf, a hashed value and an inline child', () => {
    const value = { kind: 'inline', bytes: fromHex('bb') }
    const leaf = { nibbles: fromHex('0a0a'), value, children: [] }
    assert.deepEqual(decodeNode(fromHex('42aa04bb')), leaf)
    const hash = '07'.repeat(32)
    const hashed = { ...leaf, value: { kind: 'hash', hash: fromHex(hash) } }
    assert.deepEqual(decodeNode(fromHex(`22aa${hash}`)), hashed)
    const branch = decodeNode(fromHex(`8105018010${'42aa04bb'}80${hash}`))
    assert.deepEqual(branch?.nibbles, fromHex('05'))
    assert.deepEqual(branch?.children[0], { kind: 'inline', node: leaf })
    assert.deepEqual(branch?.children[15], { kind: 'hash', hash: fromHex(hash) })
  })

  it('reads back what the encoder writes, and nothing shorter or longer', () => {
    fc.assert(
      fc.property(anyEntries, anyVersion, fc.nat(), (entries, version, cut) => {
        const root = emptyTrie(version).applyChanges(entries).rootNode
        fc.pre(root !== undefined)
        const encoded = encodeNode(root, version)
        const decoded = decodeNode(encoded)
        assert.equal(decoded?.nibbles.length, root.end - root.start)
        assert.equal(decoded.children.length, root.children?.length ?? 0)
        assert.equal(decodeNode(encoded.subarray(0, cut % encoded.length)), undefined)
        assert.equal(decodeNode(Uint8Array.of(...encoded, cut)), undefined)
      }),
    )
  })
})
