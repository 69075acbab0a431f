import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { address, alice, bob } from '../../chain/test-calls.ts'
import { TestChain } from '../../chain/test-chain.ts'
import { MAX_REVOKED } from './limits.ts'
import { permits, Revocations } from './schema.ts'

const { calls, constants, storage } = permits
const life = constants.maxPermitLife.value
const id = (n: number) => new Uint8Array(32).fill(n)
const revoke = (n: number, expiresAtBlock: number) => calls.revoke.encode({ permit: id(n), expiresAtBlock })
const revokeAll = (issuedBefore: number) => calls.revokeAll.encode({ issuedBefore })
const release = (who = alice) => calls.release.encode({ account: address(who) })
const depositFor = (count: number) => constants.depositBase.value + BigInt(count) * constants.depositFactor.value
const newChain = () => new TestChain({ endowed: [alice, bob] })

/** As if so many blocks had passed: 30 days of blocks take too long to make. */
function age(chain: TestChain, change: (revocations: Revocations) => Revocations): void {
  const key = storage.revocations.key(alice.accountId)
  chain.host.set(key, Revocations.encode(change(chain.read(storage.revocations, alice.accountId))))
}

describe('a permit that was taken back', () => {
  it('is listed until it would have ended, for a deposit', () => {
    const chain = newChain()
    deepEqual(chain.block([alice, revoke(1, 3)], [alice, revoke(2, 100)]), ['ok', 'ok'])
    const { permits: listed } = chain.read(storage.revocations, alice.accountId)
    deepEqual(
      listed.map(({ permit, expiresAtBlock }) => [permit[0], expiresAtBlock]),
      [
        [1, 3],
        [2, 100],
      ],
    )
    equal(chain.reserved(alice.accountId), depositFor(2))
    equal(chain.read(storage.changes), 2n)
    deepEqual(chain.events('Permits', 'Revoked').length, 2)
    deepEqual(chain.block([bob, release()]), ['Permits.NothingEnded'])
    chain.block()
    deepEqual(chain.block([bob, release()]), ['ok'])
    equal(chain.reserved(alice.accountId), depositFor(1))
    equal(chain.read(storage.changes), 2n, 'no enclave has to look')
    deepEqual(chain.broken(), [])
  })

  it('is listed once, and only while that says something', () => {
    const chain = newChain()
    deepEqual(chain.block([alice, revoke(1, 50)], [alice, revoke(1, 60)]), ['ok', 'Permits.AlreadyRevoked'])
    const next = chain.number + 1
    deepEqual(chain.block([alice, revoke(2, next - 1)], [alice, revoke(2, next + life + 1)]), [
      'Permits.Ended',
      'Permits.TooLong',
    ])
    const last = chain.number + 1
    deepEqual(chain.block([alice, revoke(2, last)], [alice, revoke(3, last + life)]), ['ok', 'ok'])
  })

  it('does not make a list that grows without end', () => {
    const chain = newChain()
    for (let n = 0; n < MAX_REVOKED; n++) deepEqual(chain.block([alice, revoke(n, 1_000)]), ['ok'])
    deepEqual(chain.block([alice, revoke(200, 1_000)]), ['Permits.TooMany'])
    deepEqual(chain.block([alice, revokeAll(chain.number)]), ['ok'], 'what is left to do then')
    age(chain, (revocations) => ({
      ...revocations,
      permits: revocations.permits.map((one, n) => (n < 2 ? { ...one, expiresAtBlock: 1 } : one)),
    }))
    deepEqual(chain.block([alice, revoke(200, 1_000)]), ['ok'], 'those that have ended make room')
    equal(chain.read(storage.revocations, alice.accountId).permits.length, MAX_REVOKED - 1)
    deepEqual(chain.broken(), [])
  })

  it('cannot be paid for with what an account has not', () => {
    const chain = new TestChain({ endowed: [bob] })
    chain.fund(bob, alice.accountId, 2n * constants.depositBase.value)
    deepEqual(chain.block([alice, revoke(1, 100)]), ['Token.FundsUnavailable'])
    equal(chain.read(storage.changes), 0n)
  })
})

describe('all permits of a time', () => {
  it('are taken back up to a block that only moves forward', () => {
    const chain = newChain()
    for (let i = 0; i < 4; i++) chain.block()
    const next = chain.number + 1
    deepEqual(chain.block([alice, revokeAll(next + 1)], [alice, revokeAll(0)], [alice, revokeAll(next)]), [
      'Permits.InTheFuture',
      'Permits.AlreadyRevoked',
      'ok',
    ])
    deepEqual(chain.block([alice, revokeAll(next - 1)], [alice, revokeAll(next)]), [
      'Permits.AlreadyRevoked',
      'Permits.AlreadyRevoked',
    ])
    equal(chain.read(storage.revocations, alice.accountId).issuedBefore, next)
    equal(chain.reserved(alice.accountId), depositFor(0))
    equal(chain.read(storage.revocations, bob.accountId).issuedBefore, 0)
  })
})
