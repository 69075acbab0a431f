/**
 * The campaign: millions of extrinsics into the pool's check and into blocks of chains that go on.
 *
 *   node testing/campaigns/extrinsics/main.ts [--count 10000000] [--seed N] [--threads 1] [--first-leg 0]
 *
 * Extrinsics come in legs of 5,000, each on a chain of its own and made from the seed and the leg's number alone: a run
 * that was ended is taken up with `--first-leg`, and one leg is repeated with `--first-leg N --count 5000`. A line of
 * JSON for every hundredth leg and every violation; the exit code is 1 after a violation.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { legRunner } from './guarded-legs.ts'
import type { LegOutcome } from './run-leg.ts'

const LEG_INPUTS = 5_000
const REPORTED_LEGS = 100

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: String(randomInt(2 ** 32)) },
    threads: { type: 'string', default: '1' },
    'first-leg': { type: 'string', default: '0' },
  },
})
const count = wholeNumber('count', values.count, 1e9)
const seed = wholeNumber('seed', values.seed, 2 ** 32 - 1)
const threads = Math.max(1, wholeNumber('threads', values.threads, 64))
const firstLeg = wholeNumber('first-leg', values['first-leg'], 1e9)
const endLeg = firstLeg + Math.ceil(count / LEG_INPUTS)

const total = { inputs: 0, refused: 0, failed: 0, succeeded: 0, blocks: 0, slowestMs: 0, violations: 0 }
const started = performance.now()
let next = firstLeg
console.log(JSON.stringify({ seed, firstLeg, endLeg, inputs: count }))
await Promise.all(Array.from({ length: threads }, work))
report()
process.exitCode = total.violations === 0 ? 0 : 1

/** Takes the next leg until none is left. */
async function work(): Promise<void> {
  await using runner = legRunner()
  for (let leg = next++; leg < endLeg; leg = next++) {
    add(await runner.run({ seed, number: leg, inputs: LEG_INPUTS }))
    if ((leg + 1) % REPORTED_LEGS === 0) report()
  }
}

function add({ inputs, refused, failed, succeeded, blocks, slowestMs, violation }: LegOutcome): void {
  total.inputs += inputs
  total.refused += refused
  total.failed += failed
  total.succeeded += succeeded
  total.blocks += blocks
  total.slowestMs = Math.max(total.slowestMs, slowestMs)
  if (violation === undefined) return
  total.violations++
  console.log(JSON.stringify({ seed, violation }))
}

function report(): void {
  const seconds = (performance.now() - started) / 1000
  const perSecond = Math.round(total.inputs / seconds)
  console.log(
    JSON.stringify({ seed, legs: `${firstLeg} to ${next - 1}`, ...total, seconds: Math.round(seconds), perSecond }),
  )
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= most)) {
    console.error(`error campaign.bad-option: --${option}: a whole number up to ${most} expected`)
    process.exit(2)
  }
  return number
}
