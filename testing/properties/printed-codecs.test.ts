/** What is printed for a type does what its declaration does, for every kind of type and for names that could clash. */
import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { CodecError } from '@pha/core/codec'
import { type GeneratedCodecs, generated, type Type, t } from '@pha/core/schema'
import { printCodecs } from '@pha/core/schema/print-codecs'
import fc from 'fast-check'
import { mutate } from '../campaigns/scale/mutate.ts'
import { seededRandom } from '../campaigns/scale/random.ts'
import { sampleOf } from '../campaigns/scale/sample.ts'
import { temporaryFolder } from '../src/temporary-folder.ts'

interface Tree {
  readonly leaf: number
  readonly branches: readonly Tree[]
}
const Tree: Type<Tree> = t.struct('Tree', {
  leaf: t.u8,
  branches: t.boundedVec(
    t.lazy('Tree', () => Tree),
    3,
  ),
})

const Numbers = t.struct('Numbers', {
  a: t.u8,
  b: t.u16,
  c: t.u32,
  d: t.u64,
  e: t.u128,
  f: t.bool,
  g: t.compact(t.u8),
  h: t.compact(t.u32),
  i: t.compact(t.u64),
  j: t.compact(t.u128),
})

const types: { readonly [name: string]: Type<unknown> } = {
  Numbers,
  Tree,
  'numbers without code of their own': t.struct('Wide', { a: t.u256, b: t.i8, c: t.i64, d: t.f64, e: t.packedU16(9) }),
  'byte strings': t.struct('Strings', {
    a: t.bytes,
    b: t.boundedBytes(40),
    c: t.fixedBytes(3),
    d: t.text,
    e: t.boundedText(20),
  }),
  containers: t.struct('Containers', {
    a: t.vec(t.option(t.u16)),
    b: t.array(t.boundedVec(t.bool, 2), 2),
    c: t.tuple(t.u8, t.option(t.option(t.bool)), t.tuple(t.unit, t.u8)),
    d: t.result(t.unit, t.result(t.u8, Numbers)),
    e: t.vec(t.unit),
  }),
  'an enum': t.enum('Any', {
    nothing: null,
    one: t.variant(7, t.option(t.u8)),
    some: t.variant(9, { x: t.u8, y: t.boundedVec(Numbers, 2) }),
    empty: t.variant(200, {}),
    unit: t.variant(201, t.unit),
    'not a name': t.variant(202, { 'not a name': t.u8, type: t.bool, value: t.u8 }),
  }),
  'names of what generated code uses': t.struct('Codec', {
    from: t.struct('U32', { to: t.u32 }),
    to: t.struct('Text', { from: t.text }),
    tag: t.enum('Tag', { Reader: t.struct('Reader', { value: t.u8 }) }),
    items: t.vec(t.struct('Length', { length: t.u16 })),
    record: t.struct('Uint8Array', { bytes: t.bytes }),
  }),
  'one name twice': t.struct('Twice', {
    a: t.struct('Same', { x: t.u8 }),
    b: t.struct('Same', { x: t.u16 }),
    c: t.struct('Same', { x: t.u8 }),
  }),
}

let codecs: GeneratedCodecs

before(async () => {
  await using folder = await temporaryFolder()
  const resolved = (name: string): string => import.meta.resolve(name)
  const imports = {
    codec: resolved('@pha/core/codec'),
    schema: resolved('@pha/core/schema'),
    parts: resolved('@pha/core/schema/parts'),
  }
  const roots = Object.values(types).map((type, i) => ({ name: `Root${i}`, type }))
  const file = join(folder.path, 'codecs.ts')
  await writeFile(file, printCodecs('For a test.', roots, imports))
  ;({ codecs } = (await import(pathToFileURL(file).href)) as { codecs: GeneratedCodecs })
})

describe('code that was printed for', () => {
  for (const [name, type] of Object.entries(types)) {
    it(name, () => {
      const made = generated(codecs, type)
      notEqual(made, type)
      equal(made.shape, type.shape)
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const random = seededRandom(seed, name)
          const sample = sampleOf(type, random)
          deepEqual(
            outcome(() => made.decode(sample.bytes)),
            outcome(() => type.decode(sample.bytes)),
          )
          const changed = mutate(sample, sampleOf(type, random).bytes, random)
          const [mine, theirs] = [outcome(() => made.decode(changed)), outcome(() => type.decode(changed))]
          deepEqual(mine, theirs)
          if ('value' in theirs) deepEqual(made.encode(theirs.value), type.encode(theirs.value))
        }),
        { numRuns: 300 },
      )
    })
  }
})

describe('a type that contains itself', () => {
  const made = (): Type<Tree> => generated(codecs, Tree)
  const chain = (levels: number): Tree => ({ leaf: levels, branches: levels === 0 ? [] : [chain(levels - 1)] })

  it('is bounded in depth by its generated code too', () => {
    deepEqual(made().decode(made().encode(chain(16))), chain(16))
    deepEqual(
      outcome(() => made().encode(chain(17))),
      { refused: 'codec.too-deep' },
    )
    deepEqual(
      outcome(() => made().decode(new Uint8Array(100).fill(4))),
      { refused: 'codec.too-deep' },
    )
  })
})

type Outcome = { readonly value: unknown } | { readonly refused: string }

function outcome(work: () => unknown): Outcome {
  try {
    return { value: work() }
  } catch (error) {
    if (error instanceof CodecError) return { refused: error.code }
    throw error
  }
}
