import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import fc from 'fast-check'
import { address, alice, bob, charlie, dave, give, inherent, nested, remark } from '../../chain/test-calls.ts'
import { TestChain } from '../../chain/test-chain.ts'
import { AnyCall } from '../../frame/declare.ts'
import { balances, PHA } from '../balances/schema.ts'
import { sudo } from '../sudo/schema.ts'
import { utility } from '../utility/schema.ts'
import { includes } from './permissions.ts'
import { type ProxyType, proxy } from './schema.ts'

const { calls, constants } = proxy
const of = (type: ProxyType['type']) => ({ type }) as ProxyType
const add = (delegate: typeof alice, type: ProxyType['type'], delay = 0) =>
  calls.addProxy.encode({ delegate: address(delegate), proxyType: of(type), delay })
const as = (real: Uint8Array | typeof alice, call: AnyCall, type?: ProxyType['type']) =>
  calls.proxy.encode({ real: address(real), forceProxyType: type && of(type), call })
const depositFor = (count: number) =>
  constants.proxyDepositBase.value + BigInt(count) * constants.proxyDepositFactor.value
const done = { result: { ok: true, value: undefined } }
const filtered = {
  result: { ok: false, error: { type: 'Module', value: { index: 0, error: Uint8Array.of(5, 0, 0, 0) } } },
}
const newChain = () => new TestChain({ endowed: [alice, bob, charlie], sudo: { key: alice.accountId } })
const executed = (chain: TestChain) => chain.events('Proxy', 'ProxyExecuted')

describe('a delegate', () => {
  it('acts for an account, which paid a deposit for the entry and gets it back', () => {
    const chain = newChain()
    deepEqual(chain.block([alice, add(bob, 'Any')], [alice, add(charlie, 'Any')]), ['ok', 'ok'])
    equal(chain.reserved(alice.accountId), depositFor(2))
    const before = chain.balance(alice.accountId)
    deepEqual(chain.block([bob, as(alice, give(PHA, dave))]), ['ok'])
    deepEqual(executed(chain), [done])
    equal(chain.balance(dave.accountId), PHA)
    equal(chain.balance(alice.accountId), before - PHA)
    deepEqual(chain.broken(), [])
    deepEqual(chain.block([alice, calls.removeProxies.encode({})]), ['ok'])
    equal(chain.reserved(alice.accountId), 0n)
    deepEqual(chain.block([bob, as(alice, give(PHA, dave))]), ['Proxy.NotProxy'])
    deepEqual(chain.broken(), [])
  })

  it('is kept once, in order, and not for oneself', () => {
    const chain = newChain()
    const self = add(alice, 'Any')
    deepEqual(chain.block([alice, add(bob, 'Any')], [alice, add(bob, 'Any')], [alice, self]), [
      'ok',
      'Proxy.Duplicate',
      'Proxy.NoSelfProxy',
    ])
    deepEqual(chain.block([alice, add(bob, 'Contracts')], [alice, add(charlie, 'Any', 9)]), ['ok', 'ok'])
    const [list] = chain.read(proxy.storage.proxies, alice.accountId)
    const shown = list.map(({ delegate, proxyType, delay }) => [toHex(delegate), proxyType.type, delay])
    deepEqual(shown, [
      [toHex(bob.accountId), 'Any', 0],
      [toHex(bob.accountId), 'Contracts', 0],
      [toHex(charlie.accountId), 'Any', 9],
    ])
    const gone = calls.removeProxy.encode({ delegate: address(charlie), proxyType: of('Any'), delay: 8 })
    deepEqual(chain.block([alice, gone]), ['Proxy.NotFound'])
    deepEqual(chain.broken(), [])
  })

  it('is one of 32 at most, and needs a deposit', () => {
    const chain = newChain()
    const many = Array.from({ length: 33 }, (_, delay) => [alice, add(bob, 'Any', delay + 1)] as const)
    const outcomes = chain.block(...many)
    deepEqual(
      outcomes.slice(0, 32).every((outcome) => outcome === 'ok'),
      true,
    )
    equal(outcomes[32], 'Proxy.TooMany')
    chain.fund(alice, dave.accountId, balances.constants.existentialDeposit.value * 2n)
    deepEqual(chain.block([dave, add(bob, 'Any')]), ['Token.FundsUnavailable'])
    deepEqual(chain.broken(), [])
  })
})

describe('the rights of a delegate', () => {
  it('end where its type ends, inside batches and derived accounts too', () => {
    const chain = newChain()
    chain.block([alice, add(bob, 'NonTransfer')])
    const batch = nested(utility.calls.batchAll.encode({ calls: [remark(), give(PHA, bob)] }))
    const derived = nested(utility.calls.asDerivative.encode({ index: 0, call: give(PHA, bob) }))
    for (const call of [give(PHA, bob), batch, derived]) {
      deepEqual(chain.block([bob, as(alice, call)]), ['ok'])
      deepEqual(executed(chain), [filtered])
    }
    deepEqual(chain.block([bob, as(alice, remark())]), ['ok'])
    deepEqual(executed(chain), [done])
  })

  it('do not grow: no delegate appoints one with more, none but Any ends everything', () => {
    const chain = newChain()
    chain.block([alice, add(bob, 'NonTransfer')])
    const escalations = [
      add(bob, 'Any'),
      add(charlie, 'Any'),
      calls.removeProxies.encode({}),
      utility.calls.batchAll.encode({ calls: [nested(add(charlie, 'Any'))] }),
      sudo.calls.sudoAs.encode({ who: address(alice), call: give(PHA, bob) }),
    ]
    for (const call of escalations) {
      chain.block([bob, as(alice, nested(call))])
      deepEqual(executed(chain), [filtered], toHex(call))
    }
    deepEqual(chain.block([bob, as(alice, nested(add(charlie, 'Contracts')))]), ['ok'])
    deepEqual(executed(chain), [done])
    equal(chain.read(proxy.storage.proxies, alice.accountId)[0].length, 2)
  })

  it('are ordered: Any has all, NonTransfer all but Any, the others their own', () => {
    const kinds = ['Any', 'NonTransfer', 'Contracts', 'Operator', 'CancelProxy'] as const
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.constantFrom(...kinds), fc.constantFrom(...kinds), (a, b, c) => {
        equal(includes(a, a), true)
        if (includes(a, b) && includes(b, c)) equal(includes(a, c), true)
        if (a !== b) equal(includes(a, b) && includes(b, a), false)
      }),
    )
  })

  it('are those of the last link in a chain of delegates', () => {
    const chain = newChain()
    // Bob acts for Alice without transfers; Alice acts for Charlie with all rights.
    chain.block([alice, add(bob, 'NonTransfer')], [charlie, add(alice, 'Any')])
    deepEqual(chain.block([bob, as(alice, nested(as(charlie, give(PHA, dave))))]), ['ok'])
    deepEqual(executed(chain), [done, done])
    equal(chain.balance(dave.accountId), PHA)
    // The other way round gives nothing away.
    deepEqual(chain.block([bob, as(charlie, give(PHA, dave))]), ['Proxy.NotProxy'])
  })

  it('do not reach an inherent, and nobody is a delegate of root', () => {
    const chain = newChain()
    chain.block([alice, add(bob, 'Any')])
    deepEqual(chain.block([bob, as(alice, inherent)]), ['ok'])
    deepEqual(executed(chain), [{ result: { ok: false, error: { type: 'BadOrigin' } } }])
  })
})

describe('a delegate with a delay', () => {
  const call = give(PHA, dave)
  const callHash = blake2b256(AnyCall.encode(call))
  const announce = calls.announce.encode({ real: address(alice), callHash })
  const send = calls.proxyAnnounced.encode({
    delegate: address(bob),
    real: address(alice),
    forceProxyType: undefined,
    call,
  })

  it('announces, waits, and then anyone may send the call, once', () => {
    const chain = newChain()
    chain.block([alice, add(bob, 'Any', 3)])
    deepEqual(chain.block([bob, as(alice, call)], [bob, send], [bob, announce]), [
      'Proxy.Unannounced',
      'Proxy.Unannounced',
      'ok',
    ])
    equal(chain.reserved(bob.accountId) > 0n, true)
    deepEqual(chain.broken(), [])
    deepEqual(chain.block([charlie, send]), ['Proxy.Unannounced'])
    chain.block()
    deepEqual(chain.block([charlie, send], [charlie, send]), ['ok', 'Proxy.Unannounced'])
    deepEqual(executed(chain), [done])
    equal(chain.balance(dave.accountId), PHA)
    equal(chain.reserved(bob.accountId), 0n)
    deepEqual(chain.broken(), [])
  })

  it('can be stopped by the account, or by another delegate that may do just that', () => {
    const chain = newChain()
    chain.block([alice, add(bob, 'Any', 1)], [alice, add(charlie, 'CancelProxy')], [bob, announce])
    const reject = nested(calls.rejectAnnouncement.encode({ delegate: address(bob), callHash }))
    deepEqual(chain.block([charlie, as(alice, give(PHA, charlie))]), ['ok'])
    deepEqual(executed(chain), [filtered])
    deepEqual(chain.block([charlie, as(alice, reject)]), ['ok'])
    deepEqual(executed(chain), [done])
    chain.block()
    deepEqual(chain.block([bob, send]), ['Proxy.Unannounced'])
    deepEqual(
      chain.block([bob, announce], [bob, calls.removeAnnouncement.encode({ real: address(alice), callHash })]),
      ['ok', 'ok'],
    )
    equal(chain.reserved(bob.accountId), 0n)
    deepEqual(chain.broken(), [])
  })

  it('may have 32 announcements at most', () => {
    const chain = newChain()
    chain.block([alice, add(bob, 'Any', 1)])
    const outcomes = chain.block(...Array.from({ length: 33 }, () => [bob, announce] as const))
    equal(outcomes.filter((outcome) => outcome === 'ok').length, 32)
    equal(outcomes.at(-1), 'Proxy.TooMany')
    deepEqual(chain.broken(), [])
  })
})

describe('a pure account', () => {
  const create = calls.createPure.encode({ proxyType: of('Any'), delay: 0, index: 0 })

  function createdBy(chain: TestChain): { pure: Uint8Array; at: number; extrinsicIndex: number } {
    deepEqual(chain.block([alice, create]), ['ok'])
    return chain.events('Proxy', 'PureCreated')[0] as { pure: Uint8Array; at: number; extrinsicIndex: number }
  }

  it('has no key: its creator is its delegate, gives it up, and gets the deposit back', () => {
    const chain = newChain()
    const { pure, at, extrinsicIndex } = createdBy(chain)
    deepEqual([at, extrinsicIndex], [1, 1])
    equal(chain.reserved(alice.accountId), depositFor(1))
    chain.fund(alice, pure, 3n * PHA)
    deepEqual(chain.block([alice, as(pure, give(PHA, dave))]), ['ok'])
    equal(chain.balance(pure), 2n * PHA)
    const kill = (height: number) =>
      calls.killPure.encode({
        spawner: address(alice),
        proxyType: of('Any'),
        index: 0,
        height,
        extIndex: extrinsicIndex,
      })
    deepEqual(chain.block([alice, kill(at)]), ['Proxy.NoPermission'])
    deepEqual(chain.block([alice, as(pure, nested(kill(at + 1)))]), ['ok'])
    deepEqual(executed(chain).length, 1)
    equal(chain.reserved(alice.accountId), depositFor(1))
    deepEqual(chain.block([alice, as(pure, nested(kill(at)))]), ['ok'])
    deepEqual(chain.events('Proxy', 'PureKilled').length, 1)
    equal(chain.reserved(alice.accountId), 0n)
    deepEqual(chain.broken(), [])
  })

  it('is another one for each index, and not the same twice', () => {
    const chain = newChain()
    const same = [nested(create), nested(create)]
    deepEqual(chain.block([alice, utility.calls.batchAll.encode({ calls: same })]), ['Proxy.Duplicate'])
    const other = nested(calls.createPure.encode({ proxyType: of('Any'), delay: 0, index: 1 }))
    deepEqual(chain.block([alice, utility.calls.batchAll.encode({ calls: [nested(create), other] })]), ['ok'])
    const [first, second] = chain.events('Proxy', 'PureCreated') as { pure: Uint8Array }[]
    equal(toHex(first?.pure ?? pure0) === toHex(second?.pure ?? pure0), false)
  })

  it('pays for the delegates that it adds, and returns every deposit to who paid it', () => {
    const chain = newChain()
    const { pure } = createdBy(chain)
    chain.fund(alice, pure, PHA)
    chain.block([alice, as(pure, nested(add(bob, 'Any')))])
    equal(chain.reserved(pure), constants.proxyDepositFactor.value)
    deepEqual(chain.broken(), [])
    chain.block([bob, as(pure, nested(calls.removeProxies.encode({})))])
    equal(chain.reserved(pure), 0n)
    equal(chain.reserved(alice.accountId), 0n)
    equal(chain.balance(pure), PHA)
    deepEqual(chain.broken(), [])
  })
})

const pure0 = new Uint8Array(32)

describe('deposits of delegates', () => {
  it('are what accounts reserved, whatever is added, removed, announced and refused', () => {
    const people = [alice, bob, charlie]
    const step = fc.record({
      who: fc.nat(2),
      whom: fc.nat(2),
      what: fc.constantFrom('add', 'remove', 'all', 'announce', 'withdraw', 'reject', 'spend'),
      delay: fc.nat(1),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        const chain = newChain()
        for (const { who, whom, what, delay } of steps) {
          const from = people[who] ?? alice
          const to = people[whom] ?? bob
          const named = { delegate: address(to), proxyType: of('Any'), delay }
          const callHash = new Uint8Array(32).fill(delay)
          const made = {
            add: calls.addProxy.encode(named),
            remove: calls.removeProxy.encode(named),
            all: calls.removeProxies.encode({}),
            announce: calls.announce.encode({ real: address(to), callHash }),
            withdraw: calls.removeAnnouncement.encode({ real: address(to), callHash }),
            reject: calls.rejectAnnouncement.encode({ delegate: address(to), callHash }),
            spend: balances.calls.transferAll.encode({ dest: address(to), keepAlive: false }),
          }
          chain.block([from, made[what as keyof typeof made]])
          deepEqual(chain.broken(), [])
        }
      }),
      { numRuns: 30 },
    )
  })
})
