/** Faults of a policy that its types let through: what nobody can have meant is refused before it is law. */
import { toHex } from '../../codec/index.ts'
import type { Type } from '../../schema/index.ts'
import { policyBounds } from './bounds.ts'
import { BEST_LEVEL, WORST_LEVEL } from './confidence.ts'
import { TD_ATTRIBUTES } from './judge-tdx.ts'
import { AcceptedStatus, type AttestationPolicy, SnpFloor } from './schema.ts'

export type PolicyFault =
  /** A level is none of 1 to 5. */
  | 'level-out-of-range'
  /** Grace lasts longer than the longest that is allowed. */
  | 'grace-too-long'
  /** An entry stands twice in a list: which one counts? */
  | 'listed-twice'
  /** An entry is on the allow and the deny list. */
  | 'allowed-and-denied'
  /** A mask allows what no policy can: DEBUG, MIGRATABLE or PERFMON. */
  | 'forbidden-attribute'
  /** A guest has VMPL 0 to 3. */
  | 'vmpl-out-of-range'
  /** A registration would never be valid. */
  | 'no-validity'

const NEVER_ALLOWED = TD_ATTRIBUTES.debug | TD_ATTRIBUTES.migratable | TD_ATTRIBUTES.perfmon
const MOST_PRIVILEGE_LEVELS = 4

/**
 * The first fault, if there is one.
 *
 * @example
 * const fault = checkPolicy(policy)
 * if (fault !== undefined) throw errors.PolicyFaulty(fault)
 */
export function checkPolicy(policy: AttestationPolicy): PolicyFault | undefined {
  const { simulated, sgx, tdx, snp, cca, psa, nitro, platforms } = policy
  const dcaps = [sgx, tdx?.dcap].filter((rules) => rules !== undefined)
  const advisories = dcaps.flatMap((rules) => rules.advisories)
  const ruled = [simulated, cca, psa, nitro, ...(snp?.floors ?? []), ...advisories].filter(
    (rules) => rules !== undefined,
  )
  if (policy.validityBlocks === 0) return 'no-validity'
  if (!ruled.every(({ level }) => level >= BEST_LEVEL && level <= WORST_LEVEL)) return 'level-out-of-range'
  if (dcaps.some(({ graceSeconds }) => graceSeconds > policyBounds.graceSeconds)) return 'grace-too-long'
  if (tdx !== undefined && (tdx.allowedAttributes & NEVER_ALLOWED) !== 0n) return 'forbidden-attribute'
  if (snp !== undefined && snp.vmpl >= MOST_PRIVILEGE_LEVELS) return 'vmpl-out-of-range'
  const lists = [
    simulated?.roots.map(toHex) ?? [],
    texts(SnpFloor, snp?.floors ?? []),
    ...dcaps.flatMap((rules) => [texts(AcceptedStatus, rules.statuses), rules.advisories.map(({ id }) => id)]),
  ]
  const hardware = [platforms, ...dcaps.map(({ fmspcs }) => fmspcs)].map(({ allowed, denied }) => ({
    allowed: allowed?.map(toHex) ?? [],
    denied: denied.map(toHex),
  }))
  const all = [...lists, ...hardware.flatMap(({ allowed, denied }) => [allowed, denied])]
  if (all.some((list) => new Set(list).size !== list.length)) return 'listed-twice'
  if (hardware.some(({ allowed, denied }) => allowed.some((entry) => denied.includes(entry))))
    return 'allowed-and-denied'
  return undefined
}

function texts<T>(type: Type<T>, entries: readonly T[]): string[] {
  return entries.map((entry) => toHex(type.encode(entry)))
}
