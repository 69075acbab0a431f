/** Rules for SEV-SNP guests: guest policy, platform, and floors of firmware (AMD 56860, sections 4.3 and 7.3). */
import type { SnpTcb } from '../facts.ts'
import type { SnpJudged } from './judged-facts.ts'
import { type Accepted, fail, type JudgeContext, must } from './judgement.ts'
import type { SnpFloor, SnpRules } from './schema.ts'

/** Guest policy, bit 18: a migration agent may be bound to the guest. */
const MIGRATE_MA = 1n << 18n
/** PLATFORM_INFO, bit 0: simultaneous multithreading is on, whatever the guest would allow. */
const SMT_EN = 1n << 0n

export function judgeSnp(facts: SnpJudged, rules: SnpRules, context: JudgeContext): Accepted {
  const until = judgeCollateral(facts, rules, context)
  must(facts.vmpl === rules.vmpl, 'snp-vmpl', `VMPL ${facts.vmpl}, not ${rules.vmpl}`)
  must((facts.policy & MIGRATE_MA) === 0n, 'snp-migration-agent')
  must(rules.smt.type === 'Allowed' || (facts.platformInfo & SMT_EN) === 0n, 'snp-smt')
  const missing = rules.requiredPlatformInfo & ~facts.platformInfo
  must(missing === 0n, 'snp-platform-info', `0x${missing.toString(16)}`)
  must(facts.signingKey === 'VCEK' || rules.acceptsVlek, 'snp-vlek')
  const { level } = judgeFirmware(facts, rules.floors)
  return { ok: true, level, because: `floor:${facts.product}`, until }
}

function judgeCollateral({ crl }: SnpJudged, { maxCollateralSeconds }: SnpRules, { now }: JudgeContext): number {
  must(crl !== undefined, 'collateral-missing')
  must(now <= crl.nextUpdate, 'collateral-expired')
  const oldAt = crl.thisUpdate + maxCollateralSeconds
  must(now <= oldAt, 'collateral-too-old', `${now - crl.thisUpdate} seconds`)
  return Math.min(crl.nextUpdate, oldAt)
}

/**
 * The best floor that is met. The committed firmware counts as much as the reported one: the host can go back to what it
 * committed at any time, and then decrypt what was sealed under the report that looked fine.
 */
function judgeFirmware(facts: SnpJudged, floors: readonly SnpFloor[]): SnpFloor {
  // The worst last: what it lacks is what the operator has to do.
  const ofProduct = floors.filter(({ product }) => product.type === facts.product).sort((a, b) => a.level - b.level)
  const met = ofProduct.find(
    (floor) =>
      isTcbAtLeast(facts.reportedTcb, floor) &&
      isTcbAtLeast(facts.committedTcb, floor) &&
      isBuildAtLeast(facts.committedBuild, floor),
  )
  if (met !== undefined) return met
  const lowest = ofProduct.at(-1)
  must(lowest !== undefined, 'snp-product-not-accepted', facts.product)
  must(isTcbAtLeast(facts.reportedTcb, lowest), 'snp-reported-tcb', tcbText(facts.reportedTcb))
  must(isTcbAtLeast(facts.committedTcb, lowest), 'snp-committed-tcb', tcbText(facts.committedTcb))
  const { major, minor, build } = facts.committedBuild
  return fail('snp-committed-build', `${major}.${minor}.${build}`)
}

/** Part by part: a newer microcode makes up for no older boot loader. */
function isTcbAtLeast({ fmc, bootLoader, tee, snp, microcode }: SnpTcb, floor: SnpFloor): boolean {
  return (
    (fmc ?? 0) >= floor.fmc &&
    bootLoader >= floor.bootLoader &&
    tee >= floor.tee &&
    snp >= floor.snp &&
    microcode >= floor.microcode
  )
}

function isBuildAtLeast({ major, minor, build }: SnpJudged['committedBuild'], floor: SnpFloor): boolean {
  if (major !== floor.major) return major > floor.major
  if (minor !== floor.minor) return minor > floor.minor
  return build >= floor.build
}

function tcbText({ fmc, bootLoader, tee, snp, microcode }: SnpTcb): string {
  const first = fmc === undefined ? '' : `fmc ${fmc}, `
  return `${first}boot loader ${bootLoader}, tee ${tee}, snp ${snp}, microcode ${microcode}`
}
