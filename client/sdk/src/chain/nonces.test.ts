import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Nonces } from './nonces.ts'

const ann = new Uint8Array(32).fill(1)
const bob = new Uint8Array(32).fill(2)

describe('the nonces of calls in flight', () => {
  it('follow each other, for each account by itself', () => {
    const nonces = new Nonces()
    deepEqual([nonces.take(ann, 5), nonces.take(ann, 5), nonces.take(bob, 0), nonces.take(ann, 6)], [5, 6, 0, 7])
  })

  it('are given out again after a refusal, so that later ones do not wait forever', () => {
    const nonces = new Nonces()
    for (let i = 0; i < 3; i++) nonces.take(ann, 0)
    nonces.giveBack(ann, 1)
    deepEqual([nonces.take(ann, 0), nonces.take(ann, 0)], [1, 3])
  })

  it('never lie below the chain', () => {
    const nonces = new Nonces()
    nonces.take(ann, 0)
    nonces.take(ann, 0)
    nonces.giveBack(ann, 0)
    equal(nonces.take(ann, 9), 9)
  })

  it('begin again at the chain when nothing is in flight', () => {
    const nonces = new Nonces()
    nonces.take(ann, 3)
    nonces.take(ann, 3)
    nonces.settle(ann)
    nonces.settle(ann)
    equal(nonces.take(ann, 4), 4)
  })
})
