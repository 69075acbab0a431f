/** A number of inputs before both verifiers, made from a seed: the same seed makes the same inputs. */
import { type Random, seededRandom } from '../scale/random.ts'
import { compare } from './compare.ts'
import type { DcapInput } from './dcap-input.ts'
import { changedInput, genuineInputs } from './genuine-inputs.ts'
import { KNOWN_DIFFERENCES } from './known-differences.ts'
import { simulatedInput } from './simulated-inputs.ts'

export interface OracleTally {
  inputs: number
  bothAccept: number
  bothRefuse: number
  /** How often, by name. */
  readonly differences: Record<string, number>
  /** Differences that have no explanation, each once. */
  readonly unknown: { readonly difference: string; readonly input: number; readonly change: string }[]
}

const known = new Set(KNOWN_DIFFERENCES.map(({ difference }) => difference))

interface OracleRun {
  readonly seed: number
  readonly count: number
  /** Number of the first input: each is made from the seed and its number alone, so a run can be taken up. */
  readonly first?: number
}

/** @param onProgress after every input */
export function runOracle(
  { seed, count, first = 0 }: OracleRun,
  onProgress: (tally: OracleTally) => void = () => {},
): OracleTally {
  const genuine = genuineInputs()
  const accepted = genuine.filter((input) => compare(input).ours.ok)
  const tally: OracleTally = { inputs: 0, bothAccept: 0, bothRefuse: 0, differences: {}, unknown: [] }
  for (let number = first; number < first + count; number++) {
    const random = seededRandom(seed, `attestation oracle ${number}`)
    add(tally, genuine[number] ?? made(accepted, random), number)
    onProgress(tally)
  }
  return tally
}

/** One in four is of a vendor of our own; all, where real evidence is absent. */
function made(accepted: readonly DcapInput[], random: Random): DcapInput {
  return accepted.length === 0 || random.oneIn(4) ? simulatedInput(random) : changedInput(accepted, random)
}

function add(tally: OracleTally, input: DcapInput, number: number): void {
  const { ours, difference } = compare(input)
  tally.inputs++
  if (difference === undefined) return void (ours.ok ? tally.bothAccept++ : tally.bothRefuse++)
  const times = tally.differences[difference] ?? 0
  tally.differences[difference] = times + 1
  if (times === 0 && !known.has(difference)) {
    tally.unknown.push({ difference, input: number, change: input.change })
  }
}
