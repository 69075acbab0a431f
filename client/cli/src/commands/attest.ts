/** `pha attest verify`: what evidence in a folder proves, by the collateral beside it. No network, no clock but the case's. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import {
  type CaseOutcome,
  describeFacts,
  disagreements,
  type FactsJson,
  type VerifyCaseOptions,
  verifyCase,
} from '@pha/core/attestation/node'
import { CliError } from '../cli-error.ts'
import { tableText } from '../table-text.ts'

/** Vectors lie two folders deep; a link back to its own parent must not lead on for ever. */
const MAX_DEPTH = 4

export interface OutcomeJson extends FactsJson {
  readonly id: string
  readonly vendor: string
  readonly ok: boolean
}

/** @throws CliError unless the folder holds `case.json` and the files that it names */
export function verifyEvidence(folder: string, options: VerifyCaseOptions): OutcomeJson {
  return describe(outcomeOf(folder, options))
}

function outcomeOf(folder: string, options: VerifyCaseOptions): CaseOutcome {
  try {
    return verifyCase(folder, options)
  } catch (cause) {
    throw unreadable(folder, cause)
  }
}

function unreadable(folder: string, cause: unknown): CliError {
  if (!existsSync(folder)) return new CliError('cli.bad-case', `there is no folder ${folder}`)
  if (!existsSync(join(folder, 'case.json'))) {
    const fix = caseFolders(folder).length > 0 ? 'with --all, every case below it is read' : 'name a folder of evidence'
    return new CliError('cli.bad-case', `${folder} holds no case.json`, fix)
  }
  const message = cause instanceof Error ? cause.message : String(cause)
  return new CliError('cli.bad-case', `${folder}: ${message}`, 'case.json and the files that it lists belong together')
}

function describe({ id, vendor, ok, reason, facts, isCrlMissing }: CaseOutcome): OutcomeJson {
  return {
    id,
    vendor,
    ok,
    ...(reason !== undefined && { reason }),
    ...(isCrlMissing && { crls: 'not supplied' }),
    ...(facts !== undefined && describeFacts(facts)),
  }
}

export interface ComparedCase {
  /** Folder, below the one that was asked for. */
  readonly case: string
  readonly expected: string
  readonly got: string
  readonly agrees: boolean
  /** What differs, fact by fact. */
  readonly differences: readonly string[]
}

export interface Comparison {
  readonly cases: readonly ComparedCase[]
  readonly total: number
  readonly agree: number
}

/**
 * Every case below a folder beside what its `case.json` expects. A case that cannot be read disagrees.
 * @throws CliError if there is none
 */
export function compareAll(folder: string, options: VerifyCaseOptions): Comparison {
  const cases = caseFolders(folder).map((each) => compare(each, relative(folder, each) || '.', options))
  if (cases.length === 0) {
    throw new CliError('cli.bad-case', `no case.json at or below ${folder}`, 'name a folder of cases')
  }
  return { cases, total: cases.length, agree: cases.filter(({ agrees }) => agrees).length }
}

function compare(folder: string, name: string, options: VerifyCaseOptions): ComparedCase {
  try {
    const outcome = verifyCase(folder, options)
    const differences = disagreements(outcome)
    return {
      case: name,
      expected: short(outcome.expect),
      got: short({ ...outcome, tcbStatus: describe(outcome)['tcbStatus'] }),
      agrees: differences.length === 0,
      differences,
    }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    return { case: name, expected: '?', got: 'unreadable', agrees: false, differences: [message] }
  }
}

function short({ ok, reason, tcbStatus }: { ok: boolean; reason?: string; tcbStatus?: unknown }): string {
  if (!ok) return reason ?? 'refused'
  return typeof tcbStatus === 'string' ? `ok ${tcbStatus}` : 'ok'
}

function caseFolders(folder: string, depth = 0): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  const entries = readdirSync(folder, { withFileTypes: true })
  const own = entries.some((entry) => entry.name === 'case.json') ? [folder] : []
  if (depth === MAX_DEPTH) return own
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
  return [...own, ...below.sort().flatMap((each) => caseFolders(each, depth + 1))]
}

export function comparisonText({ cases, total, agree }: Comparison): string {
  const rows = [
    ['case', 'expected', 'got', 'agrees'],
    ...cases.map(({ case: name, expected, got, agrees }) => [name, expected, got, agrees ? 'yes' : 'NO']),
  ]
  const details = cases.flatMap(({ case: name, differences }) => differences.map((each) => `  ${name}: ${each}`))
  return [tableText(rows), ...details, `${agree} of ${total} agree`].join('\n')
}
