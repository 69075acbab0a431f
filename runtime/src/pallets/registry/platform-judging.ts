/** What the collateral of now says of platforms whose evidence was verified before. */
import {
  dcapFactsOf,
  type EvidenceFailure,
  type PlatformJudged,
  type Standing,
  snpFactsOf,
  type VerifyContext,
  verdictOf,
} from '@pha/core/attestation'
import { equalBytes, toHex } from '@pha/core/codec'
import { anchorKeyHash } from './anchor-keys.ts'
import { PlatformFamily } from './collateral-schema.ts'
import type { RegistryContext } from './context.ts'
import type { HeldCollateral } from './held-collateral.ts'

export type PlatformNow =
  | {
      readonly ok: true
      readonly facts: PlatformJudged
      /** The highest evaluation number that was seen. */
      readonly evaluationFloor: number
      /** The last second of the certificates that came with the evidence. */
      readonly certificatesUntil: number | undefined
    }
  | { readonly ok: false; readonly reason: EvidenceFailure | 'collateral-missing' }

/** For many platforms of a few families: the collateral of each is read once. */
export function platformJudging({ storage }: RegistryContext, held: HeldCollateral, rules: VerifyContext) {
  const dcapCollateral = remembering((family: Family<'Dcap'>) => held.dcap(family, rules))
  const snpCollateral = remembering((family: Family<'Snp'>) => held.snp(family, rules))
  const missing = { ok: false, reason: 'collateral-missing' } as const

  return function platformNow(family: PlatformFamily, standing: Standing): PlatformNow {
    switch (standing.type) {
      case 'Simulated': {
        const roots = storage.attestationPolicy.get().simulated?.roots ?? []
        const isTrusted = roots.some((root) => equalBytes(root, standing.value.root))
        return isTrusted ? unbounded({ tee: 'Simulated' }) : { ok: false, reason: 'untrusted-root' }
      }
      case 'Dcap': {
        if (family.type !== 'Dcap') return missing
        const collateral = dcapCollateral(family)
        if (collateral?.ok !== true) return collateral ?? missing
        const tee = family.value.tee.type
        const found = verdictOf(() => dcapFactsOf(tee, standing.value, collateral.facts, rules.now))
        if (!found.ok) return found
        const certificatesUntil = Number(standing.value.certificatesUntil)
        return { ok: true, facts: found.facts, evaluationFloor: held.evaluationFloor(family), certificatesUntil }
      }
      case 'Snp': {
        if (family.type !== 'Snp') return missing
        const collateral = snpCollateral(family)
        if (collateral?.ok !== true) return collateral ?? missing
        const found = verdictOf(() => snpFactsOf(standing.value, collateral.facts, rules.now))
        if (!found.ok) return found
        return { ...unbounded(found.facts), certificatesUntil: Number(standing.value.certificatesUntil) }
      }
      case 'Cca': {
        const { lifecycle, instance, anchorKey } = standing.value
        const key = storage.anchorKeys.get(instance)
        const isBelieved = key !== undefined && equalBytes(anchorKeyHash(key), anchorKey)
        return isBelieved ? unbounded({ tee: 'Cca', lifecycle }) : { ok: false, reason: 'unknown-key' }
      }
      case 'Nitro': {
        const { timestampMs, certificatesUntil } = standing.value
        return {
          ...unbounded({ tee: 'Nitro', timestampMs: Number(timestampMs) }),
          certificatesUntil: Number(certificatesUntil),
        }
      }
      default:
        return standing satisfies never
    }
  }
}

type Family<K> = Extract<PlatformFamily, { type: K }>

function unbounded(facts: PlatformJudged): PlatformNow & { ok: true } {
  return { ok: true, facts, evaluationFloor: 0, certificatesUntil: undefined }
}

function remembering<F extends PlatformFamily, C>(read: (family: F) => C): (family: F) => C {
  const known = new Map<string, { readonly collateral: C }>()
  return (family) => {
    const key = toHex(PlatformFamily.encode(family))
    const { collateral } = known.get(key) ?? { collateral: read(family) }
    known.set(key, { collateral })
    return collateral
  }
}
