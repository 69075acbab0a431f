import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { toHex, utf8Encode } from '@pha/core/codec'
import { deriveDevAccount, multiSign, verifySignature } from './index.ts'

type DevAccounts = { vectors: { path: string; publicKey: string }[] }
const file = new URL('../../../vectors/crypto/dev-accounts.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as DevAccounts

describe('development accounts', () => {
  for (const { path, publicKey } of vectors) {
    it(`${path} is the account that wallets know`, () => {
      assert.equal(toHex(deriveDevAccount(path).accountId), publicKey)
    })
  }

  it('sign', () => {
    const alice = deriveDevAccount('//Alice')
    const message = utf8Encode('a message')
    assert.ok(verifySignature(multiSign(alice, message), message, alice.accountId))
  })

  it('refuse soft and malformed paths', () => {
    for (const path of ['', 'Alice', '/Alice', '//', '//Alice/soft', '//Alice//', '///Alice', '//Alice///password']) {
      assert.throws(() => deriveDevAccount(path), { code: 'crypto.bad-derivation-path' }, path)
    }
  })
})
