/** What both verifiers are asked: a quote with collateral, at a time, under one root. */
import type { DcapCollateral, DcapEvidence } from '@pha/core/attestation'

export interface DcapInput {
  readonly tee: DcapEvidence['tee']
  readonly quote: Uint8Array
  readonly collateral: DcapCollateral
  /** Seconds since 1970. */
  readonly now: number
  /** Of a vendor of our own: DER, and SHA-256 of its key. Intel's root if absent. */
  readonly root?: { readonly certificate: Uint8Array; readonly pin: Uint8Array }
  /** The part that was changed, and how: `pckCrl: bits`. */
  readonly change: string
}
