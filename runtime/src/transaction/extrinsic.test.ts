import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes } from '@pha/core/codec'
import { t, tryDecode } from '@pha/core/schema'
import fc from 'fast-check'
import { IMMORTAL } from './era.ts'
import { Extra, Implicit, signingPayload, UncheckedExtrinsic } from './extrinsic.ts'

describe('an unchecked extrinsic', () => {
  it('is its length and what that announces, kept as they stand', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
        const encoded = t.bytes.encode(content)
        deepEqual(UncheckedExtrinsic.decode(encoded), encoded)
        deepEqual(UncheckedExtrinsic.encode(encoded), encoded)
        const listed = t.vec(UncheckedExtrinsic).encode([encoded, encoded])
        deepEqual(listed, t.vec(t.bytes).encode([content, content]))
        deepEqual(t.vec(UncheckedExtrinsic).decode(listed), [encoded, encoded])
      }),
    )
  })

  it('is refused like a byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const asBytes = tryDecode(t.bytes, bytes)
        deepEqual(tryDecode(UncheckedExtrinsic, bytes), asBytes.ok ? { ok: true, value: bytes } : asBytes)
      }),
      { numRuns: 500 },
    )
  })

  it('does not change with the bytes it was read from, whatever kind they are', () => {
    const input = Buffer.from(t.bytes.encode(Uint8Array.of(1, 2, 3)))
    const decoded = UncheckedExtrinsic.decode(input)
    input.fill(0)
    deepEqual(decoded, Uint8Array.of(12, 1, 2, 3))
    notEqual(decoded.buffer, input.buffer)
  })
})

describe('what is signed', () => {
  const extra = { era: IMMORTAL, nonce: 7, tip: 0n, metadataHash: { type: 'Disabled' } } as const
  const implicit = {
    specVersion: 1,
    transactionVersion: 1,
    genesisHash: new Uint8Array(32),
    birthHash: new Uint8Array(32),
    metadataHash: undefined,
  }

  it('is the call, what is sent with it and what is not, or their hash above 256 bytes', () => {
    const rest = concatBytes(Extra.encode(extra), Implicit.encode(implicit))
    const longest = new Uint8Array(256 - rest.length)
    deepEqual(signingPayload(longest, extra, implicit), concatBytes(longest, rest))
    equal(signingPayload(new Uint8Array(longest.length + 1), extra, implicit).length, 32)
  })
})
