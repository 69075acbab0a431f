/** Evidence of every kind, verified by what this chain trusts and holds. */
import {
  ccaInstanceOf,
  dcapFamilyOf,
  dcapStandingOf,
  type EvidenceFailure,
  type Facts,
  type Standing,
  snpFamilyOf,
  snpStandingOf,
  type Verdict,
  type VerifyContext,
  verdictOf,
  verifyCca,
  verifyDcapQuote,
  verifyNitro,
  verifySimulated,
  verifySnpReport,
} from '@pha/core/attestation'
import type { Evidence } from '@pha/core/protocol'
import { anchorKeyHash, anchorKeyOf } from './anchor-keys.ts'
import type { RegistryContext } from './context.ts'
import type { HeldCollateral } from './held-collateral.ts'

export type Verified =
  | { readonly ok: true; readonly facts: Facts; readonly standing: Standing }
  | { readonly ok: false; readonly reason: EvidenceFailure | 'collateral-missing' }

export function evidenceVerifier({ storage }: RegistryContext, held: HeldCollateral) {
  return function verify(evidence: Evidence, rules: VerifyContext): Verified {
    switch (evidence.type) {
      case 'Simulated':
        return simulated(evidence.value, storage.attestationPolicy.get().simulated?.roots ?? [])
      case 'Sgx':
      case 'Tdx':
        return dcap(evidence.type, evidence.value, rules)
      case 'SevSnp':
        return snp(evidence.value, rules)
      case 'Cca':
        return cca(evidence.value, rules)
      case 'Nitro':
        return stood(verifyNitro(evidence.value, rules), ({ timestampMs, leafNotAfter }) => ({
          type: 'Nitro',
          value: { timestampMs: BigInt(timestampMs), certificatesUntil: BigInt(leafNotAfter) },
        }))
      default:
        return evidence satisfies never
    }
  }

  function dcap(tee: 'Sgx' | 'Tdx', quote: Uint8Array, rules: VerifyContext): Verified {
    const family = verdictOf(() => dcapFamilyOf(tee, quote))
    if (!family.ok) return family
    const collateral = held.dcap({ type: 'Dcap', value: { tee: { type: tee }, ...family.facts } }, rules)
    if (collateral?.ok !== true) return collateral ?? missing
    return stood(verifyDcapQuote({ tee, quote }, collateral.facts, rules), (facts) => ({
      type: 'Dcap',
      value: dcapStandingOf(quote, facts),
    }))
  }

  function snp(evidence: Extract<Evidence, { type: 'SevSnp' }>['value'], rules: VerifyContext): Verified {
    const named = verdictOf(() => snpFamilyOf(evidence.vek))
    if (!named.ok) return named
    const { product, signingKey } = named.facts
    const family = { type: 'Snp', value: { product: { type: product }, signingKey: { type: signingKey } } } as const
    const collateral = held.snp(family, rules)
    if (collateral?.ok !== true) return collateral ?? missing
    return stood(verifySnpReport(evidence, collateral.facts, rules), (facts) => ({
      type: 'Snp',
      value: snpStandingOf(facts),
    }))
  }

  function cca(token: Uint8Array, rules: VerifyContext): Verified {
    const instance = verdictOf(() => ccaInstanceOf(token))
    if (!instance.ok) return instance
    const key = storage.anchorKeys.get(instance.facts)
    if (key === undefined) return { ok: false, reason: 'unknown-key' }
    return stood(verifyCca(token, [anchorKeyOf(key)], rules), ({ lifecycle }) => ({
      type: 'Cca',
      value: { lifecycle, instance: instance.facts, anchorKey: anchorKeyHash(key) },
    }))
  }
}

const missing = { ok: false, reason: 'collateral-missing' } as const

function simulated(quote: Uint8Array, roots: readonly Uint8Array[]): Verified {
  let verified: Verified = { ok: false, reason: 'untrusted-root' }
  for (const root of roots) {
    verified = stood(verifySimulated(quote, { root }), () => ({ type: 'Simulated', value: { root } }))
    if (verified.ok) break
  }
  return verified
}

function stood<F extends Facts>(verdict: Verdict<F>, standingOf: (facts: F) => Standing): Verified {
  return verdict.ok ? { ok: true, facts: verdict.facts, standing: standingOf(verdict.facts) } : verdict
}
