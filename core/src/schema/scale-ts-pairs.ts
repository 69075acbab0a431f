/** For tests: random types, each as our declaration and as the codec of scale-ts, with values for both. */
import fc from 'fast-check'
import * as scale from 'scale-ts'
import { type Type, t } from './index.ts'

/** One type twice, and the way from our values to theirs. */
export interface Pair {
  readonly ours: Type<unknown>
  readonly theirs: scale.Codec<unknown>
  readonly values: fc.Arbitrary<unknown>
  translate(value: unknown): unknown
}

/** Deep enough for every container inside every other one, and small enough to read when a test fails. */
const MAX_DEPTH = 4

const unsigned = (bits: number): fc.Arbitrary<bigint> => edged(0n, (1n << BigInt(bits)) - 1n)
const signed = (bits: number): fc.Arbitrary<bigint> => edged(-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n)
const asNumber = (values: fc.Arbitrary<bigint>): fc.Arbitrary<number> => values.map(Number)
const text = fc.string({ unit: 'binary', maxLength: 12 })

const LEAVES: readonly Pair[] = [
  same(t.bool, scale.bool, fc.boolean()),
  same(t.u8, scale.u8, asNumber(unsigned(8))),
  same(t.u16, scale.u16, asNumber(unsigned(16))),
  same(t.u32, scale.u32, asNumber(unsigned(32))),
  same(t.u64, scale.u64, unsigned(64)),
  same(t.u128, scale.u128, unsigned(128)),
  same(t.u256, scale.u256, unsigned(256)),
  same(t.i8, scale.i8, asNumber(signed(8))),
  same(t.i16, scale.i16, asNumber(signed(16))),
  same(t.i32, scale.i32, asNumber(signed(32))),
  same(t.i64, scale.i64, signed(64)),
  same(t.i128, scale.i128, signed(128)),
  same(t.compact(t.u8), scale.compact, asNumber(unsigned(8))),
  same(t.compact(t.u32), scale.compact, asNumber(unsigned(32))),
  same(t.compact(t.u128), scale.compact, unsigned(128)),
  same(t.text, scale.str, text),
  same(t.boundedText(48), scale.str, text),
  same(t.bytes, scale.Bytes(), fc.uint8Array({ maxLength: 80 })),
  same(t.boundedBytes(70), scale.Bytes(), fc.uint8Array({ maxLength: 70 })),
  same(t.bytes32, scale.Bytes(32), fc.uint8Array({ minLength: 32, maxLength: 32 })),
  same(t.accountId, scale.Bytes(32), fc.uint8Array({ minLength: 32, maxLength: 32 })),
  same(t.unit, scale._void, fc.constant(undefined)),
  {
    ...same(t.packedU16(40), scale.Vector(scale.u16), fc.uint16Array({ maxLength: 40 })),
    translate: (value) => [...(value as Uint16Array)],
  },
]

/** Any type that our declarations can make, except those that contain themselves. */
export const anyPair: fc.Arbitrary<Pair> = pairOfDepth(MAX_DEPTH)

function pairOfDepth(depth: number): fc.Arbitrary<Pair> {
  const leaf = fc.constantFrom(...LEAVES)
  if (depth === 0) return leaf
  const inner = pairOfDepth(depth - 1)
  const some = fc.array(inner, { minLength: 1, maxLength: 4 })
  return fc.oneof(
    { depthSize: 'small' },
    leaf,
    inner.map((of) => vector(of)),
    inner.map((of) => vector(of, 3)),
    fc.tuple(inner, fc.nat(3)).map(([of, length]) => array(of, length)),
    some.map(tuple),
    inner.filter(({ ours }) => ours !== t.unit).map(option),
    fc.tuple(inner, inner).map(([ok, error]) => result(ok, error)),
    some.map(struct),
    fc.tuple(some, fc.nat(9)).map(([payloads, first]) => enumeration(payloads, first)),
  )
}

/** A type whose values are the same on both sides. */
function same<T>(ours: Type<T>, theirs: unknown, values: fc.Arbitrary<T>): Pair {
  return { ours, theirs: theirs as scale.Codec<unknown>, values, translate: (value) => value }
}

function vector(of: Pair, bound?: number): Pair {
  return {
    ours: bound === undefined ? t.vec(of.ours) : t.boundedVec(of.ours, bound),
    theirs: scale.Vector(of.theirs) as scale.Codec<unknown>,
    values: fc.array(of.values, { maxLength: bound ?? 5 }),
    translate: (value) => (value as unknown[]).map(of.translate),
  }
}

function array(of: Pair, length: number): Pair {
  return {
    ours: t.array(of.ours, length),
    theirs: scale.Vector(of.theirs, length) as scale.Codec<unknown>,
    values: fc.array(of.values, { minLength: length, maxLength: length }),
    translate: (value) => (value as unknown[]).map(of.translate),
  }
}

function tuple(of: readonly Pair[]): Pair {
  return {
    ours: t.tuple(...of.map(({ ours }) => ours)),
    theirs: scale.Tuple(...of.map(({ theirs }) => theirs)) as scale.Codec<unknown>,
    values: fc.tuple(...of.map(({ values }) => values)),
    translate: (value) => (value as unknown[]).map((item, i) => of[i]?.translate(item)),
  }
}

function option(of: Pair): Pair {
  return {
    ours: t.option(of.ours),
    theirs: scale.Option(of.theirs) as scale.Codec<unknown>,
    values: fc.option(of.values, { nil: undefined }),
    translate: (value) => (value === undefined ? undefined : of.translate(value)),
  }
}

function result(ok: Pair, error: Pair): Pair {
  return {
    ours: t.result(ok.ours, error.ours),
    theirs: scale.Result(ok.theirs, error.theirs) as scale.Codec<unknown>,
    values: fc.oneof(
      ok.values.map((value) => ({ ok: true, value })),
      error.values.map((value) => ({ ok: false, error: value })),
    ),
    translate(value) {
      const answer = value as { readonly ok: boolean; readonly value: unknown; readonly error: unknown }
      return answer.ok
        ? { success: true, value: ok.translate(answer.value) }
        : { success: false, value: error.translate(answer.error) }
    },
  }
}

const NAMES = ['alpha', 'beta', 'gamma', 'delta'] as const

function named<V>(of: readonly Pair[], pick: (pair: Pair) => V): { [name: string]: V } {
  return Object.fromEntries(of.map((pair, i) => [NAMES[i], pick(pair)]))
}

function struct(of: readonly Pair[]): Pair {
  return {
    ours: t.struct(
      'Random',
      named(of, ({ ours }) => ours),
    ),
    theirs: scale.Struct(named(of, ({ theirs }) => theirs) as never) as unknown as scale.Codec<unknown>,
    values: fc.record(
      named(of, ({ values }) => values),
      { noNullPrototype: true },
    ),
    translate: (value) =>
      Object.fromEntries(
        of.map((pair, i) => [NAMES[i], pair.translate((value as Record<string, unknown>)[NAMES[i] ?? ''])]),
      ),
  }
}

/** Variants with indexes of their own choice; the last one carries nothing. */
function enumeration(payloads: readonly Pair[], first: number): Pair {
  const indexes = payloads.map((_, i) => first + 3 * i)
  const last = first + 3 * payloads.length
  const variants = Object.fromEntries(payloads.map(({ ours }, i) => [NAMES[i], t.variant(indexes[i] ?? 0, ours)]))
  return {
    ours: t.enum('Random', { ...variants, nothing: t.variant(last, null) }),
    theirs: scale.Enum({ ...named(payloads, ({ theirs }) => theirs), nothing: scale._void }, [
      ...indexes,
      last,
    ] as never) as unknown as scale.Codec<unknown>,
    values: fc.oneof(
      fc.constant({ type: 'nothing' }),
      ...payloads.map(({ values }, i) => values.map((value) => ({ type: NAMES[i], value }))),
    ),
    translate(value) {
      const { type, value: payload } = value as { readonly type: string; readonly value?: unknown }
      const pair = payloads[NAMES.indexOf(type as (typeof NAMES)[number])]
      return { tag: type, value: pair?.translate(payload) }
    },
  }
}

/** Both ends of a range and both sides of each length of a compact integer, besides random numbers. */
function edged(least: bigint, most: bigint): fc.Arbitrary<bigint> {
  const edges = [least, most, 0n, 63n, 64n, 16_383n, 16_384n, (1n << 30n) - 1n, 1n << 30n]
  return fc.oneof(fc.constantFrom(...edges.filter((edge) => edge >= least && edge <= most)), fc.bigInt(least, most))
}

/** A type with one of its values; a failing one is shown by its description. */
export const anyCase = anyPair.chain((pair) =>
  pair.values.map((value) => ({
    ...pair,
    value,
    [fc.toStringMethod]: () => `${describe(pair.ours)} = ${fc.stringify(value)}`,
  })),
)

function describe({ shape }: Type<unknown>): string {
  return JSON.stringify(shape, (key, part: unknown) =>
    key === 'docs' || typeof part === 'function' ? undefined : isType(part) ? part.shape : part,
  )
}

function isType(part: unknown): part is Type<unknown> {
  return typeof part === 'object' && part !== null && 'shape' in part
}
