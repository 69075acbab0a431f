/**
 * Measures what calls cost.
 *
 *   node testing/weights/main.ts --write                  # writes runtime/src/pallets/weights.ts
 *   node testing/weights/main.ts --check                  # compares with it; exit code 1 if a call takes twice as long
 *   node testing/weights/main.ts --only Balances --accounts 1000
 *
 * A line of JSON for each call. CPU time is measured, so other work on the machine disturbs little, but a quiet machine
 * is better; the accesses are the same everywhere, and `npm test` compares them.
 */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import type { AnyPallet } from '@pha/runtime/frame'
import { chainTypes, system } from '@pha/runtime/pallets'
import { type Measured, measure } from './measure.ts'
import { timeOfBlock, timeOfExtrinsic, warmUp } from './measure-time.ts'
import { chainOfFriends, fillGround } from './scenario.ts'
import { allScenarios } from './scenarios/all-scenarios.ts'
import { weightsFile } from './weights-file.ts'

const FILE = new URL('../../runtime/src/pallets/weights.ts', import.meta.url)
/** Of what is declared, which is half as much again as was measured when it was. */
const TOLERATED = 2

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    accounts: { type: 'string', default: '100000' },
    'round-ms': { type: 'string', default: '60' },
  },
})
const options = { roundMs: Number(values['round-ms']) }
fillGround(Number(values.accounts))
if (values.write && values.only !== '') {
  console.error('error weights.bad-option: --write measures all calls')
  process.exit(2)
}

warmUp(chainOfFriends())
const calls = new Map<string, Measured & { worst: string; unit?: string }>()
let tooSlow = 0
for (const [name, scenario] of allScenarios().filter(([name]) => name.startsWith(values.only))) {
  const measured = measure(name, scenario, options)
  const { worst, units } = scenario
  calls.set(name, { ...measured, worst, ...(units === undefined ? {} : { unit: units.of }) })
  const declared = declaredFor(name)
  const times = declared === 0 ? undefined : Math.round((100 * measured.refTime) / declared) / 100
  if (values.check && times !== undefined && times > TOLERATED) tooSlow++
  console.log(JSON.stringify({ call: name, ...rounded(measured), declared, times }))
}
const baseBlock = timeOfBlock(chainOfFriends(), options)
const baseExtrinsic = timeOfExtrinsic(chainOfFriends(), options)
const { baseBlock: block, perClass } = system.constants.blockWeights.value
const declaredBases = { block: Number(block.refTime), extrinsic: Number(perClass.normal.baseExtrinsic.refTime) }
console.log(JSON.stringify({ baseBlock, baseExtrinsic, declared: declaredBases }))
if (
  values.check &&
  (baseBlock > TOLERATED * declaredBases.block || baseExtrinsic > TOLERATED * declaredBases.extrinsic)
) {
  tooSlow++
}

if (values.write) {
  const machine = `${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.versions.node}`
  writeFileSync(FILE, weightsFile({ machine, baseExtrinsic, calls }))
}
process.exitCode = tooSlow === 0 ? 0 : 1

function declaredFor(name: string): number {
  const [pallet, call = ''] = name.split('.')
  const declared = (chainTypes.pallets as readonly AnyPallet[]).find((one) => one.name === pallet)?.calls[call]
  return Number(declared?.weight.refTime ?? 0n)
}

function rounded({ refTime, perUnit, ...counts }: Measured) {
  return { refTime: Math.round(refTime), ...(perUnit === undefined ? {} : { perUnit: Math.round(perUnit) }), ...counts }
}
