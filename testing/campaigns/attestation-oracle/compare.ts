/** Where this verifier and the other one differ, as a short name: one name for one cause. */
import { type DcapFacts, productionRoots, type Verdict, verifyDcap } from '@pha/core/attestation'
import { nodeSignatures } from '@pha/core/attestation/node'
import type { DcapInput } from './dcap-input.ts'
import { type Opinion, secondOpinion } from './second-opinion.ts'

export interface Comparison {
  readonly ours: Verdict<DcapFacts>
  readonly theirs: Opinion
  /** Undefined where they agree: both refuse, or both accept with the same status, advisories and report data. */
  readonly difference: string | undefined
}

export function compare(input: DcapInput): Comparison {
  const { tee, quote, collateral, now, root } = input
  const roots = root === undefined ? productionRoots : { ...productionRoots, intel: [root.pin] }
  const ours = verifyDcap({ type: tee, quote }, collateral, { now, roots, signatures: nodeSignatures })
  const theirs = secondOpinion(input)
  return { ours, theirs, difference: differenceOf(input, ours, theirs) }
}

function differenceOf(input: DcapInput, ours: Verdict<DcapFacts>, theirs: Opinion): string | undefined {
  if (!ours.ok) return theirs.ok ? whatWeRefuse(input, ours.reason) : undefined
  return theirs.ok ? differentFacts(ours.facts, theirs) : whatTheyRefuse(input, ours.facts, theirs.error)
}

/** What is malformed is told by what was changed. */
function whatWeRefuse(input: DcapInput, reason: string): string {
  if (theirsWithoutChain(input)?.ok === false) return 'we refuse: a chain in the quote that they do not read'
  return reason === 'malformed' ? `we refuse: malformed ${input.change.split(':')[0]}` : `we refuse: ${reason}`
}

function whatTheyRefuse(input: DcapInput, facts: DcapFacts, error: string): string {
  const withoutChain = theirsWithoutChain(input)
  // They may have another reason without it: a debug enclave, whose quote also comes with a chain of somebody else.
  if (withoutChain !== undefined && (withoutChain.ok || withoutChain.error !== error)) {
    return 'they refuse: a chain in the collateral that the quote does not need'
  }
  if (isOfAnotherLevel(facts, error) && hasModuleOfItsOwn(facts)) return 'they refuse: components of the module'
  return `they refuse: ${error}`
}

/** Whether they came to no level, or to one with another word than ours. */
function isOfAnotherLevel({ platformTcbStatus, qeTcbStatus }: DcapFacts, error: string): boolean {
  if (error.startsWith('No matching TCB level')) return true
  const word = error.startsWith(INVALID_STATUS) ? error.slice(INVALID_STATUS.length) : undefined
  return word !== undefined && word !== platformTcbStatus && word !== worstOf(platformTcbStatus, qeTcbStatus)
}

const INVALID_STATUS = 'TCB status is invalid: '

/** What they say of the quote's own chain; undefined where the collateral brings none. */
function theirsWithoutChain(input: DcapInput): Opinion | undefined {
  if (input.collateral.pckCertificateChain === undefined) return undefined
  return secondOpinion({ ...input, collateral: { ...input.collateral, pckCertificateChain: undefined } })
}

function differentFacts(facts: DcapFacts, theirs: Opinion & { ok: true }): string | undefined {
  if (!theirs.reportData.equals(facts.reportData)) return 'report data'
  const isSame = facts.tcbStatus === theirs.status && facts.advisoryIds.join() === theirs.advisoryIds.join()
  if (isSame) return undefined
  const worst = worstOf(facts.platformTcbStatus, facts.qeTcbStatus)
  if (theirs.status === worst) {
    if (facts.tee === 'Tdx' && facts.tdxModuleStatus !== undefined && facts.tdxModuleStatus !== 'UpToDate') {
      return 'status: the module is left out'
    }
    if (facts.tcbStatus !== theirs.status) return 'status: the worst word is taken'
  }
  return hasModuleOfItsOwn(facts)
    ? 'status: components of the module'
    : `status: ${theirs.status} for ${facts.tcbStatus}`
}

function hasModuleOfItsOwn(facts: DcapFacts): boolean {
  return facts.tee === 'Tdx' && facts.tdxModuleStatus !== undefined
}

/** By the other verifier's order, which happens to be ours too. */
const ORDER = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
] as const satisfies readonly DcapFacts['tcbStatus'][]

function worstOf(left: DcapFacts['tcbStatus'], right: DcapFacts['tcbStatus']): string {
  return ORDER.indexOf(left) >= ORDER.indexOf(right) ? left : right
}
