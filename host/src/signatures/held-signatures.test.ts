import { equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deriveDevAccount } from '@pha/core/crypto'
import { HeldSignatures } from './held-signatures.ts'

const alice = deriveDevAccount('//Alice')

describe('signatures that were found to hold', () => {
  it('are remembered with their message, short or long, whatever becomes of its bytes', () => {
    for (const length of [0, 32, 256, 257, 1_000]) {
      const held = new HeldSignatures()
      const message = new Uint8Array(length).fill(7)
      const check = { scheme: 'Sr25519', signature: alice.sign(message), message, account: alice.accountId } as const
      equal(held.has(check), false)
      equal(held.verify(check.scheme, check.signature, message, check.account), true)
      const copy = { ...check, message: message.slice() }
      message.fill(8)
      equal(held.has(copy), true, `${length} bytes`)
      equal(held.has({ ...copy, message: new Uint8Array(length + 1).fill(7) }), false)
      if (length > 0) equal(held.has(check), false)
    }
  })

  it('are forgotten, the oldest first, when there are too many', () => {
    const held = new HeldSignatures(2)
    const checks = [1, 2, 3].map((byte) => {
      const message = Uint8Array.of(byte)
      return { scheme: 'Sr25519', signature: alice.sign(message), message, account: alice.accountId } as const
    })
    for (const check of checks) held.note(check)
    equal(checks.map((check) => held.has(check)).join(), 'false,true,true')
  })
})
