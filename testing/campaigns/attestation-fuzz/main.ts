/**
 * The campaign: changed evidence and collateral before every reader and verifier of `core/src/attestation`.
 *
 *   node testing/campaigns/attestation-fuzz/main.ts [--count 10000000] [--seed N] [--only attestation.verify]
 *
 * The targets are those of the scale campaign (`scale/targets/attestation-targets.ts`), with its bounds of time and memory;
 * here they get all of the inputs, or with `--only` those whose names begin so get their share of them. A line of JSON for
 * each, and one for all; the exit code is 1 after a violation.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { noEvidence } from '../evidence-folders.ts'
import { guardedRun } from '../scale/guarded-run.ts'
import { attestationTargets } from '../scale/targets/attestation-targets.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: String(randomInt(2 ** 32)) },
    only: { type: 'string', default: '' },
  },
})
const count = Number(values.count)
const seed = Number(values.seed)
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count)) throw new Error('--count and --seed are whole numbers')

const targets = attestationTargets()
const shares = targets.reduce((sum, { share }) => sum + share, 0)
const total = { inputs: 0, refused: 0, accepted: 0, violations: 0 }
const started = performance.now()
console.log(JSON.stringify({ seed, inputs: count, targets: targets.length }))
if (noEvidence) console.log(JSON.stringify({ note: noEvidence }))
for (const { name } of targets) {
  if (!name.startsWith(values.only)) continue
  // Each target takes its share of what it is given: the same with others or alone.
  const outcome = await guardedRun({ name, inputs: count / shares, seed })
  total.inputs += outcome.inputs
  total.refused += outcome.refused
  total.accepted += outcome.accepted
  if (outcome.violation !== undefined) total.violations++
  console.log(JSON.stringify(outcome))
}
const seconds = (performance.now() - started) / 1000
const perSecond = Math.round(total.inputs / seconds)
console.log(JSON.stringify({ seed, ...total, seconds: Math.round(seconds), perSecond }))
process.exitCode = total.violations === 0 ? 0 : 1
