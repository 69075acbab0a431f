/** The contract of the page that asks much: what it answers shows which question was answered. */
import { contract, query, t } from '@pha/contract'

export const Echo = contract({
  name: 'Echo',
  docs: 'Says again what it is asked.',
  state: {},
  errors: {},
}).impl(() => ({
  queries: { echo: query({ text: t.boundedText(64) }, t.boundedText(64), ({ text }) => text) },
}))
