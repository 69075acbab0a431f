/** Generated code does exactly what the declarations do: the same bytes, the same values, the same refusals. */
import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CodecError } from '@pha/core/codec'
import { Header } from '@pha/core/protocol'
import { generated, layoutText, type Type, t } from '@pha/core/schema'
import { ApplyExtrinsicResult, codecs, TransactionValidity } from '@pha/runtime/chain'
import { chainTypes, Extra, Implicit, Signed } from '@pha/runtime/pallets'
import fc from 'fast-check'
import { mutate } from '../campaigns/scale/mutate.ts'
import { seededRandom } from '../campaigns/scale/random.ts'
import { sampleOf } from '../campaigns/scale/sample.ts'
import { declaredType } from '../src/declared-type.ts'

interface Pair {
  readonly name: string
  readonly declared: Type<unknown>
  readonly generated: Type<unknown>
}

/** Types that are exported with the code that was generated for them, by the name of the function that writes them. */
const exported: readonly Pair[] = Object.entries({
  Header,
  Extra,
  Signed,
  Implicit,
  TransactionValidity,
  ApplyExtrinsicResult,
}).map(([name, type]) => ({ name, declared: declaredType(type as Type<unknown>), generated: type as Type<unknown> }))

/** Types that get it when the runtime is composed. */
const composed: readonly Pair[] = [
  ['RuntimeCall', chainTypes.RuntimeCall] as const,
  ...chainTypes.pallets.flatMap(({ name, storage, events }) => [
    ...Object.entries(storage).map(([item, { type }]) => [`${name}.${item}`, type] as const),
    ...Object.entries(events).map(([event, { fields }]) => [`${name}.${event}`, t.struct('', fields)] as const),
  ]),
].flatMap(([name, type]) => {
  const declared = type as Type<unknown>
  const found = generated(codecs, declared)
  return found === declared ? [] : [{ name, declared, generated: found }]
})

const seeds = fc.integer()

for (const { name, declared, generated: made } of [...exported, ...composed]) {
  describe(`generated code of ${name}`, () => {
    it('gives the values and bytes of the declaration', () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const { bytes } = sampleOf(declared, seededRandom(seed, name))
          const value = declared.decode(bytes)
          deepEqual(made.decode(bytes), value)
          deepEqual(made.encode(value), bytes)
        }),
      )
    })

    it('refuses changed bytes with its codes, or gives its value', () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const random = seededRandom(seed, name)
          const changed = mutate(sampleOf(declared, random), sampleOf(declared, random).bytes, random)
          deepEqual(
            outcome(() => made.decode(changed)),
            outcome(() => declared.decode(changed)),
          )
        }),
      )
    })

    it('refuses wrong values with its codes, or gives its bytes', () => {
      fc.assert(
        fc.property(seeds, fc.nat(), wrongParts, (seed, place, part) => {
          const value = declared.decode(sampleOf(declared, seededRandom(seed, name)).bytes)
          const wrong = withPart(value, place, part)
          deepEqual(
            outcome(() => made.encode(wrong)),
            outcome(() => declared.encode(wrong)),
          )
        }),
      )
    })
  })
}

describe('generated code', () => {
  it('is there for what is hot, and all of it is tested', () => {
    for (const { name, declared, generated: made } of exported) {
      notEqual(made.write, declared.write)
      equal(made.write.name, `write${name}`)
    }
    deepEqual(new Set(composed.map(({ declared }) => layoutText(declared).text)).size + EXPORTED_OF_CHAIN, codecs.size)
    for (const name of ['System.account', 'System.blockWeight', 'System.ExtrinsicSuccess', 'Balances.Transfer']) {
      equal(composed.filter((pair) => pair.name === name).length, 1, name)
    }
  })

  it('is never used for a type of another layout', () => {
    const { Transfer } = chainTypes.pallets[2].events
    const { from, to } = Transfer.fields
    for (const fields of [
      { ...Transfer.fields, amount: t.u64 },
      { to, from, amount: t.u128 },
      { from, to },
    ]) {
      const changed: Type<unknown> = t.struct('', fields)
      equal(generated(codecs, changed), changed)
    }
  })

  it('is never used where a type writes its bytes in another way than its shape says', () => {
    const upsideDown: Type<number> = { ...t.u32, write: (to, value) => t.u32.write(to, 0xffff_ffff - value) }
    notEqual(layoutText(t.struct('', { of: upsideDown })).text, layoutText(t.struct('', { of: t.u32 })).text)
    notEqual(layoutText(t.array(t.u8, 32)).text, layoutText(t.bytes32).text)
  })
})

/** `TransactionValidity` and `ApplyExtrinsicResult` have their code in the file of the chain. */
const EXPORTED_OF_CHAIN = 2

const wrongParts: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  undefined,
  null,
  true,
  0,
  -1,
  0.5,
  Number.NaN,
  256,
  2 ** 32,
  2 ** 60,
  0n,
  -1n,
  1n << 64n,
  1n << 128n,
  '',
  'Id',
  '\ud800',
  [],
  [1, 2, 3],
  {},
  { type: 'Nothing' },
  { ok: true },
  new Uint8Array(),
  new Uint8Array(33),
)

/** A copy of `value` in which the part that is found at `place`, counted through its parts, is another. */
function withPart(value: unknown, place: number, part: unknown): unknown {
  let left = place % (countParts(value) + 1)
  function copy(current: unknown): unknown {
    if (left-- === 0) return part
    if (Array.isArray(current)) return current.map(copy)
    if (!isParent(current)) return current
    return Object.fromEntries(Object.entries(current).map(([name, inner]) => [name, copy(inner)]))
  }
  return copy(value)
}

function countParts(value: unknown): number {
  return isParent(value) ? Object.values(value).reduce<number>((sum, inner) => sum + 1 + countParts(inner), 0) : 0
}

function isParent(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
}

/** What came of it: the value or bytes, the code of a refusal, or the kind of another error. */
function outcome(work: () => unknown): unknown {
  try {
    return { value: work() }
  } catch (error) {
    return { refused: error instanceof CodecError ? error.code : (error as Error).name }
  }
}
