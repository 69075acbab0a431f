/** TDX, SEV-SNP and CCA guests, through the kernel's TSM reports. None has a sealing key without native code (ADR 0019). */
import { type Evidence, SNP_REPORT_BYTES } from '@pha/core/protocol'
import type { Platform } from './platform.ts'
import { snpCertificate } from './snp-certificates.ts'
import { TeeError } from './tee-error.ts'
import { type TsmParts, tsmReport } from './tsm-report.ts'

export type TsmProvider = 'tdx_guest' | 'sev_guest' | 'arm_cca_guest'

export const TSM_KINDS = { tdx_guest: 'Tdx', sev_guest: 'SevSnp', arm_cca_guest: 'Cca' } as const satisfies {
  readonly [P in TsmProvider]: Platform['kind']
}

export interface TsmPlatformParts extends TsmParts {
  /** The chip's or provider's certificate (DER) from outside, for hypervisors that hand none on. The chain checks it. */
  readonly certificate?: Uint8Array | undefined
}

/**
 * @example
 * const platform = tsmPlatform('tdx_guest', { calls: nodeCalls() })
 */
export function tsmPlatform(provider: TsmProvider, parts: TsmPlatformParts): Platform {
  return {
    kind: TSM_KINDS[provider],
    sealingSecret: undefined,
    evidence: (reportData) => evidenceOf(provider, parts, reportData),
  }
}

async function evidenceOf(provider: TsmProvider, parts: TsmPlatformParts, reportData: Uint8Array): Promise<Evidence> {
  const { outblob, auxblob } = await tsmReport(parts, reportData)
  switch (provider) {
    case 'tdx_guest':
      return { type: 'Tdx', value: outblob }
    case 'arm_cca_guest':
      return { type: 'Cca', value: outblob }
    case 'sev_guest':
      if (outblob.length !== SNP_REPORT_BYTES) throw new TeeError('tee.malformed', `report of ${outblob.length} bytes`)
      return { type: 'SevSnp', value: { report: outblob, vek: snpCertificate(outblob, auxblob, parts.certificate) } }
    default:
      return provider satisfies never
  }
}
