/** One door for all evidence: by its kind to the verifier of that kind. Facts, or the first check that failed. */
import { verifyCca } from './cca/verify-cca.ts'
import type { VerifyContext } from './context.ts'
import { verifyDcap } from './dcap/verify-dcap.ts'
import type {
  AnchorKey,
  AttestationCollateral,
  AttestationEvidence,
  DcapCollateral,
  SnpCollateral,
} from './evidence.ts'
import { verifyIas } from './ias/verify-ias.ts'
import { verifyNitro } from './nitro/verify-nitro.ts'
import { verifyNvidiaGpu } from './nvidia/verify-nvidia-gpu.ts'
import { verifyPsa } from './psa/verify-psa.ts'
import { refuse, verdictOf } from './refusal.ts'
import { verifySimulated } from './simulated.ts'
import type { SnpOptions } from './snp/check-collateral.ts'
import { verifySnp } from './snp/verify-snp.ts'
import type { Verdict } from './verdict.ts'

/** What a verdict may depend on besides the bytes; `crls` is about SEV-SNP only. */
export type VerifyOptions = VerifyContext & SnpOptions

/**
 * What evidence proves, by collateral that somebody fetched and nobody has checked. Never throws, whatever the bytes; reads
 * no clock and no network, so that a chain, a browser and a command line give one answer.
 *
 * Facts are not yet trust: which programs, states of platforms and vendors are accepted is policy (`judgeFacts`).
 *
 * @param options.now whole seconds since 1970: validity dates are judged by it
 * @param options.signatures `pureSignatures` runs everywhere; Node has a faster set in `@pha/core/attestation/node`
 *
 * @example
 * const verdict = verify({ type: 'Tdx', quote }, { type: 'Dcap', dcap }, { now, roots: productionRoots, signatures })
 * if (!verdict.ok) return refuse(verdict.reason)
 * const judgement = judgeFacts(verdict.facts, policy, context)
 */
export function verify(
  evidence: AttestationEvidence,
  collateral: AttestationCollateral,
  options: VerifyOptions,
): Verdict {
  const verdict = verdictOf(() => dispatch(evidence, collateral, options))
  return verdict.ok ? verdict.facts : verdict
}

function dispatch(evidence: AttestationEvidence, collateral: AttestationCollateral, options: VerifyOptions): Verdict {
  switch (evidence.type) {
    case 'Simulated':
      demandNone(collateral)
      return verifyUnderAnyRoot(evidence.quote, options.roots.simulated)
    case 'Sgx':
    case 'Tdx':
      return verifyDcap(evidence, dcapOf(collateral), options)
    case 'SevSnp':
      return verifySnp(evidence, snpOf(collateral), options, options)
    case 'Cca':
      return verifyCca(evidence.token, keysOf(collateral), options)
    case 'Psa':
      return verifyPsa(evidence.token, keysOf(collateral), options)
    case 'Nitro':
      demandNone(collateral)
      return verifyNitro(evidence.document, options)
    case 'Ias':
      demandNone(collateral)
      return verifyIas(evidence, options)
    case 'NvidiaGpu':
      demandNone(collateral)
      return verifyNvidiaGpu(evidence, options)
    default:
      // Whoever passes values from outside of TypeScript learns it here.
      evidence satisfies never
      return refuse('wrong-tee')
  }
}

function verifyUnderAnyRoot(quote: Uint8Array, roots: readonly Uint8Array[]): Verdict {
  let verdict: Verdict = { ok: false, reason: 'untrusted-root' }
  for (const root of roots) {
    verdict = verifySimulated(quote, { root })
    if (verdict.ok) return verdict
  }
  return verdict
}

function demandNone(collateral: AttestationCollateral): void {
  if (collateral.type !== 'None') refuse('wrong-collateral')
}

function dcapOf(collateral: AttestationCollateral): DcapCollateral {
  return collateral.type === 'Dcap' ? collateral.dcap : refuse('wrong-collateral')
}

function snpOf(collateral: AttestationCollateral): SnpCollateral {
  return collateral.type === 'Snp' ? collateral.snp : refuse('wrong-collateral')
}

function keysOf(collateral: AttestationCollateral): readonly AnchorKey[] {
  return collateral.type === 'AnchorKeys' ? collateral.keys : refuse('wrong-collateral')
}
