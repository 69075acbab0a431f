import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { utf8Encode } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import { bytesOf } from '../testing/test-chain.ts'
import { ContractState } from './contract-state.ts'
import { type Delta, openDelta, sealDelta } from './delta.ts'
import { openSnapshot, sealSnapshot } from './snapshot.ts'

const key = Secret.from(new Uint8Array(64).fill(1))
const name = { genesis: bytesOf('genesis'), contract: bytesOf('contract'), batch: 3 }
const others = [
  { ...name, batch: 4 },
  { ...name, contract: bytesOf('other') },
  { ...name, genesis: bytesOf('other') },
]
const delta: Delta = { changes: [[utf8Encode('key'), utf8Encode('value')]], receipts: [], replies: [] }

describe('a delta', () => {
  it('is the same on every replica, and opens for its batch only', () => {
    const blob = sealDelta(key, name, delta)
    deepEqual(sealDelta(key, name, delta), blob)
    deepEqual(openDelta(key, name, blob), delta)
    for (const other of others) {
      equal(openDelta(key, other, blob), undefined)
      notDeepEqual(sealDelta(key, other, delta), blob)
    }
    equal(openDelta(Secret.from(new Uint8Array(64)), name, blob), undefined)
  })

  it('has the length of its size bucket, whatever is in it', () => {
    const lengths = ['', 'a', 'a longer value that still fits'].map(
      (text) => sealDelta(key, name, { ...delta, changes: [[utf8Encode('key'), utf8Encode(text)]] }).length,
    )
    equal(new Set(lengths).size, 1)
  })

  it('is refused after any change', () => {
    const blob = sealDelta(key, name, delta)
    for (let at = 0; at < blob.length; at += 13) {
      equal(
        openDelta(
          key,
          name,
          blob.map((byte, i) => (i === at ? byte ^ 1 : byte)),
        ),
        undefined,
      )
    }
    equal(openDelta(key, name, new Uint8Array(0)), undefined)
  })
})

describe('a snapshot', () => {
  const state = ContractState.initial(bytesOf('salt')).apply([[utf8Encode('key'), utf8Encode('value')]])

  it('brings the whole state back, for its batch only', () => {
    const carried = [{ batch: 3, receipts: delta.receipts, replies: delta.replies }]
    const blob = sealSnapshot(key, name, { state, carried })
    deepEqual(openSnapshot(key, name, blob)?.carried, carried)
    deepEqual(openSnapshot(key, name, blob)?.state.trie.root(), state.trie.root())
    for (const other of others) equal(openSnapshot(key, other, blob), undefined)
  })

  it('is no delta, and a delta no snapshot', () => {
    equal(openDelta(key, name, sealSnapshot(key, name, { state, carried: [] })), undefined)
    equal(openSnapshot(key, name, sealDelta(key, name, delta)), undefined)
  })
})
