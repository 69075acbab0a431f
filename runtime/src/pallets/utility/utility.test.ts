import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes, toHex } from '@pha/core/codec'
import { deriveDevAccount } from '@pha/core/crypto'
import { t } from '@pha/core/schema'
import { callInfo } from '../../chain/dispatch-info.ts'
import { outcomeOf, TestChain } from '../../chain/test-chain.ts'
import type { AnyCall } from '../../frame/declare.ts'
import { balances, PHA } from '../balances/schema.ts'
import { chainTypes, RuntimeCall } from '../schemas.ts'
import { sudo } from '../sudo/schema.ts'
import { BLOCK_WEIGHTS } from '../system/limits.ts'
import { system } from '../system/schema.ts'
import { timestamp } from '../timestamp/schema.ts'
import { derivativeAccount } from './derivative-account.ts'
import { utility } from './schema.ts'

const alice = deriveDevAccount('//Alice')
const bob = deriveDevAccount('//Bob')
const id = (accountId: Uint8Array) => ({ type: 'Id', value: accountId }) as const
const give = (value: bigint, to = bob.accountId): AnyCall =>
  RuntimeCall.decode(balances.calls.transferKeepAlive.encode({ dest: id(to), value }))
const remark: AnyCall = RuntimeCall.decode(system.calls.remark.encode({ remark: new Uint8Array() }))
const tooMuch = give(5_000n * PHA)
const poor = { type: 'Token', value: { type: 'FundsUnavailable' } }
const { batch, batchAll, forceBatch, asDerivative, dispatchAs } = utility.calls
const nested = (bytes: Uint8Array): AnyCall => RuntimeCall.decode(bytes)
const newChain = () => new TestChain({ endowed: [alice], sudo: { key: alice.accountId } })
const asRoot = (call: Uint8Array) => sudo.calls.sudo.encode({ call: nested(call) })

/** Names of the events of the newest block, without those that every extrinsic has. */
function story(chain: TestChain): string[] {
  return chain
    .allEvents()
    .filter(({ event }) => event.type === 'Utility' || (event.type === 'Balances' && event.value.type === 'Transfer'))
    .map(({ event }) => event.value.type)
}

describe('utility', () => {
  it('makes calls until one fails, and keeps those before it', () => {
    const chain = newChain()
    deepEqual(chain.block([alice, batch.encode({ calls: [give(PHA), tooMuch, give(PHA)] })]), ['ok'])
    deepEqual(story(chain), ['Transfer', 'ItemCompleted', 'BatchInterrupted'])
    deepEqual(chain.events('Utility', 'BatchInterrupted'), [{ index: 1, error: poor }])
    equal(chain.balance(bob.accountId), PHA)
    deepEqual(chain.block([alice, batch.encode({ calls: [give(PHA), give(PHA)] })]), ['ok'])
    deepEqual(story(chain), ['Transfer', 'ItemCompleted', 'Transfer', 'ItemCompleted', 'BatchCompleted'])
    deepEqual(chain.broken(), [])
  })

  it('makes all calls or none', () => {
    const chain = newChain()
    deepEqual(chain.block([alice, batchAll.encode({ calls: [give(PHA), tooMuch] })]), ['Token.FundsUnavailable'])
    deepEqual(story(chain), [])
    equal(chain.balance(bob.accountId), 0n)
    deepEqual(chain.block([alice, batchAll.encode({ calls: [give(PHA), give(PHA)] })]), ['ok'])
    equal(chain.balance(bob.accountId), 2n * PHA)
  })

  it('goes on after failures where that is asked for', () => {
    const chain = newChain()
    deepEqual(chain.block([alice, forceBatch.encode({ calls: [tooMuch, give(PHA)] })]), ['ok'])
    deepEqual(story(chain), ['ItemFailed', 'Transfer', 'ItemCompleted', 'BatchCompletedWithErrors'])
    deepEqual(chain.events('Utility', 'ItemFailed'), [{ error: poor }])
  })

  it('does not nest batchAll for accounts, also not through another batch', () => {
    const chain = newChain()
    const inner = nested(batchAll.encode({ calls: [give(PHA)] }))
    deepEqual(chain.block([alice, batchAll.encode({ calls: [inner] })]), ['System.CallFiltered'])
    const hidden = nested(batch.encode({ calls: [inner] }))
    deepEqual(chain.block([alice, batchAll.encode({ calls: [hidden] })]), ['ok'])
    const error = { type: 'Module', value: { index: 0, error: Uint8Array.of(5, 0, 0, 0) } }
    deepEqual(chain.events('Utility', 'BatchInterrupted'), [{ index: 0, error }])
    equal(chain.balance(bob.accountId), 0n)
  })

  it('never makes an inherent, whatever it is wrapped in', () => {
    const chain = newChain()
    const setTime = nested(timestamp.calls.set.encode({ now: 2n ** 60n }))
    const none = { type: 'system', value: { type: 'None' } } as const
    for (const call of [batchAll.encode({ calls: [setTime] }), asDerivative.encode({ index: 0, call: setTime })]) {
      deepEqual(chain.block([alice, call]), ['BadOrigin'])
    }
    const refused = { ok: false, error: { type: 'BadOrigin' } }
    deepEqual(chain.block([alice, asRoot(dispatchAs.encode({ asOrigin: none, call: setTime }))]), ['ok'])
    deepEqual(chain.events('Utility', 'DispatchedAs'), [{ result: refused }])
    deepEqual(chain.block([alice, asRoot(batchAll.encode({ calls: [setTime] }))]), ['ok'])
    deepEqual(chain.events('Sudo', 'Sudid'), [{ sudoResult: refused }])
    equal(chain.read(timestamp.storage.now) < 2n ** 60n, true)
  })

  it('keeps root calls from accounts, in batches too', () => {
    const chain = newChain()
    const as = { type: 'system', value: { type: 'Signed', value: bob.accountId } } as const
    const call = dispatchAs.encode({ asOrigin: as, call: give(PHA, alice.accountId) })
    deepEqual(chain.block([alice, call]), ['BadOrigin'])
    deepEqual(chain.block([alice, batchAll.encode({ calls: [nested(call)] })]), ['BadOrigin'])
    chain.fund(alice, bob.accountId, 10n * PHA)
    deepEqual(chain.block([alice, asRoot(call)]), ['ok'])
    deepEqual(chain.events('Utility', 'DispatchedAs'), [{ result: { ok: true, value: undefined } }])
    equal(chain.balance(bob.accountId), 9n * PHA)
  })

  it("speaks for the caller's derived accounts, which are Substrate's", () => {
    const chain = newChain()
    const savings = derivativeAccount(alice.accountId, 3)
    // createKeyDerived(alice, 3) of @polkadot/util-crypto 14.
    equal(toHex(savings), '0xf2ea7708c188527e2cc34c7dab9f19aab6d561b0f47b4c4af057084cf57075ea')
    chain.fund(alice, savings, 2n * PHA)
    deepEqual(chain.block([alice, asDerivative.encode({ index: 3, call: give(PHA) })]), ['ok'])
    equal(chain.balance(savings), PHA)
    deepEqual(chain.block([alice, asDerivative.encode({ index: 4, call: give(PHA) })]), ['Token.FundsUnavailable'])
  })
})

describe('a call with another one in reserve', () => {
  const { ifElse } = utility.calls

  it('makes one of the two, and tells which', () => {
    const chain = newChain()
    deepEqual(chain.block([alice, ifElse.encode({ main: give(PHA), fallback: give(2n * PHA) })]), ['ok'])
    deepEqual(story(chain), ['Transfer', 'IfElseMainSuccess'])
    deepEqual(chain.block([alice, ifElse.encode({ main: tooMuch, fallback: give(2n * PHA) })]), ['ok'])
    deepEqual(story(chain), ['Transfer', 'IfElseFallbackCalled'])
    deepEqual(chain.events('Utility', 'IfElseFallbackCalled'), [{ mainError: poor }])
    equal(chain.balance(bob.accountId), 3n * PHA)
    deepEqual(chain.block([alice, ifElse.encode({ main: tooMuch, fallback: tooMuch })]), ['Token.FundsUnavailable'])
    deepEqual(story(chain), [])
  })

  it('fails as the call inside fails, where root asks for that', () => {
    const chain = newChain()
    const asBob = { type: 'system', value: { type: 'Signed', value: bob.accountId } } as const
    const none = { type: 'system', value: { type: 'None' } } as const
    for (const asOrigin of [asBob, none]) {
      const call = utility.calls.dispatchAsFallible.encode({ asOrigin, call: give(PHA, alice.accountId) })
      deepEqual(chain.block([alice, asRoot(call)]), ['ok'])
      const [{ sudoResult }] = chain.events('Sudo', 'Sudid') as [{ sudoResult: { ok: boolean } }]
      equal(sudoResult.ok, false)
      deepEqual(story(chain), [])
    }
  })
})

describe('the size of a batch', () => {
  it('is bounded twice: 1,024 calls run, 2,048 are decoded', () => {
    const chain = newChain()
    // In bytes, since nobody who follows the rules writes more than anybody reads.
    const one = RuntimeCall.encode(remark as never)
    const of = (count: number) =>
      concatBytes(Uint8Array.of(20, 0), t.compact(t.u32).encode(count), ...Array.from({ length: count }, () => one))
    deepEqual(chain.block([alice, of(1_024)]), ['ok'])
    deepEqual(chain.block([alice, of(1_025)]), ['Utility.TooManyCalls'])
    deepEqual(chain.block([alice, of(2_049)]), ['Invalid.Call'])
    deepEqual(chain.block([alice, of(10_000)]), ['Invalid.Call'])
  })

  it('is bounded over all levels: batches of batches hold no more', () => {
    const chain = newChain()
    const tens = (depth: number): AnyCall =>
      depth === 0 ? remark : nested(batch.encode({ calls: Array.from({ length: 10 }, () => tens(depth - 1)) }))
    deepEqual(chain.block([alice, RuntimeCall.encode(tens(3) as never)]), ['ok'])
    const thousand = RuntimeCall.encode(tens(3) as never)
    const thousands = concatBytes(Uint8Array.of(20, 0, 2 << 2), thousand, thousand)
    deepEqual(chain.block([alice, thousands]), ['Invalid.Call'])
  })

  it('counts against the block: what does not fit is refused before it runs', () => {
    const chain = newChain()
    const calls = Array.from({ length: 1_024 }, () => give(PHA / 10n))
    const heavy = batch.encode({ calls })
    chain.open()
    // A block gives 0.75 s to normal calls.
    const { refTime } = callInfo(chainTypes.pallets, RuntimeCall.decode(heavy))
    const most = Number(BLOCK_WEIGHTS.perClass.normal.maxTotal?.refTime ?? 0n)
    const fit = Math.floor(most / Number(refTime + BLOCK_WEIGHTS.perClass.normal.baseExtrinsic.refTime))
    const outcomes: string[] = []
    for (let nonce = 0; nonce <= fit; nonce++)
      outcomes.push(outcomeOf(chain.apply(chain.sign(alice, heavy, { nonce }))))
    chain.close()
    deepEqual(outcomes, [...Array.from({ length: fit }, () => 'ok'), 'Invalid.ExhaustsResources'])
  })
})
