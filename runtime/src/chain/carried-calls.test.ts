/** A story through all pallets whose calls carry calls, and the same blocks on another node. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareBytes } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { AnyCall } from '../frame/declare.ts'
import { PHA } from '../pallets/balances/schema.ts'
import { multiAccount } from '../pallets/multisig/multi-account.ts'
import { multisig } from '../pallets/multisig/schema.ts'
import { proxy } from '../pallets/proxy/schema.ts'
import { scheduler } from '../pallets/scheduler/schema.ts'
import { sudo } from '../pallets/sudo/schema.ts'
import { utility } from '../pallets/utility/schema.ts'
import { Block } from './block.ts'
import { runtime } from './runtime.ts'
import { address, alice, bob, charlie, dave, give, nested } from './test-calls.ts'
import { TestChain, type Transaction } from './test-chain.ts'

const ANY = { type: 'Any' } as const
const board = [alice.accountId, bob.accountId].sort(compareBytes)
const treasury = multiAccount(board, 2)
const ENOUGH = { refTime: 20_000_000_000n, proofSize: 0n }

describe('calls inside calls', () => {
  it('tell one story on every node: a board appoints a delegate, who announces a payroll; a levy is scheduled', () => {
    const chain = new TestChain({ endowed: [alice, bob, charlie], sudo: { key: alice.accountId } })
    const elsewhere = chain.host.fork()
    const block = (...transactions: Transaction[]): string[] => {
      const outcomes = chain.block(...transactions)
      const made = Block.encode({ header: chain.header, extrinsics: chain.extrinsics })
      elsewhere.call(runtime, 'Core_execute_block', made)
      deepEqual(elsewhere.storageRoot(), chain.host.storageRoot())
      deepEqual(chain.broken(), [])
      return outcomes
    }
    block([charlie, utility.calls.batchAll.encode({ calls: [give(100n * PHA, treasury), give(PHA, dave)] })])

    // The board appoints Charlie, who must announce what he does.
    const appoint = nested(proxy.calls.addProxy.encode({ delegate: address(charlie), proxyType: ANY, delay: 2 }))
    const approve = (other: typeof alice, maybeTimepoint: { height: number; index: number } | undefined) =>
      multisig.calls.asMulti.encode({
        threshold: 2,
        otherSignatories: [other.accountId],
        maybeTimepoint,
        call: appoint,
        maxWeight: ENOUGH,
      })
    deepEqual(block([alice, approve(bob, undefined)]), ['ok'])
    deepEqual(block([bob, approve(alice, { height: chain.number, index: 1 })]), ['ok'])
    ok(chain.reserved(treasury) > 0n)

    const payroll = nested(utility.calls.batchAll.encode({ calls: [give(10n * PHA, dave), give(10n * PHA, bob)] }))
    const callHash = blake2b256(AnyCall.encode(payroll))
    deepEqual(block([charlie, proxy.calls.announce.encode({ real: address(treasury), callHash })]), ['ok'])

    // Root schedules a levy on Bob, three times, a block apart.
    const bobPays = nested(
      utility.calls.dispatchAs.encode({
        asOrigin: { type: 'system', value: { type: 'Signed', value: bob.accountId } },
        call: give(PHA, treasury),
      }),
    )
    const levy = { after: 0, maybePeriodic: [1, 3] as const, priority: 0, call: bobPays }
    block([alice, sudo.calls.sudo.encode({ call: nested(scheduler.calls.scheduleAfter.encode(levy)) })])

    const paid = proxy.calls.proxyAnnounced.encode({
      delegate: address(charlie),
      real: address(treasury),
      forceProxyType: undefined,
      call: payroll,
    })
    deepEqual(block([dave, paid]), ['ok'])
    equal(chain.events('Proxy', 'ProxyExecuted').length, 1)
    block()
    block()
    block()
    // 100 at first, 20 paid, 3 levied; what is reserved for the delegate is the board's.
    equal(chain.balance(treasury) + chain.reserved(treasury), 83n * PHA)
  })
})
