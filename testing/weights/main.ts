/**
 * Measures what calls, blocks and the database cost.
 *
 *   node testing/weights/main.ts --write                  # writes runtime/src/pallets/weights.ts
 *   node testing/weights/main.ts --check                  # compares with it; exit code 1 if a call takes twice as long
 *   node testing/weights/main.ts --write --only Database --only System.setCode   # what is not measured stays as it is
 *
 * A line of JSON for each call; `--only` takes beginnings of their names, `Extrinsic` for a bare one, `Database` for an
 * empty block and the price of entries. CPU time is measured, so other work on the machine disturbs little, but a quiet
 * machine is better; the accesses are the same everywhere, and `npm test` compares them.
 */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { system, WEIGHTS } from '@pha/runtime/pallets'
import { measure } from './measure.ts'
import { timeOfDatabase } from './measure-on-disk.ts'
import { timeOfExtrinsic, warmUp } from './measure-time.ts'
import { chainOfFriends, fillGround } from './scenario.ts'
import { allScenarios } from './scenarios/all-scenarios.ts'
import {
  type BaseFigures,
  type CallFigures,
  callFigures,
  databaseFigures,
  weightsFile,
  withMargin,
} from './weights-file.ts'

const FILE = new URL('../../runtime/src/pallets/weights.ts', import.meta.url)
/** Of what is declared; both have the margin. */
const TOLERATED = 2
/** Below every state of the database's figures. */
const DATABASE_ACCOUNTS = 200_000
/** Below states that are written to the disk again for each block that is measured, whose cost is in their long values. */
const FEW_ACCOUNTS = 1_000

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [''] },
    accounts: { type: 'string', default: '100000' },
    'round-ms': { type: 'string', default: '60' },
  },
})
const options = { roundMs: Number(values['round-ms']) }
const isWanted = (name: string): boolean => values.only.some((beginning) => name.startsWith(beginning))
let tooSlow = 0

let bases = declaredBases()
if (isWanted('Database')) {
  fillGround(DATABASE_ACCOUNTS)
  const figures = databaseFigures(await timeOfDatabase())
  for (const key of ['block', 'read', 'write'] as const) tell(`Database.${key}`, figures[key], bases[key])
  bases = { ...bases, ...figures }
}

fillGround(Number(values.accounts))
warmUp(chainOfFriends())
if (isWanted('Extrinsic')) {
  const extrinsic = withMargin(timeOfExtrinsic(chainOfFriends(), options))
  tell('Extrinsic', extrinsic, bases.extrinsic)
  bases = { ...bases, extrinsic }
}

const measured = new Map<string, CallFigures>()
const wanted = allScenarios().filter(([name]) => isWanted(name))
const onDisk = wanted.filter(([, { isMeasuredOnDisk }]) => isMeasuredOnDisk === true)
await measureAll(wanted.filter((one) => !onDisk.includes(one)))
fillGround(FEW_ACCOUNTS)
await measureAll(onDisk)

if (values.write) {
  const machine = `${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.versions.node}`
  const calls = allScenarios().map(
    ([name, scenario]) => [name, measured.get(name) ?? figuresOf(name), scenario] as const,
  )
  writeFileSync(FILE, weightsFile({ machine, bases, calls }))
}
process.exitCode = values.check && tooSlow > 0 ? 1 : 0

async function measureAll(scenarios: typeof wanted): Promise<void> {
  for (const [name, scenario] of scenarios) {
    const figures = callFigures(await measure(name, scenario, options), bases)
    measured.set(name, figures)
    const { refTime, perUnit, ...counts } = figures
    tell(name, refTime, declaredFigures(name)?.refTime, {
      ...(perUnit === undefined ? {} : { perUnit: Number(perUnit) }),
      ...counts,
    })
  }
}

function tell(name: string, figure: bigint, declared: bigint | undefined, more: object = {}): void {
  const times = declared === undefined ? undefined : Math.round((100 * Number(figure)) / Number(declared)) / 100
  if (times !== undefined && times > TOLERATED) tooSlow++
  const shown = declared === undefined ? {} : { declared: Number(declared), times }
  console.log(JSON.stringify({ name, refTime: Number(figure), ...more, ...shown }))
}

function declaredBases(): BaseFigures {
  const { baseBlock, perClass } = system.constants.blockWeights.value
  return {
    ...system.constants.dbWeight.value,
    block: baseBlock.refTime,
    extrinsic: perClass.normal.baseExtrinsic.refTime,
  }
}

function declaredFigures(name: string): CallFigures | undefined {
  const [pallet = '', call = ''] = name.split('.')
  return (WEIGHTS as { readonly [pallet: string]: { readonly [call: string]: CallFigures } })[pallet]?.[call]
}

/** @throws Error if the call was never measured: a file without it would not compile */
function figuresOf(name: string): CallFigures {
  const figures = declaredFigures(name)
  if (figures === undefined) throw new Error(`weights.not-measured: ${name} is not in the file yet; measure it as well`)
  return figures
}
