import { deepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { packList, unpackList } from './byte-lists.ts'

describe('packed lists', () => {
  it('give back what went in, absent items too', () => {
    const list = fc.array(fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined }))
    fc.assert(
      fc.property(list, (items) => {
        deepEqual(unpackList(packList(items)), items)
      }),
    )
  })
})
