import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import fc from 'fast-check'
import { poolLimits } from './limits.ts'
import { NonceChain } from './pool/nonce-chain.ts'
import type { Pool } from './pool.ts'

type Step =
  | {
      readonly type: 'submit'
      readonly sender: number
      readonly nonce: number
      readonly tip: number
      readonly forged: boolean
      readonly large: boolean
    }
  | {
      readonly type: 'block'
      readonly takes: number
      readonly foreign: number | undefined
      readonly isUpgrade: boolean
    }
  | { readonly type: 'poor' | 'rich'; readonly sender: number }
  | { readonly type: 'dropInvalid' | 'wait' }

const sender = fc.nat(4)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('submit' as const),
      sender,
      nonce: fc.nat(9),
      tip: fc.nat(30),
      forged: fc.nat(15).map((n) => n === 0),
      large: fc.nat(5).map((n) => n === 0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('block' as const),
      takes: fc.nat(4),
      foreign: fc.option(sender, { nil: undefined, freq: 4 }),
      isUpgrade: fc.nat(10).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('poor' as const, 'rich' as const), sender }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('dropInvalid' as const, 'wait' as const) }) },
)

const TERMINAL = new Set(['finalised', 'invalid', 'dropped', 'usurped'])

function checkInvariants(chain: NonceChain, pool: Pool): void {
  const places = new Set<string>()
  let bytes = 0
  const perSender = new Map<number, number>()
  for (const each of pool.pending()) {
    const { sender, nonce } = chain.read(each)
    ok(!places.has(`${sender}/${nonce}`), `two of sender ${sender} with nonce ${nonce}`)
    places.add(`${sender}/${nonce}`)
    bytes += each.length
    perSender.set(sender, (perSender.get(sender) ?? 0) + 1)
    ok(nonce >= (chain.nonces.get(sender) ?? 0), `nonce ${nonce} of ${sender} is used`)
  }
  equal(places.size, pool.size)
  equal(bytes, pool.bytes)
  ok(pool.size <= poolLimits.count && bytes <= poolLimits.bytes)
  ok([...perSender.values()].every((count) => count <= poolLimits.perSender))

  const next = new Map(chain.nonces)
  const ready = new Set<string>()
  let open: { priority: bigint; first: boolean }[] = []
  for (const { bytes, priority } of pool.ready()) {
    const { sender, nonce } = chain.read(bytes)
    equal(nonce, next.get(sender) ?? 0, `sender ${sender}: what is ready follows what is there`)
    if (nonce === (chain.nonces.get(sender) ?? 0)) open.push({ priority, first: true })
    next.set(sender, nonce + 1)
    ready.add(`${sender}/${nonce}`)
  }
  // Heads come in the order of their tips.
  open = open.filter(({ first }) => first)
  deepEqual(
    open.map(({ priority }) => priority),
    open.map(({ priority }) => priority).sort((left, right) => (left > right ? -1 : left < right ? 1 : 0)),
  )
  // And nothing is left out whose predecessors are all there.
  for (const [sender, nonce] of next) ok(!places.has(`${sender}/${nonce}`), `${sender}/${nonce} could be ready`)
  for (const place of places)
    if (place.endsWith(`/${chain.nonces.get(Number(place.split('/')[0])) ?? 0}`)) ok(ready.has(place))
  equal(pool.hasReady(), ready.size > 0)
}

describe('the pool, whatever arrives', () => {
  it('keeps its limits, the order of nonces, one transaction for each, and gives every watcher an end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const chain = new NonceChain()
        const pool = chain.pool()
        const watched = new Map<string, string[]>()
        for (const each of steps) {
          if (each.type === 'submit') {
            const { sender, nonce, tip, forged, large } = each
            const bytes = chain.transaction(sender, nonce, {
              tip,
              forged,
              memo: large ? poolLimits.extrinsicBytes - 100 : 0,
            })
            const result = await pool.submit(bytes)
            ok(!(result.ok && forged), 'nothing forged is admitted')
            const key = toHex(blake2b256(bytes))
            if (result.ok && (watched.get(key)?.some((type) => TERMINAL.has(type)) ?? true)) {
              const statuses: string[] = []
              watched.set(key, statuses)
              ok(pool.watch(result.hash, ({ type }) => statuses.push(type)))
            }
          } else if (each.type === 'block') {
            const body = [...pool.ready()].slice(0, each.takes).map(({ bytes }) => bytes)
            const taken = new Set(body.map((bytes) => chain.read(bytes).sender))
            const { foreign } = each
            if (foreign !== undefined && !taken.has(foreign)) {
              body.push(chain.transaction(foreign, chain.nonces.get(foreign) ?? 0, { memo: 7 }))
            }
            chain.finalise(pool, body, each.isUpgrade)
            // Until all are asked again, an upgraded pool shows some of them.
            if (each.isUpgrade) for (let i = 0; i < 30; i++) await nextTurn()
          } else if (each.type === 'poor') {
            chain.poor.add(each.sender)
          } else if (each.type === 'rich') {
            chain.poor.delete(each.sender)
          } else if (each.type === 'dropInvalid') {
            for (const { hash } of pool.ready()) {
              pool.dropInvalid(hash, 'Payment')
              break
            }
          } else {
            await nextTurn()
          }
          checkInvariants(chain, pool)
        }
        while (pool.size > 0)
          chain.finalise(
            pool,
            [...pool.ready()].map(({ bytes }) => bytes),
          )
        for (const [hash, statuses] of watched) {
          equal(statuses.filter((type) => TERMINAL.has(type)).length, 1, `${hash}: ${statuses}`)
          ok(TERMINAL.has(statuses.at(-1) ?? ''), `${hash}: ${statuses}`)
        }
        deepEqual(chain.faults, [])
      }),
      { numRuns: 150 },
    )
  })
})
