import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deriveDevAccount } from '@pha/core/crypto'
import fc from 'fast-check'
import { TestChain } from '../../chain/test-chain.ts'
import { system } from '../system/schema.ts'
import { balances, PHA } from './schema.ts'

const accounts = ['//Alice', '//Bob', '//Charlie', '//Dave'].map((path) => deriveDevAccount(path))
const [alice, bob] = accounts as [(typeof accounts)[0], (typeof accounts)[0]]
const deposit = balances.constants.existentialDeposit.value
const to = (account = bob) => ({ type: 'Id', value: account.accountId }) as const
const { transferAllowDeath, transferKeepAlive, transferAll } = balances.calls

describe('balances', () => {
  it('conserve the total issuance, whatever is transferred', () => {
    const someone = fc.nat(accounts.length - 1)
    const amount = fc.oneof(
      fc.bigInt(0n, 2n * deposit),
      fc.bigInt(0n, 1_100n * PHA),
      fc.constantFrom(deposit - 1n, deposit, 2n ** 128n - 1n),
    )
    const step = fc.record({ from: someone, dest: someone, amount, keepAlive: fc.boolean(), all: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const chain = new TestChain({ endowed: accounts.slice(0, 2) })
        let issuance = chain.read(balances.storage.totalIssuance)
        for (const { from, dest, amount: value, keepAlive, all } of steps) {
          const address = to(accounts[dest])
          const one = keepAlive ? transferKeepAlive : transferAllowDeath
          const call = all ? transferAll.encode({ dest: address, keepAlive }) : one.encode({ dest: address, value })
          chain.block([accounts[from] ?? alice, call])
          // What vanished is in the events: the fee, and the dust of removed accounts.
          const fees = chain.events('Balances', 'Withdraw') as { amount: bigint }[]
          const dust = chain.events('Balances', 'DustLost') as { amount: bigint }[]
          for (const lost of [...fees, ...dust]) issuance -= lost.amount
          equal(chain.read(balances.storage.totalIssuance), issuance)
          deepEqual(chain.broken(), [])
        }
      }),
      { numRuns: 25 },
    )
  })

  it('remove an account that falls below the existential deposit, and count its dust as lost', () => {
    const chain = new TestChain({ endowed: [alice] })
    const before = chain.balance(alice.accountId)
    const [kept] = chain.block([alice, transferAllowDeath.encode({ dest: to(), value: before - 2n * deposit })])
    equal(kept, 'ok')
    const rest = chain.balance(alice.accountId)
    const fee = before - (before - 2n * deposit) - rest
    const dust = 5n
    const leaves = transferAllowDeath.encode({ dest: to(), value: rest - fee - dust })
    deepEqual(chain.block([alice, leaves]), ['ok'])
    equal(chain.host.get(system.storage.account.key(alice.accountId)), undefined)
    const [lost] = chain.events('Balances', 'DustLost') as { amount: bigint }[]
    equal(lost !== undefined && lost.amount < deposit, true)
    deepEqual(chain.events('System', 'KilledAccount'), [{ account: alice.accountId }])
    deepEqual(chain.broken(), [])
  })

  it('tell why a transfer fails', () => {
    const chain = new TestChain({ endowed: [alice] })
    const rest = chain.balance(alice.accountId) - deposit
    deepEqual(
      chain.block(
        [alice, transferAllowDeath.encode({ dest: to(), value: deposit - 1n })],
        [alice, transferAllowDeath.encode({ dest: to(), value: 2n ** 128n - 1n })],
        [alice, transferKeepAlive.encode({ dest: to(), value: rest })],
        [alice, transferAllowDeath.encode({ dest: { type: 'Index', value: 1 }, value: deposit })],
      ),
      ['Token.BelowMinimum', 'Token.FundsUnavailable', 'Token.NotExpendable', 'CannotLookup'],
    )
    equal(chain.balance(bob.accountId), 0n)
  })

  it('do not grow by a transfer to oneself', () => {
    const chain = new TestChain({ endowed: [alice] })
    const before = chain.balance(alice.accountId)
    deepEqual(chain.block([alice, transferKeepAlive.encode({ dest: to(alice), value: before / 2n })]), ['ok'])
    equal(chain.balance(alice.accountId) < before, true)
    deepEqual(chain.broken(), [])
  })
})
