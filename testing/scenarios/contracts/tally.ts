/** The contract of the scenarios about replicas and hosts: one number that everybody may add to, so a lost or doubled command shows. */
import { contract, job, map, query, t, value } from '@pha/contract'

export const Tally = contract({
  name: 'Tally',
  docs: 'One number that everybody may add to, and who added how much.',
  state: { total: value(t.u64, 0n), given: map(t.accountId, t.u64) },
  errors: {},
}).impl(({ state }) => ({
  jobs: {
    add: job({ amount: t.u64, note: t.boundedText(64) }, t.u64, ({ caller, amount }) => {
      const total = state.total.get() + amount
      state.total.set(total)
      state.given.set(caller, (state.given.get(caller) ?? 0n) + amount)
      return total
    }),
  },
  queries: {
    total: query({}, t.u64, () => state.total.get()),
    given: query({}, t.u64, ({ caller }) => state.given.get(caller) ?? 0n),
  },
}))
