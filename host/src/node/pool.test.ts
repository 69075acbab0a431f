import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { type Infer, t } from '@pha/core/schema'
import type { TransactionValidity } from '@pha/runtime/chain'
import fc from 'fast-check'
import { poolLimits } from './limits.ts'
import { Pool, type PoolStatus } from './pool.ts'

/** The smallest chain with nonces: a transaction is a sender, a nonce, and bytes that make two of them differ. */
class NonceChain {
  readonly finalised = new Set<string>()
  readonly nonces = new Map<number, number>()
  height = 0
  longevity = 64n

  transaction(sender: number, nonce: number, memo = 0): Uint8Array {
    return concatBytes(Uint8Array.of(sender, memo), t.u32.encode(nonce))
  }

  validate(bytes: Uint8Array): Infer<typeof TransactionValidity> {
    const [sender = 0] = bytes
    const nonce = t.u32.decode(bytes.slice(2, 6))
    const next = this.nonces.get(sender) ?? 0
    if (nonce < next) return { ok: false, error: { type: 'Invalid', value: { type: 'Stale' } } }
    const tag = (n: number): Uint8Array => concatBytes(account(sender), t.u32.encode(n))
    const requires = nonce > next ? [tag(nonce - 1)] : []
    const value = { priority: 0n, requires, provides: [tag(nonce)], longevity: this.longevity, propagate: true }
    return { ok: true, value }
  }

  pool(): Pool {
    return new Pool({
      validate: (bytes) => ({ validity: this.validate(bytes), checks: [] }),
      checkSignature: async () => 'holds',
      isFinalised: (hash) => this.finalised.has(toHex(hash)),
      height: () => this.height,
    })
  }

  finalise(pool: Pool, body: readonly Uint8Array[]): void {
    this.height++
    for (const bytes of body) {
      const [sender = 0] = bytes
      equal(t.u32.decode(bytes.slice(2, 6)), this.nonces.get(sender) ?? 0, 'applied in the order of nonces')
      this.nonces.set(sender, (this.nonces.get(sender) ?? 0) + 1)
      this.finalised.add(toHex(blake2b256(bytes)))
    }
    pool.onBlock(new Uint8Array(32), body)
  }
}

function account(sender: number): Uint8Array {
  return new Uint8Array(32).fill(sender)
}

function readyBytes(pool: Pool): Uint8Array[] {
  return pool.ready().map(({ bytes }) => bytes)
}

describe('the pool', () => {
  it('holds a future nonce until the one before arrives', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const statuses: string[] = []
    const second = await pool.submit(chain.transaction(1, 1))
    ok(second.ok)
    pool.watch(second.hash, ({ type }) => statuses.push(type))
    equal(pool.hasReady(), false)
    await pool.submit(chain.transaction(1, 0))
    deepEqual(readyBytes(pool), [chain.transaction(1, 0), chain.transaction(1, 1)])
    deepEqual(statuses, ['future', 'ready'])
    equal(pool.nextNonce(0, account(1)), 2)
  })

  it('accepts a known extrinsic again and refuses a finalised one', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const first = await pool.submit(chain.transaction(1, 0))
    deepEqual(await pool.submit(chain.transaction(1, 0)), first)
    equal(pool.size, 1)
    chain.finalise(pool, readyBytes(pool))
    const again = await pool.submit(chain.transaction(1, 0))
    equal(!again.ok && again.reason, 'tx.already-imported')
    const stale = await pool.submit(chain.transaction(1, 0, 1))
    equal(!stale.ok && stale.reason, 'tx.invalid')
  })

  it('refuses a second transaction with the nonce of a waiting one', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    await pool.submit(chain.transaction(1, 0))
    const other = await pool.submit(chain.transaction(1, 0, 1))
    equal(!other.ok && other.reason, 'tx.nonce-taken')
  })

  it('makes what depends on a dropped transaction wait again', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const first = await pool.submit(chain.transaction(1, 0))
    await pool.submit(chain.transaction(1, 1))
    await pool.submit(chain.transaction(1, 2))
    ok(first.ok)
    const statuses: PoolStatus[] = []
    pool.watch(first.hash, (status) => statuses.push(status))
    pool.dropInvalid(toHex(first.hash))
    deepEqual(statuses.at(-1), { type: 'invalid' })
    equal(pool.hasReady(), false)
    equal(pool.size, 2)
    await pool.submit(chain.transaction(1, 0, 1))
    deepEqual(readyBytes(pool), [chain.transaction(1, 0, 1), chain.transaction(1, 1), chain.transaction(1, 2)])
  })

  it('drops what has waited longer than it lives', async () => {
    const chain = new NonceChain()
    chain.longevity = 2n
    const pool = chain.pool()
    const result = await pool.submit(chain.transaction(1, 5))
    ok(result.ok)
    const statuses: string[] = []
    pool.watch(result.hash, ({ type }) => statuses.push(type))
    for (let i = 0; i < 3; i++) chain.finalise(pool, [])
    deepEqual(statuses, ['future', 'dropped'])
    equal(pool.size, 0)
  })

  it('bounds size, one sender and watchers', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const huge = await pool.submit(new Uint8Array(poolLimits.extrinsicBytes + 1))
    equal(!huge.ok && huge.reason, 'tx.too-large')
    for (let nonce = 0; nonce < poolLimits.perSender; nonce++) ok((await pool.submit(chain.transaction(1, nonce))).ok)
    const flood = await pool.submit(chain.transaction(1, poolLimits.perSender))
    equal(!flood.ok && flood.reason, 'tx.sender-limit')
    const other = await pool.submit(chain.transaction(2, 0))
    ok(other.ok)
    for (let i = 0; i < poolLimits.watchers; i++) ok(pool.watch(other.hash, () => {}))
    equal(
      pool.watch(other.hash, () => {}),
      undefined,
    )
  })

  it('lets what can be applied in, though futures that nobody pays for have filled it', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    for (let sender = 1; pool.size < poolLimits.count; sender++) {
      for (let nonce = 1; nonce <= poolLimits.perSender; nonce++) await pool.submit(chain.transaction(sender, nonce))
    }
    const one = chain.transaction(200, 0)
    const status: PoolStatus[] = []
    pool.watch(blake2b256(chain.transaction(16, poolLimits.perSender)), (told) => status.push(told))
    ok((await pool.submit(one)).ok)
    deepEqual(readyBytes(pool), [one])
    deepEqual(status.at(-1), { type: 'dropped' })
    equal(pool.size, poolLimits.count)
    const late = await pool.submit(chain.transaction(201, 1))
    equal(!late.ok && late.reason, 'tx.pool-full')
  })

  it('offers every transaction once, in the order of nonces, however they arrive', async () => {
    const arrivals = fc.array(fc.record({ sender: fc.nat(3), nonce: fc.nat(6), finalise: fc.nat(4) }), {
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(arrivals, async (steps) => {
        const chain = new NonceChain()
        const pool = chain.pool()
        for (const { sender, nonce, finalise } of steps) {
          await pool.submit(chain.transaction(sender, nonce))
          if (finalise === 0) chain.finalise(pool, readyBytes(pool).slice(0, 3)) // asserts the order
          for (const [account, next] of chain.nonces) {
            const waiting = pool.ready().filter(({ bytes }) => bytes[0] === account)
            waiting.forEach(({ bytes }, i) => {
              equal(t.u32.decode(bytes.slice(2, 6)), next + i)
            })
          }
        }
      }),
    )
  })
})
