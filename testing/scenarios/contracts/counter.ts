/** The smallest useful contract: it counts. */
import { command, contract, query, t, value } from '@pha/contract'

export const Counter = contract({
  name: 'Counter',
  docs: 'Counts.',
  state: { count: value(t.u32, 0) },
  errors: {},
}).impl(({ state }) => ({
  commands: { increment: command({}, () => state.count.set(state.count.get() + 1)) },
  queries: { count: query({}, t.u32, () => state.count.get()) },
}))
