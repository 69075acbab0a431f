/**
 * The campaign: mutated inputs against everything that strangers can send bytes to.
 *
 *   node testing/campaigns/scale/main.ts [--inputs 1000000] [--seed N] [--type NAME]... [--threads 1]
 *
 * `--type` takes a name or the beginning of one (`protocol.`). One line of JSON for each target; the exit code is 1
 * after any violation, and its line holds the input, ready for `vectors/scale/regressions.json`.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { Outcome } from './campaign.ts'
import { guardedRun } from './guarded-run.ts'
import { allTargets } from './targets/all-targets.ts'

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(randomInt(2 ** 32)) },
    type: { type: 'string', multiple: true, default: [''] },
    threads: { type: 'string', default: '1' },
  },
})
const inputs = wholeNumber('inputs', values.inputs, 1e9)
const seed = wholeNumber('seed', values.seed, 2 ** 32 - 1)
const threads = wholeNumber('threads', values.threads, 64)

const names = allTargets()
  .map(({ name }) => name)
  .filter((name) => values.type.some((wanted) => name.startsWith(wanted)))
if (names.length === 0) stop(`no type is named ${values.type.join(', ')}`)

console.log(JSON.stringify({ seed, inputs, types: names.length }))
const outcomes: Outcome[] = []
const waiting = names[Symbol.iterator]()
await Promise.all(Array.from({ length: Math.max(1, threads) }, work))

const violations = outcomes.filter(({ violation }) => violation !== undefined)
const total = outcomes.reduce((sum, outcome) => sum + outcome.inputs, 0)
const seconds = Math.round(outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0))
console.log(JSON.stringify({ seed, types: outcomes.length, inputs: total, seconds, violations: violations.length }))
process.exitCode = violations.length === 0 ? 0 : 1

/** Takes the next target until none is left. */
async function work(): Promise<void> {
  for (const name of waiting) {
    const outcome = await guardedRun({ name, inputs, seed })
    outcomes.push(outcome)
    console.log(JSON.stringify(outcome))
  }
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= most)) stop(`--${option}: a whole number up to ${most} expected`)
  return number
}

function stop(problem: string): never {
  console.error(`error campaign.bad-option: ${problem}`)
  process.exit(2)
}
