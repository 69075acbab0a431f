/**
 * What sessions cost, beside what users know: `node testing/bench/sessions/main.ts [--rounds 20] [--only openings]`.
 * One JSON line a way; ours first, its peer last, by turns in the same run.
 */
import { parseArgs } from 'node:util'
import { messages } from './messages.ts'
import { oneShots } from './one-shot.ts'
import { openings } from './openings.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, only: { type: 'string' } },
})
const rounds = Number(values.rounds)
const parts = { openings, 'one-shot': oneShots, messages }
for (const [name, run] of Object.entries(parts)) {
  if (values.only === undefined || values.only === name) await run(rounds)
}
