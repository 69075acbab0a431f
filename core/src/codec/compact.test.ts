import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Reader, readCompact, readCompactNumber, toHex, writeCompact, written } from './index.ts'

const bytesOf = (value: bigint | number): Uint8Array => written((to) => writeCompact(to, value))

/** Both sides of each change of form, and of where numbers stop being exact. */
const EDGES = [6n, 14n, 30n, 32n, 40n, 48n, 53n, 56n, 64n, 72n, 96n, 120n, 128n].flatMap((bits) => [
  (1n << bits) - 1n,
  1n << bits,
])
const values = fc.oneof(
  fc.constantFrom(...EDGES.filter((edge) => edge < 1n << 128n)),
  fc.integer({ min: 0, max: 128 }).chain((bits) => fc.bigInt(0n, (1n << BigInt(bits)) - 1n)),
)

describe('a compact integer', () => {
  it('has the bytes that the standard says, above 2^30 as many as it needs', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = bytesOf(value)
        if (value >= 1n << 30n) {
          const digits = value.toString(16).padStart(8, '0')
          const little = (digits.length % 2 === 0 ? digits : `0${digits}`).match(/../g)?.reverse() ?? []
          equal(toHex(bytes.subarray(1)), `0x${little.join('')}`)
          equal(bytes[0], ((little.length - 4) << 2) | 3)
        }
        equal(readCompact(new Reader(bytes)), value)
      }),
    )
  })

  it('is the same from a number and from a bigint', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => deepEqual(bytesOf(value), bytesOf(BigInt(value)))))
  })

  it('is read as a number exactly where a number holds it', () => {
    equal(readCompactNumber(new Reader(bytesOf(2n ** 53n - 1n))), Number.MAX_SAFE_INTEGER)
    equal(readCompactNumber(new Reader(bytesOf(2n ** 53n))), 2n ** 53n)
  })

  it('is refused below zero and above 128 bits', () => {
    for (const value of [-1, -1n, 1n << 128n, 2 ** 128, Number.POSITIVE_INFINITY]) {
      throws(() => bytesOf(value), { code: 'codec.out-of-range' })
    }
  })
})
