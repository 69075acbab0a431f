import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { fromHex } from './bytes.ts'
import { ss58Decode, ss58Encode } from './ss58.ts'

const alice = fromHex('0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d')

describe('SS58', () => {
  it('writes the well-known address of Alice', () => {
    equal(ss58Encode(alice, 42), '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
  })

  it('reads what it wrote, for every account and prefix', () => {
    const accounts = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(accounts, fc.integer({ min: 0, max: 16383 }), (account, prefix) => {
        deepEqual(ss58Decode(ss58Encode(account, prefix)), { account, prefix })
      }),
    )
  })

  it('refuses a changed character, foreign characters and endless text', () => {
    const address = ss58Encode(alice)
    throws(() => ss58Decode(`${address.slice(0, -1)}${address.endsWith('1') ? '2' : '1'}`), { code: 'codec.bad-text' })
    throws(() => ss58Decode('0OIl'), { code: 'codec.bad-text' })
    throws(() => ss58Decode('1'.repeat(1_000_000)), { code: 'codec.bad-text' })
  })
})
