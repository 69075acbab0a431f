/** What each kind of evidence proves. Whether it suffices is policy, decided elsewhere. */

/** Intel's words for the state of a platform, the best first; `Revoked` is never accepted. */
export const TCB_STATUSES = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
] as const
export type TcbStatus = (typeof TCB_STATUSES)[number]

interface CommonFacts {
  /** Which program, 32 bytes, as the chain's registry lists builds: MRENCLAVE, or a hash over all registers that measure code. */
  readonly measurement: Uint8Array
  /** What the program put into its evidence, 64 bytes; shorter fields are filled up with zeros. */
  readonly reportData: Uint8Array
  /** Its host can read a debug enclave. */
  readonly debug: boolean
  /** Which machine, 32 bytes: the same for all evidence of one platform. */
  readonly platform: Uint8Array
}

export interface SimulatedFacts extends CommonFacts {
  readonly tee: 'Simulated'
}

/** What SGX and TDX quotes have in common. */
interface DcapFacts extends CommonFacts {
  readonly quoteVersion: 3 | 4 | 5
  /** The worst of the parts, by Intel's rules for merging. */
  readonly tcbStatus: TcbStatus
  readonly platformTcbStatus: TcbStatus
  readonly qeTcbStatus: TcbStatus
  /** Of the levels that were matched, sorted, each once. */
  readonly advisoryIds: readonly string[]
  /** Of the platform's level, seconds since 1970. */
  readonly tcbDate: number
  /** The lower of those of TCB info and QE identity. */
  readonly evaluationNumber: number
  /** When TCB info and QE identity were issued (the older), seconds since 1970. */
  readonly collateralIssuedAt: number
  /** When the first part of the collateral is due for renewal, seconds since 1970. */
  readonly collateralExpiresAt: number
  /** When Intel published the first level of TCB info that is newer than the matched one; undefined if the matched one is the newest. */
  readonly recoveredAt: number | undefined
  /** 6 bytes. */
  readonly fmspc: Uint8Array
  /** From the PCK certificate, 16 bytes. */
  readonly ppid: Uint8Array
  readonly pceSvn: number
  /** 16 components of the PCK certificate. */
  readonly cpuSvn: Uint8Array
  /** Bytes after the signature, cut off and part of nothing. */
  readonly trailingBytes: number
  /** DER, PCK certificate first, root last. */
  readonly certificates: readonly Uint8Array[]
}

export interface SgxFacts extends DcapFacts {
  readonly tee: 'Sgx'
  readonly measurements: {
    readonly mrEnclave: Uint8Array
    readonly mrSigner: Uint8Array
    readonly isvProdId: number
    readonly isvSvn: number
    readonly attributes: Uint8Array
    readonly reportData: Uint8Array
  }
}

export interface TdxFacts extends DcapFacts {
  readonly tee: 'Tdx'
  /** Undefined where component 1 of the TEE's TCB is 0 and the platform's level covers the module. */
  readonly tdxModuleStatus: TcbStatus | undefined
  readonly measurements: {
    readonly mrTd: Uint8Array
    readonly rtmr0: Uint8Array
    readonly rtmr1: Uint8Array
    readonly rtmr2: Uint8Array
    readonly rtmr3: Uint8Array
    readonly mrConfigId: Uint8Array
    readonly mrOwner: Uint8Array
    readonly mrOwnerConfig: Uint8Array
    readonly mrSeam: Uint8Array
    readonly mrSignerSeam: Uint8Array
    readonly seamAttributes: Uint8Array
    readonly tdAttributes: Uint8Array
    readonly xfam: Uint8Array
    readonly teeTcbSvn: Uint8Array
    /** TD 1.5 only. */
    readonly teeTcbSvn2: Uint8Array | undefined
    /** TD 1.5 only. */
    readonly mrServiceTd: Uint8Array | undefined
    readonly reportData: Uint8Array
  }
}

export type SnpProduct = 'Milan' | 'Genoa' | 'Turin'

/** Security versions of SEV-SNP's firmware; `fmc` exists from Turin on. */
export interface SnpTcb {
  readonly fmc: number | undefined
  readonly bootLoader: number
  readonly tee: number
  readonly snp: number
  readonly microcode: number
}

export interface SnpFacts extends CommonFacts {
  readonly tee: 'SevSnp'
  readonly reportVersion: number
  readonly product: SnpProduct
  readonly signingKey: 'VCEK' | 'VLEK'
  readonly vmpl: number
  /** Guest policy, 64 bits. */
  readonly policy: bigint
  /** PLATFORM_INFO, 64 bits. */
  readonly platformInfo: bigint
  readonly isChipIdMasked: boolean
  readonly currentTcb: SnpTcb
  readonly reportedTcb: SnpTcb
  readonly committedTcb: SnpTcb
  readonly launchTcb: SnpTcb
  /** Current and committed firmware version. */
  readonly currentBuild: { readonly major: number; readonly minor: number; readonly build: number }
  readonly committedBuild: { readonly major: number; readonly minor: number; readonly build: number }
  /** Bit vectors of the firmware's mitigations, from report version 5 on. */
  readonly launchMitigations: bigint | undefined
  readonly currentMitigations: bigint | undefined
  readonly measurements: {
    readonly measurement: Uint8Array
    readonly hostData: Uint8Array
    readonly reportData: Uint8Array
    readonly idKeyDigest: Uint8Array
    readonly authorKeyDigest: Uint8Array
    readonly reportId: Uint8Array
    readonly familyId: Uint8Array
    readonly imageId: Uint8Array
    readonly guestSvn: number
    readonly chipId: Uint8Array
    /** Raw, as in the report. */
    readonly reportedTcb: Uint8Array
  }
  /** From report version 3 on. */
  readonly cpuid: { readonly family: number; readonly model: number; readonly stepping: number } | undefined
  /** When AMD issued the revocation list and will replace it, seconds since 1970; undefined if none was asked for. */
  readonly crl: { readonly thisUpdate: number; readonly nextUpdate: number } | undefined
  /** DER: VCEK or VLEK, ASK or ASVK, ARK. */
  readonly certificates: readonly Uint8Array[]
}

/** A piece of firmware that the platform measured while it started. */
export interface SoftwareComponent {
  /** Which piece, such as `BL` or `RMM`. */
  readonly type: string | undefined
  readonly value: Uint8Array
  readonly version: string | undefined
  /** Hash of the key that signed it. */
  readonly signerId: Uint8Array
}

export interface CcaFacts extends CommonFacts {
  readonly tee: 'Cca'
  readonly platformProfile: string
  readonly realmProfile: string | undefined
  readonly lifecycle: number
  /** COSE algorithms of the platform's and the realm's signature. */
  readonly algorithms: readonly [platform: number, realm: number]
  /** The platform's firmware, which can read every realm. */
  readonly softwareComponents: readonly SoftwareComponent[]
  /** Where the platform's vendor says that tokens can be verified: a hint. */
  readonly verificationService: string | undefined
  readonly measurements: {
    readonly implementationId: Uint8Array
    readonly instanceId: Uint8Array
    readonly realmInitialMeasurement: Uint8Array
    readonly realmExtensibleMeasurements: readonly Uint8Array[]
    readonly realmPersonalizationValue: Uint8Array
    readonly realmChallenge: Uint8Array
  }
}

export interface PsaFacts extends CommonFacts {
  readonly tee: 'Psa'
  readonly profile: string
  readonly lifecycle: number
  readonly measurements: {
    readonly implementationId: Uint8Array
    readonly instanceId: Uint8Array
    readonly nonce: Uint8Array
    readonly softwareComponents: readonly SoftwareComponent[]
  }
}

export interface NitroFacts extends CommonFacts {
  readonly tee: 'Nitro'
  readonly moduleId: string
  readonly digest: string
  /** Milliseconds since 1970. */
  readonly timestampMs: number
  readonly measurements: {
    /** By number; those of zeros only are left out. */
    readonly pcrs: ReadonlyMap<number, Uint8Array>
    readonly userData: Uint8Array | undefined
    readonly nonce: Uint8Array | undefined
    readonly publicKey: Uint8Array | undefined
  }
  /** Seconds since 1970. */
  readonly leafNotAfter: number
  /** DER, signer first, root last. */
  readonly certificates: readonly Uint8Array[]
}

/** History: no new reports exist (the service is retired). */
export interface IasFacts extends CommonFacts {
  readonly tee: 'Ias'
  readonly reportVersion: number
  /** Intel's word for EPID, such as `SW_HARDENING_NEEDED`. */
  readonly quoteStatus: string
  readonly advisoryIds: readonly string[]
  /** As written in the report, UTC. */
  readonly timestamp: string
  readonly nonce: string | undefined
  readonly measurements: {
    readonly mrEnclave: Uint8Array
    readonly mrSigner: Uint8Array
    readonly isvProdId: number
    readonly isvSvn: number
    readonly reportData: Uint8Array
  }
  readonly certificates: readonly Uint8Array[]
}

/** Says nothing about the CPU that the device sits beside. */
export interface NvidiaGpuFacts extends CommonFacts {
  readonly tee: 'NvidiaGpu'
  /** Of the host's driver, as the card saw it. */
  readonly driverVersion: string
  readonly measurements: {
    readonly requestNonce: Uint8Array
    /** By index, from 1; what they should be is in NVIDIA's reference manifests. */
    readonly blocks: ReadonlyMap<number, Uint8Array>
  }
  readonly certificates: readonly Uint8Array[]
}

export type Facts =
  | SimulatedFacts
  | SgxFacts
  | TdxFacts
  | SnpFacts
  | CcaFacts
  | PsaFacts
  | NitroFacts
  | IasFacts
  | NvidiaGpuFacts
