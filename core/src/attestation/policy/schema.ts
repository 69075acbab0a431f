/**
 * The attestation policy: data on chain, changed by referendum. What is not written here is not accepted.
 *
 * A kind of evidence without rules (`undefined`) is refused. An allow list that is `undefined` allows all, an empty one
 * nothing; a deny list wins over an allow list. Zero means zero everywhere: no grace, no age, no such level.
 */
import { type Infer, t } from '../../schema/index.ts'
import { policyBounds } from './bounds.ts'

/** Statuses that a policy can accept. OutOfDate is a matter of grace alone, Revoked of nothing. */
export const AcceptedStatus = t.enum('AcceptedStatus', {
  UpToDate: null,
  SWHardeningNeeded: null,
  ConfigurationNeeded: null,
  ConfigurationAndSWHardeningNeeded: null,
})
export type AcceptedStatus = Infer<typeof AcceptedStatus>

export const AcceptedAdvisory = t.struct(
  'AcceptedAdvisory',
  { id: t.boundedText(policyBounds.advisoryId), level: t.u8 },
  'An advisory that a platform may be open to, and the best level it can then have.',
)

export const FmspcList = t.struct(
  'FmspcList',
  {
    allowed: t.option(t.boundedVec(t.fixedBytes(6), policyBounds.fmspcs)),
    denied: t.boundedVec(t.fixedBytes(6), policyBounds.fmspcs),
  },
  'Platform families of Intel.',
)

export const PlatformList = t.struct(
  'PlatformList',
  {
    allowed: t.option(t.boundedVec(t.bytes32, policyBounds.platforms)),
    denied: t.boundedVec(t.bytes32, policyBounds.platforms),
  },
  'Single machines, by the hash that facts name them with: of a PPID, chip id, instance or module.',
)

export const DcapRules = t.struct(
  'DcapRules',
  {
    statuses: t.boundedVec(AcceptedStatus, 4),
    advisories: t.boundedVec(AcceptedAdvisory, policyBounds.advisories),
    graceSeconds: t.u32,
    minimumEvaluationNumber: t.u32,
    maxCollateralSeconds: t.u32,
    fmspcs: FmspcList,
  },
  'What SGX and TDX quotes have in common. The grace of a platform that is out of date counts from the recovery.',
)
export type DcapRules = Infer<typeof DcapRules>

export const TdxRules = t.struct(
  'TdxRules',
  { dcap: DcapRules, allowedAttributes: t.u64, allowedXfam: t.u64 },
  'Masks: a bit that is set in a TD must be set here. DEBUG, MIGRATABLE and PERFMON are refused whatever they say.',
)
export type TdxRules = Infer<typeof TdxRules>

export const SnpProductName = t.enum('SnpProductName', { Milan: null, Genoa: null, Turin: null })

export const SnpFloor = t.struct(
  'SnpFloor',
  {
    product: SnpProductName,
    fmc: t.u8,
    bootLoader: t.u8,
    tee: t.u8,
    snp: t.u8,
    microcode: t.u8,
    major: t.u8,
    minor: t.u8,
    build: t.u8,
    level: t.u8,
  },
  'Firmware that is believed at a level: each part of the reported and the committed TCB, and the committed version, at least.',
)
export type SnpFloor = Infer<typeof SnpFloor>

export const SnpRules = t.struct(
  'SnpRules',
  {
    vmpl: t.u8,
    floors: t.boundedVec(SnpFloor, policyBounds.snpFloors),
    acceptsVlek: t.bool,
    smt: t.enum('SmtChoice', { Forbidden: null, Allowed: null }),
    requiredPlatformInfo: t.u64,
    maxCollateralSeconds: t.u32,
  },
  'The level is that of the best floor that is met; a product without a floor is refused.',
)
export type SnpRules = Infer<typeof SnpRules>

export const TokenRules = t.struct('TokenRules', { level: t.u8 }, 'Evidence that tells no status of its platform.')

export const NitroRules = t.struct('NitroRules', { level: t.u8, maxDocumentSeconds: t.u32 })
export type NitroRules = Infer<typeof NitroRules>

export const SimulatedRules = t.struct(
  'SimulatedRules',
  { roots: t.boundedVec(t.bytes32, policyBounds.simulatedRoots), level: t.u8 },
  'Simulated evidence says nothing about hardware: a chain with value has no such rules.',
)

export const AttestationPolicy = t.struct(
  'AttestationPolicy',
  {
    maxEvidenceBlocks: t.u32,
    validityBlocks: t.u32,
    platforms: PlatformList,
    simulated: t.option(SimulatedRules),
    sgx: t.option(DcapRules),
    tdx: t.option(TdxRules),
    snp: t.option(SnpRules),
    cca: t.option(TokenRules),
    psa: t.option(TokenRules),
    nitro: t.option(NitroRules),
  },
  'What evidence is accepted, and how much each kind is believed. Debug is never accepted.',
)
export type AttestationPolicy = Infer<typeof AttestationPolicy>
