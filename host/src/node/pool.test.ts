import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { poolLimits } from './limits.ts'
import { account, NonceChain } from './pool/nonce-chain.ts'
import type { Pool, PoolStatus } from './pool.ts'

function readyBytes(pool: Pool): Uint8Array[] {
  return [...pool.ready()].map(({ bytes }) => bytes)
}

/** Nonces of what is ready, each with its sender. */
function readyOf(chain: NonceChain, pool: Pool): [number, number][] {
  return readyBytes(pool).map((bytes) => {
    const { sender, nonce } = chain.read(bytes)
    return [sender, nonce]
  })
}

async function admitted(pool: Pool, bytes: Uint8Array, source?: object): Promise<PoolStatus[]> {
  const result = await pool.submit(bytes, source)
  ok(result.ok, JSON.stringify(result))
  const statuses: PoolStatus[] = []
  pool.watch(result.hash, (status) => statuses.push(status))
  return statuses
}

async function refusal(pool: Pool, bytes: Uint8Array, source?: object): Promise<string> {
  const result = await pool.submit(bytes, source)
  return result.ok ? 'ok' : result.reason
}

function types(statuses: readonly PoolStatus[]): string[] {
  return statuses.map(({ type }) => type)
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await nextTurn()
}

describe('the pool', () => {
  it('holds a future nonce until the one before arrives', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const second = await admitted(pool, chain.transaction(1, 1))
    equal(pool.hasReady(), false)
    await pool.submit(chain.transaction(1, 0))
    deepEqual(readyBytes(pool), [chain.transaction(1, 0), chain.transaction(1, 1)])
    deepEqual(types(second), ['future', 'ready'])
    equal(pool.nextNonce(0, account(1)), 2)
  })

  it('accepts a known extrinsic again, on its way too, and refuses a finalised one', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const [first, twin] = await Promise.all([
      pool.submit(chain.transaction(1, 0)),
      pool.submit(chain.transaction(1, 0)),
    ])
    deepEqual(twin, first)
    deepEqual(await pool.submit(chain.transaction(1, 0)), first)
    equal(chain.checked, 1, 'its signature was checked once')
    equal(pool.size, 1)
    chain.finalise(pool, readyBytes(pool))
    equal(await refusal(pool, chain.transaction(1, 0)), 'tx.already-imported')
    equal(await refusal(pool, chain.transaction(1, 0, { tip: 1 })), 'tx.invalid')
  })

  it('gives the highest tip first, each sender in the order of nonces', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    await pool.submit(chain.transaction(1, 0, { tip: 5 }))
    await pool.submit(chain.transaction(1, 1, { tip: 100 }))
    await pool.submit(chain.transaction(2, 0, { tip: 7 }))
    await pool.submit(chain.transaction(3, 0, { tip: 5 }))
    await pool.submit(chain.transaction(2, 1, { tip: 1 }))
    deepEqual(readyOf(chain, pool), [
      [2, 0],
      [1, 0],
      [1, 1],
      [3, 0],
      [2, 1],
    ])
  })

  it('replaces a transaction by one with a tip a tenth higher, and tells who watched it', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const statuses = await admitted(pool, chain.transaction(1, 0, { tip: 100 }))
    await pool.submit(chain.transaction(1, 1))
    for (const tip of [99, 100, 109]) {
      equal(await refusal(pool, chain.transaction(1, 0, { tip, memo: 1 })), 'tx.nonce-taken', `${tip}`)
    }
    const better = chain.transaction(1, 0, { tip: 110 })
    await pool.submit(better)
    deepEqual(statuses, [{ type: 'ready' }, { type: 'usurped', by: toHex(blake2b256(better)) }])
    deepEqual(readyBytes(pool), [better, chain.transaction(1, 1)])
    equal(pool.size, 2)
    await pool.submit(chain.transaction(2, 0))
    equal(await refusal(pool, chain.transaction(2, 0, { memo: 1 })), 'tx.nonce-taken', 'no tip replaces no tip')
  })

  it('neither replaces nor drops what is in the block that is being made', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const statuses = await admitted(pool, chain.transaction(1, 0))
    const better = chain.transaction(1, 0, { tip: 100 })
    const make = () => {
      pool.beginBlock()
      for (const { hash } of pool.ready()) pool.noteInBlock(hash)
    }
    make()
    equal(await refusal(pool, better), 'tx.nonce-taken')
    // It could pay when the block began: what others did there counts after it.
    chain.poor.add(1)
    chain.finalise(pool, [])
    make()
    await turns(10)
    chain.poor.delete(1)
    deepEqual(types(statuses), ['ready'])
    chain.finalise(pool, [chain.transaction(1, 0)])
    deepEqual(types(statuses), ['ready', 'finalised'])

    const again = await admitted(pool, chain.transaction(1, 1))
    make()
    // That block is not made: another one is begun without it.
    pool.beginBlock()
    await pool.submit(chain.transaction(1, 1, { tip: 100 }))
    deepEqual(types(again), ['ready', 'usurped'])
  })

  it('makes what depends on a dropped transaction wait again, and says so', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const first = await admitted(pool, chain.transaction(1, 0))
    const second = await admitted(pool, chain.transaction(1, 1))
    await pool.submit(chain.transaction(1, 2))
    pool.dropInvalid(toHex(blake2b256(chain.transaction(1, 0))), 'Payment')
    deepEqual(types(first), ['ready', 'invalid'])
    deepEqual(types(second), ['ready', 'future'])
    equal(pool.hasReady(), false)
    equal(pool.size, 2)
    await pool.submit(chain.transaction(1, 0, { tip: 1 }))
    deepEqual(
      readyOf(chain, pool).map(([, nonce]) => nonce),
      [0, 1, 2],
    )
    deepEqual(types(second), ['ready', 'future', 'ready'])
  })

  it('tells what a block used in its place as invalid', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const mine = await admitted(pool, chain.transaction(1, 0))
    const next = await admitted(pool, chain.transaction(1, 1))
    chain.finalise(pool, [chain.transaction(1, 0, { memo: 9 })])
    deepEqual(types(mine), ['ready', 'invalid'])
    deepEqual(types(next), ['ready'])
    deepEqual(readyOf(chain, pool), [[1, 1]])
  })

  it('makes what waited for a foreign transaction ready when that is in a block', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const second = await admitted(pool, chain.transaction(1, 1))
    chain.finalise(pool, [chain.transaction(1, 0)])
    deepEqual(types(second), ['future', 'ready'])
  })

  it('ends what has outlived its era as invalid, and what has only waited long as dropped', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    chain.longevity = 2n
    const mortal = await admitted(pool, chain.transaction(1, 0))
    chain.longevity = 2n ** 64n - 1n
    const immortal = await admitted(pool, chain.transaction(2, 5))
    chain.finalise(pool, [])
    deepEqual(types(mortal), ['ready'], 'the next block may hold it')
    chain.finalise(pool, [])
    deepEqual(types(mortal), ['ready', 'invalid'])
    for (let i = 2; i < poolLimits.lifetimeBlocks; i++) {
      deepEqual(types(immortal), ['future'])
      chain.finalise(pool, [])
    }
    deepEqual(types(immortal), ['future', 'dropped'])
    equal(pool.size, 0)
  })

  it('ends what its sender cannot pay any more after the block that took the money', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const all = await Promise.all([0, 1, 3].map((nonce) => admitted(pool, chain.transaction(1, nonce))))
    const other = await admitted(pool, chain.transaction(2, 0))
    chain.poor.add(1)
    chain.finalise(pool, [])
    await turns(10)
    chain.finalise(pool, [])
    await turns(10)
    deepEqual(
      all.map((statuses) => statuses.at(-1)?.type),
      ['invalid', 'invalid', 'invalid'],
    )
    deepEqual(types(other), ['ready'])
    deepEqual(chain.faults, [])
  })

  it('asks another runtime about all that waits', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const kept = await admitted(pool, chain.transaction(1, 0))
    const lost = await admitted(pool, chain.transaction(2, 0))
    chain.poor.add(2)
    chain.finalise(pool, [], true)
    await turns(10)
    deepEqual(types(kept), ['ready', 'ready'])
    deepEqual(types(lost), ['ready', 'invalid'])
    deepEqual(readyOf(chain, pool), [[1, 0]])
    deepEqual(chain.faults, [])
  })

  it('tells who watched what another runtime fails on, and goes on with the others', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const lost = await admitted(pool, chain.transaction(1, 0))
    const kept = await admitted(pool, chain.transaction(2, 0))
    chain.fatal.add(1)
    chain.finalise(pool, [], true)
    await turns(10)
    deepEqual(types(lost), ['ready', 'dropped'])
    deepEqual(types(kept), ['ready', 'ready'])
    deepEqual(readyOf(chain, pool), [[2, 0]])
    equal(chain.faults.length, 1)
  })

  it('refuses a forged signature, and the same bytes again without checking it', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const forged = chain.transaction(1, 0, { forged: true })
    equal(await refusal(pool, forged), 'tx.invalid')
    equal(await refusal(pool, forged), 'tx.banned')
    equal(chain.checked, 1)
    chain.nowMs += poolLimits.banMs
    equal(await refusal(pool, forged), 'tx.invalid', 'a ban ends')
    for (let i = 0; i < poolLimits.banned; i++) pool.dropInvalid('0x', 'BadProof')
    equal(await refusal(pool, chain.transaction(1, 0)), 'ok', 'its nonce is free for others')
  })

  it('does not check the signature of what is stale or unpayable', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    chain.nonces.set(1, 5)
    chain.poor.add(2)
    equal(await refusal(pool, chain.transaction(1, 4)), 'tx.invalid')
    equal(await refusal(pool, chain.transaction(2, 0)), 'tx.invalid')
    equal(chain.checked, 0)
    chain.poor.delete(2)
    equal(await refusal(pool, chain.transaction(2, 0)), 'ok', 'what may become valid is not banned')
  })

  it('silences a source of garbage for a while, and nobody else', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const [bad, good] = [{}, {}]
    for (let i = 0; i < poolLimits.garbage; i++) {
      equal(await refusal(pool, chain.transaction(1, i, { forged: true }), bad), 'tx.invalid')
    }
    equal(await refusal(pool, chain.transaction(2, 0), bad), 'tx.source-silenced')
    equal(await refusal(pool, chain.transaction(2, 0), good), 'ok')
    chain.nowMs += poolLimits.garbageWindowMs
    equal(await refusal(pool, chain.transaction(3, 0), bad), 'ok')
    for (let window = 0; window < 3; window++) {
      chain.nowMs += poolLimits.garbageWindowMs
      for (let i = 1; i < poolLimits.garbage; i++) {
        equal(
          await refusal(pool, chain.transaction(4, 0, { forged: true }), good),
          window + i === 1 ? 'tx.invalid' : 'tx.banned',
        )
      }
    }
    equal(await refusal(pool, chain.transaction(5, 0), good), 'ok', 'a little of it in each window is borne')
  })

  it('admits what one source sends in its order, though a later signature is checked first', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const gates = new Map<number, (verdict: 'holds') => void>()
    chain.verdict = ({ message }) => new Promise((resolve) => gates.set(chain.read(message).nonce, resolve))
    const order: number[] = []
    const source = {}
    const results = [0, 1, 2].map((nonce) =>
      pool.submit(chain.transaction(1, nonce), source).then(() => void order.push(nonce)),
    )
    const other = pool.submit(chain.transaction(2, 7), {})
    for (const nonce of [7, 2, 1]) gates.get(nonce)?.('holds')
    ok((await other).ok, 'other sources do not wait')
    equal(pool.size, 1)
    gates.get(0)?.('holds')
    await Promise.all(results)
    deepEqual(order, [0, 1, 2])
  })

  it('is settled once nothing is on its way', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    await pool.settled()
    const open: ((verdict: 'holds') => void)[] = []
    chain.verdict = () => new Promise((resolve) => open.push(resolve))
    const submitted = [0, 1, 2].map((nonce) => pool.submit(chain.transaction(1, nonce)))
    const patience = new AbortController()
    const impatient = pool.settled(patience.signal)
    patience.abort()
    await impatient
    await pool.settled(patience.signal)
    let isSettled = false
    const settled = pool.settled().then(() => {
      isSettled = true
    })
    for (const answer of open) {
      await turns(3)
      equal(isSettled, false)
      answer('holds')
    }
    await Promise.all(submitted)
    await settled
    equal(readyBytes(pool).length, 3)
  })

  it('looks up the nonce when blocks went by while a signature was checked', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    let open: (verdict: 'holds') => void = () => {}
    chain.verdict = () => new Promise((resolve) => (open = resolve))
    const waiting = pool.submit(chain.transaction(1, 1))
    const openFirst = open
    const stale = pool.submit(chain.transaction(1, 0), {})
    chain.finalise(pool, [chain.transaction(1, 0, { memo: 3 })])
    openFirst('holds')
    open('holds')
    ok((await waiting).ok)
    const late = await stale
    equal(!late.ok && late.detail, 'Stale')
    deepEqual(readyOf(chain, pool), [[1, 1]], 'its predecessor is in the block, so it is next')
    equal(chain.validated, 2, 'the runtime was asked once for each')
  })

  it('asks again when the runtime was replaced while a signature was checked', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    let open: (verdict: 'holds') => void = () => {}
    chain.verdict = () => new Promise((resolve) => (open = resolve))
    const waiting = pool.submit(chain.transaction(1, 0))
    chain.finalise(pool, [], true)
    chain.poor.add(1)
    open('holds')
    const late = await waiting
    equal(!late.ok && late.detail, 'Payment')
    equal(chain.validated, 2)
  })

  it('says so when signatures are not checked for now', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    chain.verdict = async () => 'busy'
    equal(await refusal(pool, chain.transaction(1, 0)), 'tx.busy')
    chain.verdict = () => new Promise(() => {})
    const large = Math.floor(poolLimits.arrivingBytes / poolLimits.extrinsicBytes)
    for (let i = 0; i < large; i++) void pool.submit(chain.transaction(1, i, { memo: poolLimits.extrinsicBytes - 100 }))
    equal(await refusal(pool, chain.transaction(2, 0, { memo: poolLimits.extrinsicBytes - 100 })), 'tx.busy')
  })

  it('bounds one transaction, one sender by number and bytes, and watchers', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    equal(await refusal(pool, new Uint8Array(poolLimits.extrinsicBytes + 1)), 'tx.too-large')
    for (let nonce = 1; nonce <= poolLimits.perSender; nonce++) await pool.submit(chain.transaction(1, nonce))
    const last = await admitted(pool, chain.transaction(2, 9))
    equal(await refusal(pool, chain.transaction(1, poolLimits.perSender + 1)), 'tx.sender-limit')
    const own: PoolStatus[] = []
    pool.watch(blake2b256(chain.transaction(1, poolLimits.perSender)), (status) => own.push(status))
    equal(await refusal(pool, chain.transaction(1, 0)), 'ok', 'what comes before takes the place of the sender’s last')
    deepEqual(types(own), ['future', 'dropped'])
    deepEqual(types(last), ['future'])

    const memo = poolLimits.bytesPerSender / 8 - 100
    for (let nonce = 0; nonce < 8; nonce++) equal(await refusal(pool, chain.transaction(3, nonce, { memo })), 'ok')
    equal(await refusal(pool, chain.transaction(3, 8, { memo })), 'tx.sender-limit')
    for (let i = 1; i < poolLimits.watchers; i++) ok(pool.watch(blake2b256(chain.transaction(2, 9)), () => {}))
    equal(
      pool.watch(blake2b256(chain.transaction(2, 9)), () => {}),
      undefined,
    )
  })

  it('makes room when it is full: first of futures, then of lower tips, then of who sends most', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const senders = poolLimits.count / poolLimits.perSender
    for (let sender = 1; sender <= senders; sender++) {
      const first = sender === senders ? 1 : 0 // the last one's are all from the future
      for (let i = 0; i < poolLimits.perSender; i++)
        await pool.submit(chain.transaction(sender, first + i, { tip: sender }))
    }
    equal(pool.size, poolLimits.count)
    const watch = (sender: number, nonce: number): PoolStatus[] => {
      const statuses: PoolStatus[] = []
      pool.watch(blake2b256(chain.transaction(sender, nonce, { tip: sender })), (status) => statuses.push(status))
      return statuses
    }
    const future = watch(senders, poolLimits.perSender)
    equal(await refusal(pool, chain.transaction(100, 3)), 'tx.pool-full', 'a future takes nobody’s place')
    equal(await refusal(pool, chain.transaction(100, 0)), 'ok')
    deepEqual(types(future), ['future', 'dropped'])

    equal(await refusal(pool, chain.transaction(senders, 0, { tip: 50 })), 'ok')
    const cheapest = watch(1, poolLimits.perSender - 1)
    equal(await refusal(pool, chain.transaction(101, 0, { tip: 1 })), 'ok', 'the lowest tip but one')
    equal(
      await refusal(pool, chain.transaction(102, 0, { tip: 1 })),
      'ok',
      'who sends one goes before who sends thousands',
    )
    deepEqual(types(cheapest), ['ready', 'dropped'])
    equal(await refusal(pool, chain.transaction(103, 0)), 'tx.pool-full')
    for (const { hash } of pool.ready()) pool.noteInBlock(hash)
    equal(await refusal(pool, chain.transaction(103, 0, { tip: 100 })), 'tx.pool-full', 'all are in a block soon')
    equal(pool.size, poolLimits.count)
  })

  it('drops nobody for what does not fit anyway', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    const memo = poolLimits.extrinsicBytes - 100
    const large = poolLimits.bytes / poolLimits.extrinsicBytes
    for (let i = 0; i < large; i++)
      equal(await refusal(pool, chain.transaction(i + 1, 0, { memo, tip: i === 0 ? 1 : 9 })), 'ok')
    const cheap = chain.transaction(200, 0, { memo: 500_000, tip: 5 })
    const { size } = pool
    equal(await refusal(pool, cheap), 'ok', 'one makes room')
    equal(pool.size, size)
    equal(await refusal(pool, chain.transaction(201, 0, { memo, tip: 5 })), 'tx.pool-full')
    equal(pool.size, size)
  })

  it('is consumed while others submit, without loss of order', async () => {
    const chain = new NonceChain()
    const pool = chain.pool()
    for (const nonce of [0, 1]) await pool.submit(chain.transaction(1, nonce, { tip: 5 }))
    await pool.submit(chain.transaction(2, 0, { tip: 1 }))
    const seen: number[][] = []
    for (const { bytes, hash } of pool.ready()) {
      const { sender, nonce } = chain.read(bytes)
      seen.push([sender, nonce])
      if (seen.length === 1) {
        await pool.submit(chain.transaction(3, 0, { tip: 9 }))
        await pool.submit(chain.transaction(1, 2, { tip: 5 }))
      }
      if (seen.length === 2) pool.dropInvalid(hash, 'Payment')
    }
    deepEqual(seen, [
      [1, 0],
      [1, 1],
      [2, 0],
    ])
    deepEqual(readyOf(chain, pool), [
      [3, 0],
      [1, 0],
      [2, 0],
    ])
  })
})
