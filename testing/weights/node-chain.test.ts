/** What weights are measured on: the node's chain goes on from a state that was prepared in memory. */
import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes } from '@pha/core/codec'
import { CODE_KEY } from '@pha/runtime/frame'
import { balances, PHA, system } from '@pha/runtime/pallets'
import { markedExtrinsic } from '../campaigns/extrinsics/make-extrinsic.ts'
import { nodeChain } from './node-chain.ts'
import { bob, idOf } from './scenario.ts'
import { upgradeScenarios } from './scenarios/upgrades.ts'

describe('a chain on disk for measuring', () => {
  for (const [name, { isMeasuredOnDisk, prepare }] of Object.entries(upgradeScenarios)) {
    it(`makes a block with System.${name}, and one after it`, async () => {
      const { chain: prepared, sender, call } = prepare(0)
      if (sender === undefined) throw new Error('nobody sends it')
      await using chain = await nodeChain(prepared)
      await chain.block([markedExtrinsic(prepared, sender, call)])
      const code = chain.state().get(CODE_KEY) ?? new Uint8Array()
      if (isMeasuredOnDisk === true) deepEqual(concatBytes(call.subarray(0, -code.length), code), call)
      await chain.block([])
    })
  }

  it('has what a block wrote after it was opened again', async () => {
    const { chain: prepared } = upgradeScenarios.authorizeUpgrade.prepare(0)
    await using chain = await nodeChain(prepared)
    const key = system.storage.account.key(new Uint8Array(32).fill(7))
    await chain.block([], [[key, Uint8Array.of(1)]])
    await chain.reopen()
    deepEqual(chain.state().get(key), Uint8Array.of(1))
    equal(system.storage.number.decode(chain.state().get(system.storage.number.key())), 1)
  })

  it('tells of an extrinsic that fails: it would be measured as if it had worked', async () => {
    const { chain: prepared } = upgradeScenarios.authorizeUpgrade.prepare(0)
    await using chain = await nodeChain(prepared)
    const tooMuch = balances.calls.transferKeepAlive.encode({ dest: idOf(bob), value: 10n ** 9n * PHA })
    await rejects(chain.block([markedExtrinsic(prepared, bob, tooMuch)]), /FundsUnavailable/)
  })
})
