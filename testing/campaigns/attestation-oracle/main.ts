/**
 * The campaign: changed and simulated SGX and TDX evidence before this project's verifier and before another one.
 *
 *   node testing/campaigns/attestation-oracle/main.ts [--count 100000] [--seed N] [--first 0]
 *
 * A line of JSON every 10,000 inputs; the exit code is 1 after a difference that `known-differences.ts` does not explain.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { noEvidence } from '../evidence-folders.ts'
import { type OracleTally, runOracle } from './run-oracle.ts'

const REPORTED_INPUTS = 10_000

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(randomInt(2 ** 32)) },
    first: { type: 'string', default: '0' },
  },
})
const seed = Number(values.seed)
const count = Number(values.count)
const first = Number(values.first)
if (![seed, count, first].every(Number.isSafeInteger)) throw new Error('--count, --seed and --first are whole numbers')

const started = performance.now()
console.log(JSON.stringify({ seed, inputs: count, first }))
if (noEvidence) console.log(JSON.stringify({ note: noEvidence }))
const total = runOracle({ seed, count, first }, (tally) => {
  if (tally.inputs % REPORTED_INPUTS === 0 && tally.inputs < count) report(tally)
})
report(total)
process.exitCode = total.unknown.length === 0 ? 0 : 1

function report(tally: OracleTally): void {
  const seconds = (performance.now() - started) / 1000
  console.log(
    JSON.stringify({ seed, ...tally, seconds: Math.round(seconds), perSecond: Math.round(tally.inputs / seconds) }),
  )
}
