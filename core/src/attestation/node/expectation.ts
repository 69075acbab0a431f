/** Whether an outcome is the one that `case.json` states. */
import type { CaseExpectation } from './case-folder.ts'
import { describeFacts } from './describe-facts.ts'
import type { CaseOutcome } from './verify-case.ts'

/**
 * Whether a refusal names one of the problems that the case has. Details in brackets and the class of an error in
 * another language are cut off on both sides.
 */
export function isExpectedReason(expect: CaseExpectation, reason: string): boolean {
  const problems = expect.problems ?? (expect.reason === undefined ? [] : [expect.reason])
  return problems.map(classOf).includes(classOf(reason))
}

/** What differs from the expectation, in words; nothing if all agrees. Evidence that is genuine must show every stated fact. */
export function disagreements({ ok, reason, facts, expect }: CaseOutcome): readonly string[] {
  if (ok !== expect.ok) return [`ok is ${ok}, ${expect.ok} expected`]
  if (reason !== undefined && !isExpectedReason(expect, reason)) return [`refused for ${reason}`]
  return facts === undefined ? [] : missing(expect, describeFacts(facts), '')
}

/** Fields about the outcome, and one that tells what happens under another root. */
const NO_FACTS: readonly string[] = ['ok', 'reason', 'problems', 'withTestRoot']

function missing(expected: object, found: object, path: string): readonly string[] {
  return Object.entries(expected).flatMap(([name, value]: [string, unknown]) => {
    if (path === '' && NO_FACTS.includes(name)) return []
    const at = `${path}${name}`
    const actual = (found as Record<string, unknown>)[name]
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (isNested && typeof actual === 'object' && actual !== null) return missing(value, actual, `${at}.`)
    return JSON.stringify(actual) === JSON.stringify(value) ? [] : [`${at} is ${JSON.stringify(actual)}`]
  })
}

function classOf(reason: string): string {
  return (reason.split('(')[0] ?? '').replace(/:ValueError$/, '')
}
