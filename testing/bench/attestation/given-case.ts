/** Evidence as text, since only bytes and text go into a realm. */
import type { AttestationCollateral, AttestationEvidence } from '@pha/core/attestation'
import { fromHex, toHex } from '@pha/core/codec'

export interface GivenCase {
  readonly evidence: AttestationEvidence
  readonly collateral: AttestationCollateral
  /** Seconds since 1970. */
  readonly now: number
}

export function writeCase({ evidence, collateral, now }: GivenCase): string {
  return JSON.stringify({ evidence, collateral, now }, (_, value: unknown) =>
    value instanceof Uint8Array ? { bytes: toHex(value) } : value,
  )
}

export function reviveCase(text: string): GivenCase {
  return JSON.parse(text, (_, value: unknown) => {
    const hex = (value as { readonly bytes?: unknown } | null)?.bytes
    return typeof hex === 'string' ? fromHex(hex) : value
  }) as GivenCase
}
