import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes } from '@pha/core/codec'
import { deriveDevAccount } from '@pha/core/crypto'
import { TestChain } from '../../chain/test-chain.ts'
import type { AnyCall } from '../../frame/declare.ts'
import { PHA } from '../balances/schema.ts'
import { RuntimeCall } from '../schemas.ts'
import { system } from '../system/schema.ts'
import { timestamp } from '../timestamp/schema.ts'
import { sudo } from './schema.ts'

const [alice, bob, charlie] = ['//Alice', '//Bob', '//Charlie'].map((path) => deriveDevAccount(path)) as [
  ReturnType<typeof deriveDevAccount>,
  ReturnType<typeof deriveDevAccount>,
  ReturnType<typeof deriveDevAccount>,
]
const id = (account: { readonly accountId: Uint8Array }) => ({ type: 'Id', value: account.accountId }) as const
const transfer = (value = PHA): AnyCall => ({
  type: 'Balances',
  value: { type: 'transferKeepAlive', value: { dest: id(charlie), value } },
})
const setTime: AnyCall = { type: 'Timestamp', value: { type: 'set', value: { now: 1n } } }
const withKey = () => new TestChain({ endowed: [alice, bob], sudo: { key: alice.accountId } })
const asRoot = (call: AnyCall) => sudo.calls.sudo.encode({ call })

describe('sudo', () => {
  it('makes calls as any account, for the holder of the key', () => {
    const chain = withKey()
    const call = sudo.calls.sudoAs.encode({ who: id(bob), call: transfer() })
    deepEqual(chain.block([alice, call]), ['ok'])
    deepEqual(chain.events('Sudo', 'SudoAsDone'), [{ sudoResult: { ok: true, value: undefined } }])
    equal(chain.balance(charlie.accountId), PHA)
    deepEqual(chain.broken(), [])
  })

  it('tells in an event what came of the call inside, and leaves no other trace of one that failed', () => {
    const chain = withKey()
    deepEqual(chain.block([alice, sudo.calls.sudoAs.encode({ who: id(bob), call: transfer(5_000n * PHA) })]), ['ok'])
    const error = { type: 'Token', value: { type: 'FundsUnavailable' } }
    deepEqual(chain.events('Sudo', 'SudoAsDone'), [{ sudoResult: { ok: false, error } }])
    deepEqual(chain.events('Balances', 'Transfer'), [])
    equal(chain.balance(charlie.accountId), 0n)
  })

  it('gives root no account: a signed call is refused', () => {
    const chain = withKey()
    deepEqual(chain.block([alice, asRoot(transfer())]), ['ok'])
    deepEqual(chain.events('Sudo', 'Sudid'), [{ sudoResult: { ok: false, error: { type: 'BadOrigin' } } }])
  })

  it('refuses everybody else, and everybody on a chain without a key', () => {
    const chain = withKey()
    const calls = [asRoot(transfer()), sudo.calls.setKey.encode({ new: id(bob) }), sudo.calls.removeKey.encode({})]
    for (const call of calls) deepEqual(chain.block([bob, call]), ['Sudo.RequireSudo'])
    const production = new TestChain({ endowed: [alice] })
    for (const call of calls) deepEqual(production.block([alice, call]), ['Sudo.RequireSudo'])
    equal(production.read(sudo.storage.key), undefined)
  })

  it('hands the key over, and gives it up for good', () => {
    const chain = withKey()
    deepEqual(chain.block([alice, sudo.calls.setKey.encode({ new: id(bob) })]), ['ok'])
    deepEqual(chain.events('Sudo', 'KeyChanged'), [{ old: alice.accountId, new: bob.accountId }])
    deepEqual(chain.block([alice, asRoot(transfer())]), ['Sudo.RequireSudo'])
    deepEqual(chain.block([bob, sudo.calls.removeKey.encode({})]), ['ok'])
    deepEqual(chain.block([bob, sudo.calls.setKey.encode({ new: id(bob) })]), ['Sudo.RequireSudo'])
  })

  it('cannot make an inherent, as root or as an account', () => {
    const chain = withKey()
    const now = chain.read(timestamp.storage.now)
    deepEqual(chain.block([alice, asRoot(setTime)]), ['ok'])
    deepEqual(chain.events('Sudo', 'Sudid'), [{ sudoResult: { ok: false, error: { type: 'BadOrigin' } } }])
    deepEqual(chain.block([alice, sudo.calls.sudoAs.encode({ who: id(bob), call: setTime })]), ['ok'])
    deepEqual(chain.events('Sudo', 'SudoAsDone'), [{ sudoResult: { ok: false, error: { type: 'BadOrigin' } } }])
    equal(chain.read(timestamp.storage.now) > now, true)
  })
})

describe('calls inside calls', () => {
  const remark = system.calls.remark.encode({ remark: Uint8Array.of(1) })
  const wrapped = (levels: number) => {
    const head = Uint8Array.of(sudo.index, sudo.calls.sudo.index)
    return concatBytes(...Array.from({ length: levels }, () => head), remark)
  }

  it('nest to a depth of 16 and no deeper', () => {
    const chain = withKey()
    deepEqual(chain.block([alice, wrapped(16)]), ['ok'])
    deepEqual(chain.block([alice, wrapped(17)]), ['Invalid.Call'])
    deepEqual(chain.block([alice, wrapped(100_000)]), ['Invalid.Call'])
  })

  it('cost what they cost alone, and the way there', () => {
    const chain = withKey()
    const cost = (call: Uint8Array): bigint => {
      const before = chain.balance(alice.accountId)
      deepEqual(chain.block([alice, call]), ['ok'])
      return before - chain.balance(alice.accountId)
    }
    const alone = cost(remark)
    const once = cost(wrapped(1)) - alone
    equal(cost(wrapped(2)) - alone, 2n * once)
    equal(once > sudo.calls.sudo.weight.refTime, true)
  })

  it('are no inherents, so they cannot lift the limits of a block; a signed inherent is refused at the door', () => {
    const chain = withKey()
    const bare = RuntimeCall.encode(setTime as Parameters<typeof RuntimeCall.encode>[0])
    deepEqual(chain.block([alice, bare]), ['Invalid.MandatoryValidation'])
    const weight = { refTime: 0xffff_ffff_ffff_ffffn, proofSize: 0n }
    const heavy = sudo.calls.sudoUncheckedWeight.encode({ call: setTime, weight })
    deepEqual(chain.block([alice, heavy]), ['Invalid.ExhaustsResources'])
  })
})
