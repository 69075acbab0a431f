import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keypairFromSeed, Secret } from '@pha/core/crypto'
import { Header } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import fc from 'fast-check'
import { balances, PHA } from '../pallets/balances/schema.ts'
import { system } from '../pallets/system/schema.ts'
import { UncheckedExtrinsic } from '../transaction/extrinsic.ts'
import type { MemoryHost } from './memory-host.ts'
import { runtime } from './runtime.ts'
import { TestChain } from './test-chain.ts'
import { ApplyExtrinsicResult } from './transaction-validity.ts'

const people = [1, 2, 3].map((seed) => keypairFromSeed('ed25519', Secret.from(new Uint8Array(32).fill(seed))))
const Extrinsics = t.vec(UncheckedExtrinsic)
const Outcomes = t.vec(ApplyExtrinsicResult)

const wishes = fc.array(
  fc.record({
    from: fc.nat(people.length - 1),
    to: fc.nat(9),
    /** Some can't be paid, some are below the existential deposit. */
    value: fc.constantFrom(1n, PHA, 2_000n * PHA),
    call: fc.constantFrom('transfer', 'transfer', 'event', 'large'),
    /** Of the nonce: what comes too early or too late. */
    offset: fc.constantFrom(0, 0, 0, 0, 1, -1),
    isForged: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  }),
  { maxLength: 16 },
)

type Wishes = typeof wishes extends fc.Arbitrary<infer W> ? W : never

/** More than a block holds. */
const full = [0, 1, 2].map((from) => ({ from, to: 0, value: 1n, call: 'large', offset: 0, isForged: false }) as const)

const plain = { from: 0, to: 0, value: PHA, call: 'transfer', offset: 0, isForged: false } as const
/** One of each kind that is refused or fails. */
const troubled = [
  plain,
  { ...plain, offset: -1 },
  { ...plain, offset: 1 },
  { ...plain, isForged: true },
  { ...plain, value: 2_000n * PHA },
] as const

function signed(chain: TestChain, list: Wishes): Uint8Array[] {
  const nonces = people.map(() => 0)
  return list.map(({ from, to, value, call, offset, isForged }) => {
    const person = people[from] as (typeof people)[0]
    const dest = { type: 'Id', value: new Uint8Array(32).fill(0x80 + to) } as const
    const remark = new Uint8Array(call === 'large' ? 900_000 : 8)
    const bytes =
      call === 'transfer'
        ? balances.calls.transferKeepAlive.encode({ dest, value })
        : call === 'event'
          ? system.calls.remarkWithEvent.encode({ remark })
          : system.calls.remark.encode({ remark })
    const nonce = Math.max(0, (nonces[from] as number) + offset)
    if (offset === 0 && !isForged) nonces[from] = nonce + 1
    const extrinsic = chain.sign(person, bytes, { nonce })
    if (isForged) extrinsic[60] = (extrinsic[60] as number) ^ 1
    return extrinsic
  })
}

function closed(host: MemoryHost): Header {
  return Header.decode(host.call(runtime, 'BlockBuilder_finalize_block', new Uint8Array()))
}

describe('extrinsics that are applied together', () => {
  it('have the outcomes, the events and the state that they have one by one', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(wishes, (list) => {
        const chain = new TestChain({ endowed: people })
        chain.open()
        const extrinsics = signed(chain, list)
        const together = chain.host.fork()
        const outcomes = Outcomes.decode(
          together.call(runtime, 'BlockBuilder_apply_extrinsics', Extrinsics.encode(extrinsics)),
        )
        const oneByOne: ApplyExtrinsicResult[] = []
        for (const extrinsic of extrinsics) {
          const outcome = chain.apply(extrinsic)
          oneByOne.push(outcome)
          const name = outcome.ok ? `call ${outcome.value.ok}` : outcome.error.value.type
          seen.set(name, (seen.get(name) ?? 0) + 1)
          if (name === 'ExhaustsResources') break
        }
        deepEqual(outcomes, oneByOne)
        deepEqual(closed(together), closed(chain.host))
      }),
      { numRuns: 61, examples: [[[...full, ...full]], [[...troubled]]] },
    )
    for (const name of ['call true', 'call false', 'Stale', 'Future', 'BadProof', 'ExhaustsResources']) {
      ok(seen.has(name), `${name} among ${[...seen.keys()]}`)
    }
  })

  it('are none if there are none', () => {
    const chain = new TestChain()
    chain.open()
    equal(Outcomes.decode(chain.call('BlockBuilder_apply_extrinsics', Extrinsics.encode([]))).length, 0)
  })
})
