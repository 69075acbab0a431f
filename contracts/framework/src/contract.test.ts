import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { command, contract, init, job, map, query, t, value } from './index.ts'
import { deployForTest } from './testing.ts'

const Ledger = contract({
  name: 'Ledger',
  docs: 'Balances that only their owners can read.',
  state: { balances: map(t.accountId, t.u64), total: value(t.u64, 0n) },
  errors: { TooPoor: 'the balance is too small' },
}).impl(({ state, errors }) => ({
  init: init({ supply: t.u64 }, ({ caller, supply }) => {
    state.balances.set(caller, supply)
    state.total.set(supply)
  }),
  commands: {
    transfer: command({ to: t.accountId, amount: t.u64 }, ({ caller, to, amount }) => {
      const balance = state.balances.get(caller) ?? 0n
      state.balances.set(caller, 0n) // written before the refusal, to show that it is undone
      if (balance < amount) throw errors.TooPoor()
      state.balances.set(caller, balance - amount)
      state.balances.set(to, (state.balances.get(to) ?? 0n) + amount)
    }),
    close: command({}, ({ caller }) => state.balances.delete(caller)),
    sneak: command({}, ({ random }) => state.total.set(BigInt(random[0] ?? 0))),
  },
  jobs: { audit: job({}, t.u64, () => [...state.balances.values()].reduce((sum, amount) => sum + amount, 0n)) },
  queries: {
    balance: query({}, t.option(t.u64), ({ caller }) => state.balances.get(caller)),
    holders: query({}, t.vec(t.accountId), () => [...state.balances.keys()]),
    size: query({}, t.u32, () => state.balances.size),
    cheat: query({}, t.unit, () => state.total.set(0n) as undefined),
  },
}))

const [ann, bob, eve] = [2, 1, 3].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array, Uint8Array]
const deploy = () => deployForTest(Ledger, { caller: ann, init: { supply: 100n } })

describe('a contract', () => {
  it('keeps typed state between calls and gives it back in key order', async () => {
    const ledger = deploy()
    await ledger.as(ann).transfer({ to: bob, amount: 30n })
    equal(await ledger.as(bob).balance(), 30n)
    equal(await ledger.as(ann).balance(), 70n)
    deepEqual(await ledger.as(eve).holders(), [bob, ann])
    equal(await ledger.as(eve).size(), 2)
  })

  it('answers a job with the result of its method', async () => {
    const ledger = deploy()
    await ledger.as(ann).transfer({ to: bob, amount: 30n })
    equal(await ledger.as(eve).audit(), 100n)
  })

  it('refuses with the declared code and leaves no trace, also of what it wrote before the refusal', async () => {
    const ledger = deploy()
    await rejects(ledger.as(bob).transfer({ to: ann, amount: 1n }), { code: 'TooPoor' })
    equal(await ledger.as(eve).size(), 1)
    equal(await ledger.as(bob).balance(), undefined)
  })

  it('counts entries through deletion of what exists and what does not', async () => {
    const ledger = deploy()
    await ledger.as(bob).close()
    equal(await ledger.as(eve).size(), 1)
    await ledger.as(ann).close()
    equal(await ledger.as(eve).size(), 0)
  })

  it('cannot change state in a query', async () => {
    await rejects(deploy().as(eve).cheat(), /read-only/)
  })

  it('refuses names that clash', () => {
    throws(
      () =>
        contract({ name: 'X', docs: '', state: {}, errors: {} }).impl(() => ({
          commands: { steal: command({ caller: t.accountId }, () => {}) },
        })),
      /contract.bad-name/,
    )
    throws(
      () => contract({ name: 'X', docs: '', state: { 'a:b': value(t.u8, 0) }, errors: {} }).impl(() => ({})),
      /contract.bad-name/,
    )
  })
})
