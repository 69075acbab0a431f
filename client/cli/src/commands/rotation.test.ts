import { equal, match } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rotationText } from './rotation.ts'

const wanted = {
  from: 1,
  to: 2,
  wantedAt: 7,
  since: undefined,
  contracts: 0n,
  done: 0n,
  percent: 0,
  retiredAt: undefined,
  block: 8,
}
const moving = { ...wanted, since: 9, contracts: 5n, done: 2n, percent: 40, block: 30 }

describe('what pha keys rotation prints', () => {
  it('before the first rotation', () => {
    equal(rotationText(null), 'the root was never rotated')
  })

  it('while the new root is made', () => {
    match(rotationText(wanted), /^root 2 is being made, to replace root 1\nwanted at block 7; block 8, proven$/)
  })

  it('while contracts move: percent first', () => {
    const [first, second, third] = rotationText(moving).split('\n')
    equal(first, 'root 2 replaces root 1: 40 % done')
    equal(second, '2 of 5 contracts need root 1 no more')
    equal(third, 'wanted at block 7, root 2 in office since block 9; block 30, proven')
  })

  it('afterwards: in which block it was done', () => {
    const text = rotationText({ ...moving, done: 5n, percent: 100, retiredAt: 88, block: 90 })
    match(text, /^root 2 replaced root 1: 100 % done at block 88$/m)
    match(text, /they erase them/)
  })
})
