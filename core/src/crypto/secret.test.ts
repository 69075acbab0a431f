import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { constantTimeEqual, Secret } from './index.ts'

const bytes = Uint8Array.of(0xca, 0xfe, 0xba, 0xbe)

describe('a secret', () => {
  it('is shown by no conversion to text', () => {
    const secret = Secret.from(bytes)
    const texts = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }, { showHidden: true, depth: 9 }),
      JSON.stringify(structuredClone(secret)),
      JSON.stringify(Object.entries(secret)),
      new Error(`failed with ${secret}`).stack ?? '',
    ]
    for (const text of texts) assert.doesNotMatch(text, /202|254|cafe|ca fe/i, text)
  })

  it('keeps a copy, so erasing the original leaves it whole', () => {
    const original = Uint8Array.from(bytes)
    const secret = Secret.from(original)
    original.fill(0)
    assert.deepEqual(secret.expose(), bytes)
  })

  it('is erased by wipe and gives nothing afterwards', () => {
    const secret = Secret.from(bytes)
    const exposed = secret.expose()
    secret.wipe()
    assert.deepEqual(exposed, new Uint8Array(4))
    assert.throws(() => secret.expose(), { code: 'crypto.secret-wiped' })
    assert.throws(() => secret.equals(Secret.from(bytes)), { code: 'crypto.secret-wiped' })
  })

  it('equals a secret of the same bytes only', () => {
    assert.ok(Secret.from(bytes).equals(Secret.from(bytes)))
    assert.ok(!Secret.from(bytes).equals(Secret.from(bytes.subarray(1))))
    assert.ok(!Secret.from(bytes).equals(Secret.from(Uint8Array.of(0xca, 0xfe, 0xba, 0xbf))))
  })
})

describe('constantTimeEqual', () => {
  it('tells apart lengths and every single bit', () => {
    assert.ok(constantTimeEqual(new Uint8Array(0), new Uint8Array(0)))
    assert.ok(!constantTimeEqual(new Uint8Array(1), new Uint8Array(0)))
    for (let bit = 0; bit < 32; bit++) {
      const other = Uint8Array.from(bytes)
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7))
      assert.ok(!constantTimeEqual(bytes, other))
    }
  })
})
