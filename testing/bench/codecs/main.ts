/**
 * What generated codecs save: nanoseconds of processor time to encode and decode what a transfer is made of, by the loops of
 * the declarations and by generated code, in turn. One JSON line a figure.
 */
import { Header } from '@pha/core/protocol'
import { generated, type Type, t } from '@pha/core/schema'
import { ApplyExtrinsicResult, codecs, TransactionValidity } from '@pha/runtime/chain'
import { AccountInfo, balances, PHA, RuntimeCall, Signed, system } from '@pha/runtime/pallets'
import { declaredType } from '../../src/declared-type.ts'

const REPEATS = 20_000
const ROUNDS = 15

const alice = new Uint8Array(32).fill(1)
const bob = new Uint8Array(32).fill(2)
const weight = (refTime: bigint) => ({ refTime, proofSize: 0n })

const cases: readonly (readonly [what: string, type: Type<unknown>, value: unknown])[] = [
  [
    'account',
    AccountInfo,
    {
      nonce: 77,
      consumers: 0,
      providers: 1,
      sufficients: 0,
      data: { free: 123_456n * PHA, reserved: 0n, frozen: 0n, flags: 1n << 127n },
    },
  ],
  [
    'block weight',
    system.storage.blockWeight.type,
    { normal: weight(700_000_000_000n), operational: weight(0n), mandatory: weight(5_000_000_000n) },
  ],
  ['event Transfer', t.struct('', balances.events.Transfer.fields), { from: alice, to: bob, amount: PHA }],
  [
    'event ExtrinsicSuccess',
    t.struct('', system.events.ExtrinsicSuccess.fields),
    { dispatchInfo: { weight: weight(123_456_789n), class: { type: 'Normal' }, paysFee: { type: 'Yes' } } },
  ],
  [
    'call of a transfer',
    RuntimeCall,
    { type: 'Balances', value: { type: 'transferKeepAlive', value: { dest: { type: 'Id', value: bob }, value: PHA } } },
  ],
  [
    'signed part of a transfer',
    Signed,
    {
      address: { type: 'Id', value: alice },
      signature: { type: 'Sr25519', value: new Uint8Array(64) },
      extra: { era: { type: 'Immortal' }, nonce: 77, tip: 0n, metadataHash: { type: 'Disabled' } },
    },
  ],
  [
    'validity',
    TransactionValidity,
    {
      ok: true,
      value: { priority: 5n, requires: [], provides: [new Uint8Array(36)], longevity: 64n, propagate: true },
    },
  ],
  ['result of a transfer', ApplyExtrinsicResult, { ok: true, value: { ok: true, value: undefined } }],
  [
    'header',
    Header,
    {
      parentHash: alice,
      number: 1_000,
      stateRoot: bob,
      extrinsicsRoot: alice,
      digest: { logs: [{ type: 'Seal', value: [new Uint8Array(4), new Uint8Array(64)] }] },
    },
  ],
]

/**
 * Nanoseconds of one run: the least of all rounds, since what disturbs only adds. Each round has all of it, since a node
 * reads and writes all these types by turns: loops that see one type alone would be compiled for it.
 */
function fastest(works: readonly (() => unknown)[]): readonly number[] {
  const least = works.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < ROUNDS; round++) {
    works.forEach((work, i) => {
      const before = process.cpuUsage()
      for (let repeat = 0; repeat < REPEATS; repeat++) work()
      const { user, system: kernel } = process.cpuUsage(before)
      least[i] = Math.min(least[i] ?? 0, ((user + kernel) * 1_000) / REPEATS)
    })
  }
  return least
}

function tell(name: string, value: number | undefined): void {
  console.log(JSON.stringify({ name, value: Math.round(value ?? Number.NaN), unit: 'ns of processor time' }))
}

const works = cases.flatMap(([what, type, value]): readonly (readonly [name: string, work: () => unknown])[] => {
  const declared = declaredType(type)
  const made = generated(codecs, type)
  const bytes = declared.encode(value)
  return [
    [`encode ${what}, declared`, () => declared.encode(value)],
    [`encode ${what}, generated`, () => made.encode(value)],
    [`decode ${what}, declared`, () => declared.decode(bytes)],
    [`decode ${what}, generated`, () => made.decode(bytes)],
  ]
})
const figures = fastest(works.map(([, work]) => work))
works.forEach(([name], i) => {
  tell(name, figures[i])
})
