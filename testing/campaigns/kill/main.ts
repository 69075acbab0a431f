/**
 * The campaign: the health study again and again on networks whose processes are killed all the while.
 *
 *   node testing/campaigns/kill/main.ts [--runs 10] [--seed N] [--gatekeepers 3]
 *
 * One line of JSON for each run, what happened in it on stderr; the exit code is 1 if anything was lost in any. The same
 * seed kills the same processes after the same times; what they were doing then is not the same.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { runKilledStudy } from './killed-study.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    gatekeepers: { type: 'string', default: '3' },
  },
})
const runs = wholeNumber('runs', values.runs, 10_000)
const gatekeepers = wholeNumber('gatekeepers', values.gatekeepers, 20)
const firstSeed = wholeNumber('seed', values.seed, 2 ** 32 - 1 - runs)

console.log(JSON.stringify({ seed: firstSeed, runs }))
let failed = 0
for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
  const outcome = await runKilledStudy({ seed, gatekeepers, say: console.error }).catch((error: unknown) => {
    console.error(error)
    return { seed, failures: [error instanceof Error ? error.message : String(error)] }
  })
  if (outcome.failures.length > 0) failed += 1
  console.log(JSON.stringify(outcome))
}
console.log(JSON.stringify({ seed: firstSeed, runs, failed }))
process.exit(failed === 0 ? 0 : 1)

function wholeNumber(option: string, text: string, most: number): number {
  const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (number <= most) return number
  console.error(`error campaign.bad-option: --${option}: a whole number up to ${most} expected`)
  process.exit(2)
}
