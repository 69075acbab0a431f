/** Read proofs: nodes of a trie, from a host that wants another value believed. */
import { equalBytes, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { t, tryDecode } from '@pha/core/schema'
import { emptyTrie, proveKeys, verifyProof } from '@pha/core/trie'
import type { Random } from '../random.ts'
import type { Sample } from '../sample.ts'
import { refusedWith, type Target, type Verdict, Violation } from '../target.ts'

const Proof = t.vec(t.bytes)

export function proofTargets(): Target[] {
  return [wholeProof(), singleNode()]
}

/** Keys that share prefixes, values on both sides of the 32 bytes above which their hash is stored. */
const ENTRIES = Array.from({ length: 48 }, (_, i): [key: Uint8Array, value: Uint8Array] => [
  Uint8Array.of(i % 3, ...new Uint8Array(i % 5).fill(0x11), i),
  new Uint8Array((7 * i) % 50).fill(i),
])
const KEYS = [...ENTRIES.filter((_, i) => i % 5 === 0).map(([key]) => key), Uint8Array.of(9), new Uint8Array(0)]

/** Whatever is in the proof, a value that passes is the value in the trie, and an absent key is absent. */
function wholeProof(): Target {
  const trie = emptyTrie(1).applyChanges(ENTRIES)
  const root = trie.root()
  const proofs = KEYS.map((key) => ({ keys: [key], bytes: Proof.encode(proveKeys(trie, [key])) }))
  return {
    name: 'trie.proof',
    share: 1,
    sample: (random) => ({ bytes: random.pick(proofs).bytes, marks: [0] }),
    offer(input) {
      const proof = tryDecode(Proof, input)
      if (!proof.ok) return refusedWith(proof.reason, 'codec.')
      let verdict: Verdict = 'refused'
      for (const key of KEYS) {
        const read = verifyProof(root, proof.value, [key])
        if (!read.ok) refusedWith(read.reason, 'trie.')
        else {
          if (!sameValue(read.values[0], trie.get(key))) throw new Violation(`forged value at ${toHex(key)}`)
          verdict = 'accepted'
        }
      }
      return verdict
    },
  }
}

/** Any bytes as the root node, under their own hash: the decoder of nodes sees what no honest trie contains. */
function singleNode(): Target {
  return {
    name: 'trie.node',
    share: 1,
    sample(random): Sample {
      const trie = emptyTrie(random.oneIn(2) ? 1 : 0).applyChanges(someEntries(random))
      const root = toHex(trie.root())
      const node = proveKeys(trie, []).find((bytes) => toHex(blake2b256(bytes)) === root)
      if (node === undefined) throw new Violation('a proof without its root')
      return { bytes: node, marks: [0, 1, 2, 3, 4, 5] }
    },
    offer(input) {
      let verdict: Verdict = 'refused'
      const root = blake2b256(input)
      for (const key of [...KEYS.slice(0, 4), input.subarray(1, 8)]) {
        const read = verifyProof(root, [input], [key])
        if (!read.ok) refusedWith(read.reason, 'trie.')
        // A hash on the way to this key may be missing while the node itself is sound.
        if (read.ok || read.reason === 'trie.incomplete-proof') verdict = 'accepted'
      }
      return verdict
    },
  }
}

function someEntries(random: Random): [Uint8Array, Uint8Array][] {
  return Array.from({ length: 1 + random.below(6) }, () => [
    random.bytes(random.below(6)),
    random.bytes(random.below(40)),
  ])
}

function sameValue(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return equalBytes(left, right)
}
