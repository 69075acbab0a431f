/**
 * Evidence of the simulated TEE. It has the shape of real evidence (a platform certified by a root, a quote signed by
 * the platform) and proves nothing about hardware: who has the root's key writes any quote he likes. Chains that must
 * not accept it have no simulated root in their policy.
 */
import { equalBytes } from '../codec/index.ts'
import { verifyEd25519 } from '../crypto/index.ts'
import { bind, contexts, SimulatedQuote } from '../protocol/index.ts'
import { t, tryDecode } from '../schema/index.ts'
import type { SimulatedFacts } from './facts.ts'
import type { Verdict } from './verdict.ts'

/** Bytes that certify a platform key: signed by the root. */
export function simulatedPlatformBytes(platform: Uint8Array): Uint8Array {
  return bind(contexts.simulatedPlatform, platform)
}

/** Bytes of a quote: signed by the platform. */
export function simulatedQuoteBytes({
  measurement,
  reportData,
  debug,
  platform,
}: Omit<SimulatedQuote, 'platformCertificate' | 'signature'>): Uint8Array {
  return bind(contexts.simulatedQuote, measurement, reportData, t.bool.encode(debug), platform)
}

/**
 * What a simulated quote shows, if it is one. Never throws: every byte comes from the attacker.
 *
 * @param quote SCALE of `SimulatedQuote`
 * @param trust.root public key of the simulated root, from the chain's policy
 *
 * @example
 * const verdict = verifySimulated(quote, { root: policy.simulatedRoot })
 * if (!verdict.ok) return fail('EvidenceRefused')
 */
export function verifySimulated(quote: Uint8Array, { root }: { readonly root: Uint8Array }): Verdict<SimulatedFacts> {
  const decoded = tryDecode(SimulatedQuote, quote)
  if (!decoded.ok) return { ok: false, reason: 'evidence.malformed' }
  const { measurement, reportData, debug, platform, platformCertificate, signature } = decoded.value
  // Root and platform must be two keys: the root's own signature over a quote would skip the certificate.
  if (equalBytes(platform, root)) return { ok: false, reason: 'evidence.bad-certificate' }
  if (!verifyEd25519(root, simulatedPlatformBytes(platform), platformCertificate)) {
    return { ok: false, reason: 'evidence.bad-certificate' }
  }
  if (!verifyEd25519(platform, simulatedQuoteBytes(decoded.value), signature)) {
    return { ok: false, reason: 'evidence.bad-signature' }
  }
  return { ok: true, facts: { tee: 'Simulated', measurement, reportData, debug, platform } }
}
