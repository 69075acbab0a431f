import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { CodecError, fromHex } from '@pha/core/codec'
import { Digest, EnclaveResponse, Header, Permit } from '@pha/core/protocol'
import { type Type, t, tryDecode } from '@pha/core/schema'
import { runCampaign } from './campaign.ts'
import { guardedRun } from './guarded-run.ts'
import { mutate } from './mutate.ts'
import { seededRandom } from './random.ts'
import { compactBytes, sampleOf } from './sample.ts'
import { type Target, typeTarget } from './target.ts'
import { allTargets } from './targets/all-targets.ts'

/** A slice of the campaign: `main.ts` runs a million inputs of each type. */
const INPUTS = 3_000
const SEED = 1

interface Regression {
  readonly description: string
  readonly type: string
  readonly valid: boolean
  readonly input: string
}

const corpus: { readonly cases: readonly Regression[] } = JSON.parse(
  readFileSync(new URL('../../../vectors/scale/regressions.json', import.meta.url), 'utf8'),
)

describe('bytes from strangers', () => {
  for (const target of allTargets()) {
    it(`are refused with a code or mean exactly one value: ${target.name}`, () => {
      const { violation, refused, inputs } = runCampaign({ target, inputs: INPUTS, seed: SEED })
      assert.equal(violation, undefined)
      assert.ok(inputs < 200 || refused > inputs / 20, 'the mutations reach the checks')
    })
  }
})

describe('inputs that were or would be mistakes', () => {
  const targets = new Map(allTargets().map((target) => [target.name, target]))
  for (const { description, type, valid, input } of corpus.cases) {
    it(`${type}: ${description}`, () => {
      assert.equal(targets.get(type)?.offer(fromHex(input)), valid ? 'accepted' : 'refused')
    })
  }
})

describe('bytes that take far more memory than they are', () => {
  it('are refused in a proof: more nodes than a verifier looks at', () => {
    const empty = Uint8Array.of(...compactBytes(60_000n), ...new Uint8Array(60_000))
    assert.deepEqual(tryDecode(EnclaveResponse.ReadProof, empty), { ok: false, reason: 'codec.too-long' })
  })

  it('are refused in a header: more digest items than an engine adds', () => {
    const empty = Uint8Array.of(...compactBytes(30_000n), ...new Uint8Array(60_000))
    assert.deepEqual(tryDecode(Digest, empty), { ok: false, reason: 'codec.too-long' })
  })
})

describe('the campaign', () => {
  /** Decodes with `read` instead of the strict decoder. */
  const careless = (type: Type<unknown>, read: (bytes: Uint8Array) => unknown): Target =>
    typeTarget('careless', { ...type, decode: read })
  const problemOf = (target: Target): string => {
    const { violation } = runCampaign({ target, inputs: 20_000, seed: SEED })
    return violation?.problem ?? 'none'
  }

  it('finds a decoder that ignores what follows a value', () => {
    assert.match(problemOf(careless(t.u32, (bytes) => t.u32.decode(bytes.subarray(0, 4)))), /not canonical/)
  })

  it('finds a decoder that accepts a length in a longer form', () => {
    const lenient = (bytes: Uint8Array): Uint8Array => {
      const long = ((bytes[0] ?? 0) & 3) === 1 && (bytes[1] ?? 0) === 0
      return t.bytes.decode(long ? Uint8Array.of((bytes[0] as number) - 1, ...bytes.subarray(2)) : bytes)
    }
    assert.match(problemOf(careless(t.bytes, lenient)), /not canonical/)
  })

  it('finds a decoder that throws without a code', () => {
    const reader = (bytes: Uint8Array): number => {
      if (bytes.length > 4) throw new CodecError('codec.trailing-bytes', 'too long')
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0, true)
    }
    assert.match(problemOf(careless(t.u32, reader)), /RangeError/)
  })

  it('finds a decoder that reads what surrounds its input', () => {
    assert.match(problemOf(careless(t.u32, (bytes) => new DataView(bytes.buffer).getUint32(0, true))), /not canonical/)
  })

  it('finds a decoder that refuses valid values', () => {
    const strange = (): never => {
      throw new CodecError('codec.bad-text', 'never')
    }
    assert.match(problemOf(careless(t.u32, strange)), /a valid value was refused/)
  })

  it('finds a decoder that believes a length before it has the bytes', () => {
    const believing = (bytes: Uint8Array): Uint8Array => {
      if (bytes[0] === 3) new Uint8Array(50_000_000)
      return t.bytes.decode(bytes)
    }
    assert.match(problemOf(careless(t.bytes, believing)), /bytes of memory/)
  })

  it('tries the same inputs again for the same seed, and others for another', () => {
    const inputs = (seed: number): string[] => {
      const seen: string[] = []
      const target = typeTarget('Permit', Permit)
      runCampaign({ target, inputs: 50, seed }, (input) => seen.push(input.join()))
      return seen
    }
    assert.deepEqual(inputs(7), inputs(7))
    assert.notDeepEqual(inputs(7), inputs(8))
  })

  it('makes valid values that the strict decoder reads, and changes that it refuses', () => {
    const random = seededRandom(SEED, 'Header')
    const sample = sampleOf(Header, random)
    assert.equal(tryDecode(Header, sample.bytes).ok, true)
    const changed = Array.from({ length: 100 }, () => mutate(sample, sampleOf(Header, random).bytes, random))
    assert.ok(changed.filter((bytes) => !tryDecode(Header, bytes).ok).length > 50)
  })

  it('writes compact integers as the codec does, in every form', () => {
    const u128 = t.compact(t.u128)
    for (const value of [0n, 63n, 64n, 16_383n, 16_384n, (1n << 30n) - 1n, 1n << 30n, 1n << 64n, (1n << 128n) - 1n]) {
      assert.deepEqual(compactBytes(value), u128.encode(value))
    }
  })

  it('runs in a thread of its own and reports from there', async () => {
    const { inputs, violation } = await guardedRun({ name: 'protocol.Permit', inputs: 100, seed: SEED })
    assert.deepEqual({ inputs, violation }, { inputs: 100, violation: undefined })
  })

  it('tells of a thread that ended before it could report', async () => {
    const { violation } = await guardedRun({ name: 'no.such.type', inputs: 100, seed: SEED })
    assert.match(violation?.problem ?? '', /no target no\.such\.type/)
  })
})
