/** Policies to start from. A chain's own one is in its state, and changes by referendum. */
import { TD_ATTRIBUTES } from './judge-tdx.ts'
import type { AttestationPolicy, DcapRules } from './schema.ts'

const DAY = 86_400

const everywhere = { allowed: undefined, denied: [] } as const

const dcap: DcapRules = {
  statuses: [{ type: 'UpToDate' }],
  advisories: [],
  graceSeconds: 0,
  minimumEvaluationNumber: 0,
  // Intel issues collateral anew each day for 30 days; older is expired or hidden.
  maxCollateralSeconds: 30 * DAY,
  fmspcs: everywhere,
}

/** PLATFORM_INFO, bit 5 (AMD 56860): the firmware found no two addresses for one place of memory, as BadRAM makes them. */
const ALIAS_CHECK_COMPLETE = 1n << 5n

/**
 * Real hardware, up to date, without debug, grace or exceptions; no kinds without a status of the platform.
 *
 * No SEV-SNP guest is accepted until a referendum sets floors: AMD publishes no list of its firmware that a chain could read,
 * and what its bulletins name is no sufficient floor yet (docs/guides/sev-snp-floors.md).
 */
export const strictPolicy: AttestationPolicy = {
  // 2 h at 3 s
  maxEvidenceBlocks: 2_400,
  // 24 h at 3 s
  validityBlocks: 28_800,
  platforms: everywhere,
  simulated: undefined,
  sgx: dcap,
  tdx: {
    dcap,
    allowedAttributes: TD_ATTRIBUTES.septVeDisable | TD_ATTRIBUTES.pks | TD_ATTRIBUTES.lass,
    // x87, SSE, AVX, MPX, AVX-512, PKRU, PT, CET, user interrupts, LBR, AMX: all that TDX saves and restores for a TD
    allowedXfam: 0x6_dbe7n,
  },
  snp: {
    vmpl: 0,
    floors: [],
    acceptsVlek: false,
    smt: { type: 'Forbidden' },
    // AMD-SB-3015
    requiredPlatformInfo: ALIAS_CHECK_COMPLETE,
    // AMD issues its lists for about 45 days.
    maxCollateralSeconds: 60 * DAY,
  },
  cca: undefined,
  psa: undefined,
  nitro: undefined,
}
