/**
 * ATTESTATION_REPORT of SEV-SNP firmware (AMD 56860, revision 1.58, section 7.3): 1,184 bytes, little-endian, of which the
 * last 512 are the signature. Nothing is verified here.
 *
 * Version 3 and 4 add CPUID, version 5 the mitigation vectors; before, those bytes were reserved.
 */
import { demand } from '../refusal.ts'
import { SNP_REPORT_BYTES } from './limits.ts'

const SIGNED_BYTES = 0x2a0
const VERSIONS = [2, 3, 4, 5]
const FIRST_WITH_CPUID = 3
const FIRST_WITH_MITIGATIONS = 5
const ECDSA_P384_SHA384 = 1
/** Of r and of s: 72 bytes, little-endian, of which P-384 fills 48. */
const SCALAR_FIELD_BYTES = 72
const SCALAR_BYTES = 48

export interface FirmwareBuild {
  readonly major: number
  readonly minor: number
  readonly build: number
}

export interface SnpReport {
  /** What the firmware signed. */
  readonly signed: Uint8Array
  /** r || s, 48 bytes each, big-endian; undefined if bytes that have to be zero are not. */
  readonly signature: Uint8Array | undefined
  readonly version: number
  readonly guestSvn: number
  /** Guest policy, 64 bits. */
  readonly policy: bigint
  readonly familyId: Uint8Array
  readonly imageId: Uint8Array
  readonly vmpl: number
  /** PLATFORM_INFO, 64 bits. */
  readonly platformInfo: bigint
  /** SIGNING_KEY: 0 is the VCEK, 1 the VLEK, 7 none. */
  readonly signingKey: number
  readonly reportData: Uint8Array
  readonly measurement: Uint8Array
  readonly hostData: Uint8Array
  readonly idKeyDigest: Uint8Array
  readonly authorKeyDigest: Uint8Array
  readonly reportId: Uint8Array
  /** All zero where the host masks it. */
  readonly chipId: Uint8Array
  /** 8 bytes each; which byte is what depends on the product. */
  readonly currentTcb: Uint8Array
  readonly reportedTcb: Uint8Array
  readonly committedTcb: Uint8Array
  readonly launchTcb: Uint8Array
  readonly currentBuild: FirmwareBuild
  readonly committedBuild: FirmwareBuild
  readonly cpuid: { readonly family: number; readonly model: number; readonly stepping: number } | undefined
  readonly launchMitigations: bigint | undefined
  readonly currentMitigations: bigint | undefined
}

/** Views into `bytes`, which must not change while they are used. */
export function readReport(bytes: Uint8Array): SnpReport {
  demand(bytes.length === SNP_REPORT_BYTES, 'bad-length')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const u32 = (at: number): number => view.getUint32(at, true)
  const u64 = (at: number): bigint => view.getBigUint64(at, true)
  const u8 = (at: number): number => view.getUint8(at)
  const part = (at: number, length: number): Uint8Array => bytes.subarray(at, at + length)
  const build = (at: number): FirmwareBuild => ({ build: u8(at), minor: u8(at + 1), major: u8(at + 2) })

  const version = u32(0x00)
  demand(VERSIONS.includes(version), 'unsupported-version')
  demand(u32(0x34) === ECDSA_P384_SHA384, 'unsupported-algorithm')
  const hasCpuid = version >= FIRST_WITH_CPUID
  const hasMitigations = version >= FIRST_WITH_MITIGATIONS
  return {
    signed: part(0, SIGNED_BYTES),
    signature: readSignature(bytes.subarray(SIGNED_BYTES)),
    version,
    guestSvn: u32(0x04),
    policy: u64(0x08),
    familyId: part(0x10, 16),
    imageId: part(0x20, 16),
    vmpl: u32(0x30),
    platformInfo: u64(0x40),
    signingKey: (u32(0x48) >> 2) & 7,
    reportData: part(0x50, 64),
    measurement: part(0x90, 48),
    hostData: part(0xc0, 32),
    idKeyDigest: part(0xe0, 48),
    authorKeyDigest: part(0x110, 48),
    reportId: part(0x140, 32),
    chipId: part(0x1a0, 64),
    currentTcb: part(0x38, 8),
    reportedTcb: part(0x180, 8),
    committedTcb: part(0x1e0, 8),
    launchTcb: part(0x1f0, 8),
    currentBuild: build(0x1e8),
    committedBuild: build(0x1ec),
    cpuid: hasCpuid ? { family: u8(0x188), model: u8(0x189), stepping: u8(0x18a) } : undefined,
    launchMitigations: hasMitigations ? u64(0x1f8) : undefined,
    currentMitigations: hasMitigations ? u64(0x200) : undefined,
  }
}

/** What no rule reads would let one report exist in many forms, so the rest has to be zero. */
function readSignature(field: Uint8Array): Uint8Array | undefined {
  const signature = new Uint8Array(2 * SCALAR_BYTES)
  for (const [i, at] of [0, SCALAR_FIELD_BYTES].entries()) {
    signature.set(field.slice(at, at + SCALAR_BYTES).reverse(), i * SCALAR_BYTES)
    if (!isZero(field.subarray(at + SCALAR_BYTES, at + SCALAR_FIELD_BYTES))) return undefined
  }
  return isZero(field.subarray(2 * SCALAR_FIELD_BYTES)) ? signature : undefined
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}
