import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { TypeRegistry } from '@polkadot/types'
import fc from 'fast-check'
import { birthBlock, Era, IMMORTAL, mortalEra, mortalityOf } from './era.ts'

const registry = new TypeRegistry()

describe('an era', () => {
  it('is written as polkadot.js writes it, and means the same blocks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 65_536 }), fc.nat(0xffff_ffff), (period, current) => {
        const era = mortalEra(period, current)
        // Theirs rounds a period that is no power of two in its own way, so it is given the rounded one.
        const mortality = mortalityOf(era)
        if (!mortality) throw new Error('not mortal')
        const made = registry.createType('ExtrinsicEra', { current, period: mortality.period }).toU8a()
        equal(toHex(Era.encode(era)), toHex(made))
        const theirs = registry.createType('ExtrinsicEra', made).asMortalEra
        equal(birthBlock(mortality, current), theirs.birth(current))
        deepEqual(Era.decode(theirs.toU8a()), era)
      }),
    )
  })

  it('starts at a block at most one period back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 16 }), fc.nat(0xffff_ffff), (exponent, current) => {
        const mortality = mortalityOf(mortalEra(2 ** exponent, current))
        if (!mortality) throw new Error('not mortal')
        const birth = birthBlock(mortality, current)
        equal(birth <= current && current < birth + mortality.period, true)
      }),
    )
  })

  it('is refused where no encoder makes it: a period of 2, a phase beyond the period', () => {
    equal(mortalityOf({ type: 'Mortal16', value: 0 }), false)
    equal(mortalityOf({ type: 'Mortal1', value: 255 }), false)
    equal(mortalityOf(IMMORTAL), undefined)
  })
})
