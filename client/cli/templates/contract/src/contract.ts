/** A guest book: whoever signs can read his own entry, nobody else can; everybody can ask how many signed. */
import { command, contract, map, query, t } from '@pha/contract'

export const GuestBook = contract({
  name: 'GuestBook',
  docs: 'Entries that only their writers can read.',
  state: { entries: map(t.accountId, t.boundedText(280)) },
  errors: { Empty: 'an entry needs at least one character' },
}).impl(({ state, errors }) => ({
  commands: {
    sign: command({ text: t.boundedText(280) }, ({ caller, text }) => {
      if (text.length === 0) throw errors.Empty()
      state.entries.set(caller, text)
    }),
  },
  queries: {
    mine: query({}, t.option(t.boundedText(280)), ({ caller }) => state.entries.get(caller)),
    count: query({}, t.u32, () => state.entries.size),
  },
}))
