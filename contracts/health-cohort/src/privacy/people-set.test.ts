import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { MAX_PEOPLE } from '../statistics/index.ts'
import { hasPerson, peopleSet, peopleSetFromBytes, peopleSetToBytes } from './index.ts'
import { hasFewerThan } from './people-set.ts'

const slots = fc.uniqueArray(fc.nat(MAX_PEOPLE - 1), { maxLength: 40 })

describe('a set of people', () => {
  it('holds whom it was made of, and comes back from its bytes', () => {
    fc.assert(
      fc.property(slots, fc.nat(MAX_PEOPLE - 1), (members, stranger) => {
        const set = peopleSet(members)
        equal(hasPerson(set, stranger), members.includes(stranger))
        for (const member of members) equal(hasPerson(set, member), true)
        equal(peopleSetFromBytes(peopleSetToBytes(set)), set)
        for (const limit of [1, 5, 30]) equal(hasFewerThan(set, limit), members.length < limit)
      }),
    )
  })

  it('has one spelling as bytes', () => {
    deepEqual(peopleSetToBytes(peopleSet([9, 0, 0])), Uint8Array.of(1, 2))
    deepEqual(peopleSetToBytes(peopleSet([])), Uint8Array.of())
  })

  it('refuses slots and bytes out of bounds', () => {
    for (const slot of [-1, 0.5, MAX_PEOPLE]) throws(() => peopleSet([slot]), { code: 'table.too-many-people' })
    throws(() => peopleSetFromBytes(new Uint8Array(MAX_PEOPLE / 8 + 1)), { code: 'table.too-many-people' })
  })
})
