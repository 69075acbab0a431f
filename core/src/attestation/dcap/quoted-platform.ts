/** Which collateral a quote has to be judged by, before anything of it is believed: so that somebody can fetch it. */
import { refuse, verdictOf } from '../refusal.ts'
import type { Verdict } from '../verdict.ts'
import { parseCertificate } from '../x509/certificate.ts'
import { nameSays } from './name-says.ts'
import { pckPlatformOf } from './pck-extension.ts'
import { type DcapTee, readQuote } from './quote.ts'
import type { DcapEvidence } from './verify-quote.ts'

export interface QuotedPlatform {
  readonly tee: DcapTee
  /** 6 bytes: whose TCB info. */
  readonly fmspc: Uint8Array
  /** Whose list of revoked PCKs; Intel's service calls them `platform` and `processor`. */
  readonly ca: 'Platform' | 'Processor'
}

const CAS = ['Platform', 'Processor'] as const

/**
 * What the quote says of its platform. Nothing is verified: a stranger can name any platform here.
 *
 * @example
 * const platform = quotedPlatform({ tee: 'Tdx', quote })
 * if (platform.ok) await fetchCollateral(platform.facts)
 */
export function quotedPlatform({ tee, quote, pckCertificateChain }: DcapEvidence): Verdict<QuotedPlatform> {
  return verdictOf(() => {
    const [leaf] = readQuote(tee, quote).certification.pckChain ?? pckCertificateChain ?? refuse('pck:missing')
    const pck = parseCertificate(leaf ?? refuse('pck:missing'))
    const ca = CAS.find((name) => nameSays(pck.issuer, `PCK ${name} CA`))
    return { tee, fmspc: pckPlatformOf(pck).fmspc, ca: ca ?? refuse('pck:cert-chain') }
  })
}
