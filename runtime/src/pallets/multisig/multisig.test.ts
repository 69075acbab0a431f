import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareBytes, concatBytes, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import fc from 'fast-check'
import { address, alice, bob, charlie, dave, give, inherent, nested, remark } from '../../chain/test-calls.ts'
import { TestChain } from '../../chain/test-chain.ts'
import { AnyCall } from '../../frame/declare.ts'
import { PHA } from '../balances/schema.ts'
import { proxy } from '../proxy/schema.ts'
import { multiAccount } from './multi-account.ts'
import { multisig, type Timepoint } from './schema.ts'

const { calls } = multisig
const group = [alice, bob, charlie]
const sorted = (of: readonly (typeof alice)[]) => of.map(({ accountId }) => accountId).sort(compareBytes)
const others = (who: typeof alice) => sorted(group.filter((one) => one !== who))
const account = multiAccount(sorted(group), 2)
const ENOUGH = { refTime: 10_000_000_000n, proofSize: 0n }
const call = give(PHA, dave)
const callHash = blake2b256(AnyCall.encode(call))

type Options = { readonly at?: Timepoint; readonly of?: AnyCall; readonly weight?: bigint; readonly threshold?: number }
const approve = (who: typeof alice, { at, of = call, weight = ENOUGH.refTime, threshold = 2 }: Options = {}) =>
  calls.asMulti.encode({
    threshold,
    otherSignatories: others(who),
    maybeTimepoint: at,
    call: of,
    maxWeight: { refTime: weight, proofSize: 0n },
  })
const approveHash = (who: typeof alice, at?: Timepoint, threshold = 2) =>
  calls.approveAsMulti.encode({
    threshold,
    otherSignatories: others(who),
    maybeTimepoint: at,
    callHash,
    maxWeight: ENOUGH,
  })
const cancel = (who: typeof alice, timepoint: Timepoint) =>
  calls.cancelAsMulti.encode({ threshold: 2, otherSignatories: others(who), timepoint, callHash })

function newChain(): TestChain {
  const chain = new TestChain({ endowed: group })
  chain.fund(alice, account, 10n * PHA)
  return chain
}

/** Alice's approval, first in its block after the inherent. */
function begun(chain: TestChain): Timepoint {
  deepEqual(chain.block([alice, approveHash(alice)]), ['ok'])
  return { height: chain.number, index: 1 }
}

describe('a multisig', () => {
  it('acts when the last approval needed brings the call', () => {
    const chain = newChain()
    const at = begun(chain)
    equal(
      chain.reserved(alice.accountId),
      multisig.constants.depositBase.value + 2n * multisig.constants.depositFactor.value,
    )
    deepEqual(chain.broken(), [])
    deepEqual(chain.block([bob, approve(bob, { at })]), ['ok'])
    deepEqual(chain.events('Multisig', 'MultisigExecuted'), [
      { approving: bob.accountId, timepoint: at, multisig: account, callHash, result: { ok: true, value: undefined } },
    ])
    equal(chain.balance(dave.accountId), PHA)
    equal(chain.balance(account), 9n * PHA)
    equal(chain.reserved(alice.accountId), 0n)
    deepEqual(chain.broken(), [])
  })

  it("has Substrate's account", () => {
    // createKeyMulti([alice, bob, charlie], 2) of @polkadot/util-crypto 14.
    equal(toHex(account), '0x49daa32c7287890f38b7e1a8cd2961723d36d20baa0bf3b82e0c4bdda93b1c0a')
  })

  it("makes a call once: approvals that were used can't be used again", () => {
    const chain = newChain()
    const at = begun(chain)
    chain.block([bob, approve(bob, { at })])
    deepEqual(chain.block([bob, approve(bob, { at })], [charlie, approve(charlie, { at })]), [
      'Multisig.UnexpectedTimepoint',
      'Multisig.UnexpectedTimepoint',
    ])
    // The same call, agreed on anew, is another operation: its old timepoint is worth nothing.
    deepEqual(chain.block([bob, approve(bob)]), ['ok'])
    deepEqual(chain.block([charlie, approve(charlie, { at })]), ['Multisig.WrongTimepoint'])
    equal(chain.balance(dave.accountId), PHA)
    deepEqual(chain.broken(), [])
  })

  it('does not count one signatory twice, and needs the timepoint', () => {
    const chain = newChain()
    const at = begun(chain)
    deepEqual(
      chain.block(
        [alice, approve(alice, { at })],
        [alice, approveHash(alice, at)],
        [bob, approve(bob)],
        [bob, approve(bob, { at: { ...at, index: 2 } })],
        [bob, approve(bob, { at: { ...at, height: at.height + 1 } })],
      ),
      [
        'Multisig.AlreadyApproved',
        'Multisig.AlreadyApproved',
        'Multisig.NoTimepoint',
        'Multisig.WrongTimepoint',
        'Multisig.WrongTimepoint',
      ],
    )
    equal(chain.balance(dave.accountId), 0n)
  })

  it('waits for the call when hashes alone reached the threshold; a signatory brings it later', () => {
    const chain = newChain()
    const at = begun(chain)
    deepEqual(chain.block([bob, approveHash(bob, at)]), ['ok'])
    equal(chain.balance(dave.accountId), 0n)
    deepEqual(chain.block([charlie, approveHash(charlie, at)]), ['Multisig.AlreadyApproved'])
    deepEqual(chain.block([alice, approve(alice, { at })]), ['ok'])
    equal(chain.balance(dave.accountId), PHA)
  })

  it('refuses a call that may cost more than was stated, and can be tried again', () => {
    const chain = newChain()
    const at = begun(chain)
    deepEqual(chain.block([bob, approve(bob, { at, weight: 1_000n })]), ['Multisig.MaxWeightTooLow'])
    deepEqual(chain.broken(), [])
    deepEqual(chain.block([bob, approve(bob, { at })]), ['ok'])
    const heavy = approve(bob, { weight: 0xffff_ffff_ffff_ffffn })
    deepEqual(chain.block([bob, heavy]), ['Invalid.ExhaustsResources'])
  })

  it('tells of a call that failed, and is done with it', () => {
    const chain = newChain()
    const of = give(100n * PHA, dave)
    deepEqual(chain.block([alice, approve(alice, { of })]), ['ok'])
    const at = { height: chain.number, index: 1 }
    deepEqual(chain.block([bob, approve(bob, { of, at })]), ['ok'])
    const [{ result }] = chain.events('Multisig', 'MultisigExecuted') as [{ result: unknown }]
    deepEqual(result, { ok: false, error: { type: 'Token', value: { type: 'FundsUnavailable' } } })
    equal(chain.reserved(alice.accountId), 0n)
    deepEqual(chain.broken(), [])
  })

  it('is given up by who began it, and by nobody else', () => {
    const chain = newChain()
    const at = begun(chain)
    deepEqual(chain.block([bob, cancel(bob, at)], [alice, cancel(alice, { ...at, index: 9 })]), [
      'Multisig.NotOwner',
      'Multisig.WrongTimepoint',
    ])
    deepEqual(chain.block([alice, cancel(alice, at)], [alice, cancel(alice, at)]), ['ok', 'Multisig.NotFound'])
    equal(chain.reserved(alice.accountId), 0n)
    deepEqual(chain.block([bob, approve(bob, { at })]), ['Multisig.UnexpectedTimepoint'])
  })

  it('refuses groups that are no groups', () => {
    const chain = newChain()
    const made = (threshold: number, otherSignatories: readonly Uint8Array[]) =>
      calls.approveAsMulti.encode({
        threshold,
        otherSignatories,
        maybeTimepoint: undefined,
        callHash,
        maxWeight: ENOUGH,
      })
    const two = sorted([bob, charlie])
    const many = Array.from({ length: 100 }, (_, i) => new Uint8Array(32).fill(i + 1))
    const refused: [Uint8Array, string][] = [
      [made(1, two), 'Multisig.MinimumThreshold'],
      [made(2, []), 'Multisig.TooFewSignatories'],
      [made(2, many), 'Multisig.TooManySignatories'],
      [made(2, [...two].reverse()), 'Multisig.SignatoriesOutOfOrder'],
      [made(2, [two[0], two[0]] as Uint8Array[]), 'Multisig.SignatoriesOutOfOrder'],
      [made(2, sorted([alice, bob])), 'Multisig.SenderInSignatories'],
    ]
    for (const [bytes, outcome] of refused) deepEqual(chain.block([alice, bytes]), [outcome])
  })

  it('needs a deposit', () => {
    const chain = newChain()
    chain.fund(alice, dave.accountId, PHA / 50n)
    const poor = calls.approveAsMulti.encode({
      threshold: 2,
      otherSignatories: sorted([alice, bob]),
      maybeTimepoint: undefined,
      callHash,
      maxWeight: { refTime: 0n, proofSize: 0n },
    })
    deepEqual(chain.block([dave, poor]), ['Token.FundsUnavailable'])
    deepEqual(chain.broken(), [])
  })

  it('does not make an inherent, and cannot agree to agree without end', () => {
    const chain = newChain()
    const single = (of: AnyCall) => calls.asMultiThreshold1.encode({ otherSignatories: others(alice), call: of })
    deepEqual(chain.block([alice, single(inherent)]), ['BadOrigin'])
    const head = single(remark()).subarray(0, -3)
    const deep = concatBytes(...Array.from({ length: 20 }, () => head), single(remark()))
    deepEqual(chain.block([alice, deep]), ['Invalid.Call'])
  })

  it('acts alone: a signatory with fewer rights elsewhere adds nothing and takes nothing', () => {
    const chain = newChain()
    // Bob acts for Alice without transfers. As Alice he may approve; the account that acts is the multisig's own.
    const type = { type: 'NonTransfer' } as const
    chain.block([alice, proxy.calls.addProxy.encode({ delegate: address(bob), proxyType: type, delay: 0 })])
    const approval = nested(approve(alice))
    const asAlice = proxy.calls.proxy.encode({ real: address(alice), forceProxyType: undefined, call: approval })
    deepEqual(chain.block([bob, asAlice]), ['ok'])
    deepEqual(chain.block([charlie, approve(charlie, { at: { height: chain.number, index: 1 } })]), ['ok'])
    equal(chain.balance(dave.accountId), PHA)
    deepEqual(chain.broken(), [])
  })
})

describe('operations of multisigs', () => {
  it('hold what accounts reserved, whoever approves, repeats and cancels', () => {
    const step = fc.record({
      who: fc.nat(2),
      what: fc.constantFrom('hash', 'call', 'cancel', 'three'),
      known: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const chain = newChain()
        for (const { who, what, known } of steps) {
          const from = group[who] ?? alice
          const threshold = what === 'three' ? 3 : 2
          const shared = multiAccount(sorted(group), threshold)
          const at = known ? chain.read(multisig.storage.multisigs, shared, callHash)?.when : undefined
          const bytes = {
            hash: approveHash(from, at),
            three: approve(from, { ...(at && { at }), threshold }),
            call: approve(from, at && { at }),
            cancel: cancel(from, at ?? { height: 1, index: 1 }),
          }[what as 'hash' | 'call' | 'cancel' | 'three']
          chain.block([from, bytes])
          deepEqual(chain.broken(), [])
        }
      }),
      { numRuns: 30 },
    )
  })
})
