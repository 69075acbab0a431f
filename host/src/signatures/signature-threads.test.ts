import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keypairFromSeed, multiSign, Secret } from '@pha/core/crypto'
import type { SignatureCheck } from './signature-check.ts'
import { signatureThreads } from './signature-threads.ts'

const keypair = keypairFromSeed('sr25519', Secret.from(new Uint8Array(32).fill(9)))

function honest(n: number): SignatureCheck {
  const message = Uint8Array.of(n & 255, n >> 8)
  const { type, value } = multiSign(keypair, message)
  return { scheme: type, signature: value, message, account: keypair.accountId }
}

function forged(n: number): SignatureCheck {
  return { ...honest(n), message: Uint8Array.of(1, 2, 3) }
}

/** Ends the thread that works on it: no client can send one, as decoding knows three schemes only. */
const poison: SignatureCheck = { ...honest(0), scheme: 'Unheard-of' as SignatureCheck['scheme'] }

function threadsOf(threads: number, capacity = 1_000) {
  const faults: string[] = []
  const onFault = (_: string, cause: unknown): void => void faults.push(String(cause))
  return { faults, threads: signatureThreads({ threads, capacity, onFault }) }
}

describe('signature threads', () => {
  it('say of each signature whether it holds', async () => {
    const { threads, faults } = threadsOf(2)
    await using _ = threads
    const checks = Array.from({ length: 300 }, (_, n) => (n % 3 === 0 ? forged(n) : honest(n)))
    const verdicts = await Promise.all(checks.map((check) => threads.check(check)))
    verdicts.forEach((verdict, n) => {
      equal(verdict, n % 3 === 0 ? 'forged' : 'holds', `check ${n}`)
    })
    equal(threads.size, 0)
    deepEqual(faults, [])
  })

  it('leave the event loop free meanwhile', async () => {
    const { threads } = threadsOf(1)
    await using _ = threads
    let turns = 0
    let done = false
    const verdicts = Promise.all(Array.from({ length: 200 }, (_, n) => threads.check(forged(n)))).then(() => {
      done = true
    })
    while (!done) {
      await new Promise(setImmediate)
      turns++
    }
    await verdicts
    ok(turns > 20, `${turns} turns`)
  })

  it('refuse what exceeds their capacity, and take on more once there is room', async () => {
    const { threads } = threadsOf(1, 8)
    await using _ = threads
    const verdicts = await Promise.all(Array.from({ length: 10 }, (_, n) => threads.check(honest(n))))
    deepEqual(verdicts, [...Array(8).fill('holds'), 'busy', 'busy'])
    equal(await threads.check(honest(0)), 'holds')
  })

  it('go on after a thread ended, with all that it had not answered', async () => {
    const { threads, faults } = threadsOf(1)
    await using _ = threads
    equal(await threads.check(honest(0)), 'holds')
    const checks = Array.from({ length: 100 }, (_, n) => (n === 30 ? poison : n === 70 ? forged(n) : honest(n)))
    const verdicts = await Promise.all(checks.map((check) => threads.check(check)))
    verdicts.forEach((verdict, n) => {
      equal(verdict, n === 30 ? 'busy' : n === 70 ? 'forged' : 'holds', `check ${n}`)
    })
    ok(faults.length >= 3 && faults.every((fault) => fault.includes('scheme')), String(faults))
    equal(threads.size, 0)
  })

  it('answer everybody when they end', async () => {
    const { threads } = threadsOf(1)
    const verdicts = Array.from({ length: 500 }, (_, n) => threads.check(honest(n)))
    await threads[Symbol.asyncDispose]()
    const answered = await Promise.all(verdicts)
    ok(answered.every((verdict) => verdict === 'holds' || verdict === 'busy'))
    equal(await threads.check(honest(1)), 'busy')
  })
})
