import { equal, ok, rejects, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { CodecError, concatBytes, fromHex, Reader, utf8Encode } from '@pha/core/codec'
import type { Infer, Type } from '@pha/core/schema'
import {
  balances,
  chainTypes,
  EventRecord,
  RUNTIME_VERSION,
  type RuntimeEvent,
  system,
  utility,
} from '@pha/runtime/pallets'
import fc from 'fast-check'
import { outcomeOf } from './events.ts'
import { type Metadata, readMetadata } from './metadata.ts'
import { isSameEvent, requireSameCall } from './other-runtime.ts'
import { hasSameShape } from './same-shape.ts'

const VECTOR = new URL('../../../../vectors/metadata/phala.json', import.meta.url)
const v14 = fromHex((JSON.parse(readFileSync(VECTOR, 'utf8')) as { v14: `0x${string}` }).v14)
const metadata = readMetadata(v14)

const runtime = (changed: Metadata = metadata, transactionVersion = RUNTIME_VERSION.transactionVersion) => ({
  specVersion: 99,
  transactionVersion,
  metadata: changed,
})

type Definition = Metadata['types'] extends ReadonlyMap<number, infer D> ? D : never
type Variants = { name: string; index: number; fields: { name?: string; type: number }[] }[]

/** The metadata of a later runtime, whose pallet was changed by `edit`. */
function changed(pallet: string, kind: 'calls' | 'events', edit: (variants: Variants) => void): Metadata {
  const types = new Map(structuredClone([...metadata.types]))
  const id = metadata.pallets.find(({ name }) => name === pallet)?.[kind] as number
  edit((types.get(id) as Definition & { value: Variants }).value)
  return { ...metadata, types }
}

const find = (variants: Variants, name: string) => variants.find((one) => one.name === name) as Variants[number]

const dest = { type: 'Id', value: new Uint8Array(32) } as const
const transfer = balances.calls.transferKeepAlive.encode({ dest, value: 5n })
const remark = system.calls.remark.encode({ remark: utf8Encode('x') })
const inBatch = utility.calls.batch.encode({
  calls: [
    { type: 'System', value: { type: 'remark', value: { remark: utf8Encode('x') } } },
    { type: 'Balances', value: { type: 'transferKeepAlive', value: { dest, value: 5n } } },
  ],
})

describe("calls and events by another runtime's metadata", () => {
  it('are all the same by the metadata of this one, whatever they carry', () => {
    const tail = fc.uint8Array({ minLength: 400, maxLength: 400 })
    let seen = 0
    for (const pallet of chainTypes.pallets) {
      const theirs = metadata.pallets.find(({ index }) => index === pallet.index)
      const { call, event } = chainTypes.palletTypes.get(pallet) ?? {}
      for (const [type, id] of [
        [call, theirs?.calls],
        [event, theirs?.events],
      ] as const) {
        if (type?.shape.kind !== 'enum') continue
        for (const { name, index } of type.shape.variants) {
          const look = (bytes: Uint8Array): void => {
            const value = valueIn(type, concatBytes(Uint8Array.of(index), bytes))
            if (value === undefined) return
            seen++
            ok(id !== undefined && hasSameShape(metadata, type, value, id), `${pallet.name}.${name}`)
          }
          // Nothing anywhere, then anything.
          look(new Uint8Array(400))
          fc.assert(fc.property(tail, look), { numRuns: 20 })
        }
      }
    }
    ok(seen > 200, `${seen}`)
  })

  it('are refused if the call has another number, name or argument, or the pallet is gone', () => {
    requireSameCall(runtime(), transfer)
    const edits: ((variants: Variants) => void)[] = [
      (variants) => {
        find(variants, 'transfer_keep_alive').index = 77
      },
      (variants) => {
        find(variants, 'transfer_keep_alive').name = 'burn'
      },
      (variants) => {
        find(variants, 'transfer_keep_alive').fields.reverse()
      },
      (variants) => {
        find(variants, 'transfer_keep_alive').fields.pop()
      },
      (variants) => {
        const [to, value] = find(variants, 'transfer_keep_alive').fields
        if (to !== undefined && value !== undefined) value.type = to.type
      },
      (variants) => {
        for (const field of find(variants, 'transfer_keep_alive').fields) field.type = 1_000_000
      },
    ]
    for (const edit of edits) {
      const other = runtime(changed('Balances', 'calls', edit))
      for (const call of [transfer, inBatch]) throws(() => requireSameCall(other, call), { code: 'sdk.wrong-version' })
      requireSameCall(other, remark)
    }
    const without = { ...metadata, pallets: metadata.pallets.filter(({ name }) => name !== 'Balances') }
    throws(() => requireSameCall(runtime(without), transfer), { code: 'sdk.wrong-version' })
    const version = runtime(metadata, RUNTIME_VERSION.transactionVersion + 1)
    throws(() => requireSameCall(version, remark), {
      code: 'sdk.wrong-version',
      message: /transactions are of version/,
    })
  })

  it('are not refused for what else was added or changed', () => {
    const other = changed('Balances', 'calls', (variants) => {
      variants.push({ name: 'new', index: 200, fields: [] })
      for (const variant of variants) if (variant.name !== 'transfer_keep_alive') variant.fields = []
    })
    for (const call of [transfer, inBatch]) requireSameCall(runtime(other), call)
    requireSameCall(runtime(), Uint8Array.of(200, 0, 1))
  })

  it('end where metadata is a circle, and are refused', () => {
    const types = new Map(metadata.types)
    const id = metadata.pallets.find(({ name }) => name === 'Balances')?.calls as number
    const field = { name: undefined, type: id, typeName: undefined, docs: [] }
    types.set(id, { type: 'composite', value: [field] })
    throws(() => requireSameCall(runtime({ ...metadata, types }), transfer), { code: 'sdk.wrong-version' })
  })

  it('are not looked for in what is no metadata', async () => {
    for (const bytes of [new Uint8Array(), v14.subarray(1), v14.subarray(0, 1_000), new Uint8Array(5_000_000)]) {
      await rejects(async () => readMetadata(bytes), { code: 'sdk.bad-answer' })
    }
    fc.assert(
      fc.property(fc.nat({ max: v14.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const bytes = v14.slice()
        bytes[at] = (bytes[at] as number) ^ bits
        try {
          requireSameCall(runtime(readMetadata(bytes)), transfer)
        } catch (error) {
          ok(/^sdk\.(bad-answer|wrong-version)$/.test((error as { code: string }).code), String(error))
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('the events of a block of another runtime', () => {
  type Event = Infer<typeof RuntimeEvent>
  const dispatchInfo = {
    weight: { refTime: 1n, proofSize: 0n },
    class: { type: 'Normal' },
    paysFee: { type: 'Yes' },
  } as const
  const success: Event = { type: 'System', value: { type: 'ExtrinsicSuccess', value: { dispatchInfo } } }
  const record = (event: Event, index: number): Uint8Array =>
    EventRecord.encode({ phase: { type: 'ApplyExtrinsic', value: index }, event, topics: [] })
  /** Of pallet 200, which nobody here knows. */
  const unknown = Uint8Array.of(0, 0, 0, 0, 0, 200, 0, 7, 7, 7, 7, 0)
  const stored = (...records: Uint8Array[]): Uint8Array => concatBytes(Uint8Array.of(records.length << 2), ...records)

  it('tell of an extrinsic what stands before the first that is not known', () => {
    const outcome = outcomeOf(stored(record(success, 0), unknown, record(success, 1)), 0, runtime())
    ok(outcome !== undefined && outcome !== 'unknown' && outcome.ok)
    equal(outcome.events.length, 1)
    equal(outcomeOf(stored(record(success, 0), unknown, record(success, 1)), 1, runtime()), 'unknown')
    equal(outcomeOf(stored(record(success, 0)), 1, runtime()), undefined, 'read whole')
  })

  it('are not read as what they were before', () => {
    const other = changed('System', 'events', (variants) => {
      find(variants, 'ExtrinsicSuccess').fields.push({ name: 'more', type: 1 })
    })
    ok(isSameEvent(runtime(), success))
    ok(!isSameEvent(runtime(other), success))
    equal(outcomeOf(stored(record(success, 0)), 0, runtime(other)), 'unknown')
  })
})

/** `undefined` for bytes that are no such value. */
function valueIn(type: Type<unknown>, bytes: Uint8Array): unknown {
  try {
    return type.read(new Reader(bytes))
  } catch (cause) {
    if (cause instanceof CodecError) return undefined
    throw cause
  }
}
