/** Straight-line code for what the runtime stores, deposits, dispatches and answers. Written by `npm run check -- codecs --write`. */
import { type Reader, readLength, type Writer } from '@pha/core/codec'
import type { Codec, GeneratedCodecs } from '@pha/core/schema'
import {
  readBool,
  readBytes,
  readCompactBigInt,
  readCompactNumber,
  readFixedBytes,
  readTag,
  readText,
  readU8,
  readU16,
  readU32,
  readU64,
  readU128,
  requireItems,
  requireObject,
  unknownTag,
  unknownVariant,
  writeBool,
  writeBytes,
  writeCompactBigInt,
  writeCompactNumber,
  writeFixedBytes,
  writeLength,
  writeText,
  writeU8,
  writeU16,
  writeU32,
  writeU64,
  writeU128,
} from '@pha/core/schema/parts'

type ValidTransaction = {
  readonly priority: bigint
  readonly requires: readonly Uint8Array[]
  readonly provides: readonly Uint8Array[]
  readonly longevity: bigint
  readonly propagate: boolean
}

type InvalidTransaction =
  | { readonly type: 'Call' }
  | { readonly type: 'Payment' }
  | { readonly type: 'Future' }
  | { readonly type: 'Stale' }
  | { readonly type: 'BadProof' }
  | { readonly type: 'AncientBirthBlock' }
  | { readonly type: 'ExhaustsResources' }
  | { readonly type: 'Custom'; readonly value: number }
  | { readonly type: 'BadMandatory' }
  | { readonly type: 'MandatoryValidation' }
  | { readonly type: 'BadSigner' }
  | { readonly type: 'IndeterminateImplicit' }
  | { readonly type: 'UnknownOrigin' }

type UnknownTransaction =
  | { readonly type: 'CannotLookup' }
  | { readonly type: 'NoUnsignedValidator' }
  | { readonly type: 'Custom'; readonly value: number }

type TransactionValidityError =
  | { readonly type: 'Invalid'; readonly value: InvalidTransaction }
  | { readonly type: 'Unknown'; readonly value: UnknownTransaction }

type TransactionValidity =
  | { readonly ok: true; readonly value: ValidTransaction }
  | { readonly ok: false; readonly error: TransactionValidityError }

function writeValidTransactionRequires(to: Writer, value: readonly Uint8Array[]): void {
  writeLength(to, value, 0xffff_ffff)
  for (const item of value) {
    writeBytes(to, item, 0xffff_ffff)
  }
}

function readValidTransactionRequires(from: Reader): readonly Uint8Array[] {
  const length = readLength(from, 1, 0xffff_ffff)
  const items: Uint8Array[] = []
  for (let i = 0; i < length; i++) items.push(readBytes(from, 0xffff_ffff))
  return items
}

function writeValidTransaction(to: Writer, value: ValidTransaction): void {
  requireObject(value)
  writeU64(to, value.priority)
  writeValidTransactionRequires(to, value.requires)
  writeValidTransactionRequires(to, value.provides)
  writeU64(to, value.longevity)
  writeBool(to, value.propagate)
}

function readValidTransaction(from: Reader): ValidTransaction {
  return {
    priority: readU64(from),
    requires: readValidTransactionRequires(from),
    provides: readValidTransactionRequires(from),
    longevity: readU64(from),
    propagate: readBool(from),
  }
}

function writeInvalidTransaction(to: Writer, value: InvalidTransaction): void {
  switch (value?.type) {
    case 'Call':
      to.u8(0)
      return
    case 'Payment':
      to.u8(1)
      return
    case 'Future':
      to.u8(2)
      return
    case 'Stale':
      to.u8(3)
      return
    case 'BadProof':
      to.u8(4)
      return
    case 'AncientBirthBlock':
      to.u8(5)
      return
    case 'ExhaustsResources':
      to.u8(6)
      return
    case 'Custom':
      to.u8(7)
      writeU8(to, value.value)
      return
    case 'BadMandatory':
      to.u8(8)
      return
    case 'MandatoryValidation':
      to.u8(9)
      return
    case 'BadSigner':
      to.u8(10)
      return
    case 'IndeterminateImplicit':
      to.u8(11)
      return
    case 'UnknownOrigin':
      to.u8(12)
      return
    default:
      throw unknownVariant('InvalidTransaction', value)
  }
}

function readInvalidTransaction(from: Reader): InvalidTransaction {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Call' }
    case 1:
      return { type: 'Payment' }
    case 2:
      return { type: 'Future' }
    case 3:
      return { type: 'Stale' }
    case 4:
      return { type: 'BadProof' }
    case 5:
      return { type: 'AncientBirthBlock' }
    case 6:
      return { type: 'ExhaustsResources' }
    case 7:
      return { type: 'Custom', value: readU8(from) }
    case 8:
      return { type: 'BadMandatory' }
    case 9:
      return { type: 'MandatoryValidation' }
    case 10:
      return { type: 'BadSigner' }
    case 11:
      return { type: 'IndeterminateImplicit' }
    case 12:
      return { type: 'UnknownOrigin' }
    default:
      throw unknownTag('InvalidTransaction', tag)
  }
}

function writeUnknownTransaction(to: Writer, value: UnknownTransaction): void {
  switch (value?.type) {
    case 'CannotLookup':
      to.u8(0)
      return
    case 'NoUnsignedValidator':
      to.u8(1)
      return
    case 'Custom':
      to.u8(2)
      writeU8(to, value.value)
      return
    default:
      throw unknownVariant('UnknownTransaction', value)
  }
}

function readUnknownTransaction(from: Reader): UnknownTransaction {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'CannotLookup' }
    case 1:
      return { type: 'NoUnsignedValidator' }
    case 2:
      return { type: 'Custom', value: readU8(from) }
    default:
      throw unknownTag('UnknownTransaction', tag)
  }
}

function writeTransactionValidityError(to: Writer, value: TransactionValidityError): void {
  switch (value?.type) {
    case 'Invalid':
      to.u8(0)
      writeInvalidTransaction(to, value.value)
      return
    case 'Unknown':
      to.u8(1)
      writeUnknownTransaction(to, value.value)
      return
    default:
      throw unknownVariant('TransactionValidityError', value)
  }
}

function readTransactionValidityError(from: Reader): TransactionValidityError {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Invalid', value: readInvalidTransaction(from) }
    case 1:
      return { type: 'Unknown', value: readUnknownTransaction(from) }
    default:
      throw unknownTag('TransactionValidityError', tag)
  }
}

function writeTransactionValidity(to: Writer, value: TransactionValidity): void {
  if (value.ok) {
    to.u8(0)
    writeValidTransaction(to, value.value)
  } else {
    to.u8(1)
    writeTransactionValidityError(to, value.error)
  }
}

function readTransactionValidity(from: Reader): TransactionValidity {
  return readTag(from, 2) === 0
    ? { ok: true, value: readValidTransaction(from) }
    : { ok: false, error: readTransactionValidityError(from) }
}

type ModuleError = { readonly index: number; readonly error: Uint8Array }

type TokenError =
  | { readonly type: 'FundsUnavailable' }
  | { readonly type: 'OnlyProvider' }
  | { readonly type: 'BelowMinimum' }
  | { readonly type: 'CannotCreate' }
  | { readonly type: 'UnknownAsset' }
  | { readonly type: 'Frozen' }
  | { readonly type: 'Unsupported' }
  | { readonly type: 'CannotCreateHold' }
  | { readonly type: 'NotExpendable' }
  | { readonly type: 'Blocked' }

type ArithmeticError =
  | { readonly type: 'Underflow' }
  | { readonly type: 'Overflow' }
  | { readonly type: 'DivisionByZero' }

type DispatchError =
  | { readonly type: 'Other' }
  | { readonly type: 'CannotLookup' }
  | { readonly type: 'BadOrigin' }
  | { readonly type: 'Module'; readonly value: ModuleError }
  | { readonly type: 'ConsumerRemaining' }
  | { readonly type: 'NoProviders' }
  | { readonly type: 'TooManyConsumers' }
  | { readonly type: 'Token'; readonly value: TokenError }
  | { readonly type: 'Arithmetic'; readonly value: ArithmeticError }
  | { readonly type: 'Transactional' }
  | { readonly type: 'Exhausted' }
  | { readonly type: 'Corruption' }
  | { readonly type: 'Unavailable' }
  | { readonly type: 'RootNotAllowed' }

type ApplyExtrinsicResultValue =
  | { readonly ok: true; readonly value: undefined }
  | { readonly ok: false; readonly error: DispatchError }

type ApplyExtrinsicResult =
  | { readonly ok: true; readonly value: ApplyExtrinsicResultValue }
  | { readonly ok: false; readonly error: TransactionValidityError }

function writeModuleError(to: Writer, value: ModuleError): void {
  requireObject(value)
  writeU8(to, value.index)
  writeFixedBytes(to, value.error, 4)
}

function readModuleError(from: Reader): ModuleError {
  return { index: readU8(from), error: readFixedBytes(from, 4) }
}

function writeTokenError(to: Writer, value: TokenError): void {
  switch (value?.type) {
    case 'FundsUnavailable':
      to.u8(0)
      return
    case 'OnlyProvider':
      to.u8(1)
      return
    case 'BelowMinimum':
      to.u8(2)
      return
    case 'CannotCreate':
      to.u8(3)
      return
    case 'UnknownAsset':
      to.u8(4)
      return
    case 'Frozen':
      to.u8(5)
      return
    case 'Unsupported':
      to.u8(6)
      return
    case 'CannotCreateHold':
      to.u8(7)
      return
    case 'NotExpendable':
      to.u8(8)
      return
    case 'Blocked':
      to.u8(9)
      return
    default:
      throw unknownVariant('TokenError', value)
  }
}

function readTokenError(from: Reader): TokenError {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'FundsUnavailable' }
    case 1:
      return { type: 'OnlyProvider' }
    case 2:
      return { type: 'BelowMinimum' }
    case 3:
      return { type: 'CannotCreate' }
    case 4:
      return { type: 'UnknownAsset' }
    case 5:
      return { type: 'Frozen' }
    case 6:
      return { type: 'Unsupported' }
    case 7:
      return { type: 'CannotCreateHold' }
    case 8:
      return { type: 'NotExpendable' }
    case 9:
      return { type: 'Blocked' }
    default:
      throw unknownTag('TokenError', tag)
  }
}

function writeArithmeticError(to: Writer, value: ArithmeticError): void {
  switch (value?.type) {
    case 'Underflow':
      to.u8(0)
      return
    case 'Overflow':
      to.u8(1)
      return
    case 'DivisionByZero':
      to.u8(2)
      return
    default:
      throw unknownVariant('ArithmeticError', value)
  }
}

function readArithmeticError(from: Reader): ArithmeticError {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Underflow' }
    case 1:
      return { type: 'Overflow' }
    case 2:
      return { type: 'DivisionByZero' }
    default:
      throw unknownTag('ArithmeticError', tag)
  }
}

function writeDispatchError(to: Writer, value: DispatchError): void {
  switch (value?.type) {
    case 'Other':
      to.u8(0)
      return
    case 'CannotLookup':
      to.u8(1)
      return
    case 'BadOrigin':
      to.u8(2)
      return
    case 'Module':
      to.u8(3)
      writeModuleError(to, value.value)
      return
    case 'ConsumerRemaining':
      to.u8(4)
      return
    case 'NoProviders':
      to.u8(5)
      return
    case 'TooManyConsumers':
      to.u8(6)
      return
    case 'Token':
      to.u8(7)
      writeTokenError(to, value.value)
      return
    case 'Arithmetic':
      to.u8(8)
      writeArithmeticError(to, value.value)
      return
    case 'Transactional':
      to.u8(9)
      return
    case 'Exhausted':
      to.u8(10)
      return
    case 'Corruption':
      to.u8(11)
      return
    case 'Unavailable':
      to.u8(12)
      return
    case 'RootNotAllowed':
      to.u8(13)
      return
    default:
      throw unknownVariant('DispatchError', value)
  }
}

function readDispatchError(from: Reader): DispatchError {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Other' }
    case 1:
      return { type: 'CannotLookup' }
    case 2:
      return { type: 'BadOrigin' }
    case 3:
      return { type: 'Module', value: readModuleError(from) }
    case 4:
      return { type: 'ConsumerRemaining' }
    case 5:
      return { type: 'NoProviders' }
    case 6:
      return { type: 'TooManyConsumers' }
    case 7:
      return { type: 'Token', value: readTokenError(from) }
    case 8:
      return { type: 'Arithmetic', value: readArithmeticError(from) }
    case 9:
      return { type: 'Transactional' }
    case 10:
      return { type: 'Exhausted' }
    case 11:
      return { type: 'Corruption' }
    case 12:
      return { type: 'Unavailable' }
    case 13:
      return { type: 'RootNotAllowed' }
    default:
      throw unknownTag('DispatchError', tag)
  }
}

function writeApplyExtrinsicResultValue(to: Writer, value: ApplyExtrinsicResultValue): void {
  if (value.ok) {
    to.u8(0)
  } else {
    to.u8(1)
    writeDispatchError(to, value.error)
  }
}

function readApplyExtrinsicResultValue(from: Reader): ApplyExtrinsicResultValue {
  return readTag(from, 2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readDispatchError(from) }
}

function writeApplyExtrinsicResult(to: Writer, value: ApplyExtrinsicResult): void {
  if (value.ok) {
    to.u8(0)
    writeApplyExtrinsicResultValue(to, value.value)
  } else {
    to.u8(1)
    writeTransactionValidityError(to, value.error)
  }
}

function readApplyExtrinsicResult(from: Reader): ApplyExtrinsicResult {
  return readTag(from, 2) === 0
    ? { ok: true, value: readApplyExtrinsicResultValue(from) }
    : { ok: false, error: readTransactionValidityError(from) }
}

type RuntimeCallSystem =
  | { readonly type: 'setCode'; readonly value: { readonly code: Uint8Array } }
  | { readonly type: 'setCodeWithoutChecks'; readonly value: { readonly code: Uint8Array } }
  | { readonly type: 'authorizeUpgrade'; readonly value: { readonly codeHash: Uint8Array } }
  | { readonly type: 'authorizeUpgradeWithoutChecks'; readonly value: { readonly codeHash: Uint8Array } }
  | { readonly type: 'applyAuthorizedUpgrade'; readonly value: { readonly code: Uint8Array } }
  | { readonly type: 'remark'; readonly value: { readonly remark: Uint8Array } }
  | { readonly type: 'remarkWithEvent'; readonly value: { readonly remark: Uint8Array } }

type RuntimeCallTimestamp = { readonly type: 'set'; readonly value: { readonly now: bigint } }

type MultiAddress =
  | { readonly type: 'Id'; readonly value: Uint8Array }
  | { readonly type: 'Index'; readonly value: number }
  | { readonly type: 'Raw'; readonly value: Uint8Array }
  | { readonly type: 'Address32'; readonly value: Uint8Array }
  | { readonly type: 'Address20'; readonly value: Uint8Array }

type RuntimeCallBalances =
  | { readonly type: 'transferAllowDeath'; readonly value: { readonly dest: MultiAddress; readonly value: bigint } }
  | { readonly type: 'transferKeepAlive'; readonly value: { readonly dest: MultiAddress; readonly value: bigint } }
  | { readonly type: 'transferAll'; readonly value: { readonly dest: MultiAddress; readonly keepAlive: boolean } }

type Registration = {
  readonly identity: Uint8Array
  readonly agreement: Uint8Array
  readonly operator: Uint8Array
  readonly blockHash: Uint8Array
}

type Evidence =
  | { readonly type: 'Simulated'; readonly value: Uint8Array }
  | { readonly type: 'Sgx'; readonly value: Uint8Array }
  | { readonly type: 'Tdx'; readonly value: Uint8Array }
  | { readonly type: 'SevSnp'; readonly value: { readonly report: Uint8Array; readonly vek: Uint8Array } }
  | { readonly type: 'Cca'; readonly value: Uint8Array }
  | { readonly type: 'Nitro'; readonly value: Uint8Array }

type DcapTee = { readonly type: 'Sgx' } | { readonly type: 'Tdx' }

type DcapCollateral = {
  readonly tee: DcapTee
  readonly tcbInfo: Uint8Array
  readonly tcbInfoSignature: Uint8Array
  readonly tcbInfoIssuerChain: readonly Uint8Array[]
  readonly qeIdentity: Uint8Array
  readonly qeIdentitySignature: Uint8Array
  readonly qeIdentityIssuerChain: readonly Uint8Array[]
  readonly rootCaCrl: Uint8Array
  readonly pckCrl: Uint8Array
  readonly pckCrlIssuerChain: readonly Uint8Array[]
}

type SnpCollateral = { readonly ask: Uint8Array; readonly ark: Uint8Array; readonly crl: Uint8Array }

type Collateral =
  | { readonly type: 'Dcap'; readonly value: DcapCollateral }
  | { readonly type: 'Snp'; readonly value: SnpCollateral }

type PlatformList = { readonly allowed: readonly Uint8Array[] | undefined; readonly denied: readonly Uint8Array[] }

type SimulatedRules = { readonly roots: readonly Uint8Array[]; readonly level: number }

type AcceptedStatus =
  | { readonly type: 'UpToDate' }
  | { readonly type: 'SWHardeningNeeded' }
  | { readonly type: 'ConfigurationNeeded' }
  | { readonly type: 'ConfigurationAndSWHardeningNeeded' }

type AcceptedAdvisory = { readonly id: string; readonly level: number }

type FmspcList = { readonly allowed: readonly Uint8Array[] | undefined; readonly denied: readonly Uint8Array[] }

type DcapRules = {
  readonly statuses: readonly AcceptedStatus[]
  readonly advisories: readonly AcceptedAdvisory[]
  readonly graceSeconds: number
  readonly minimumEvaluationNumber: number
  readonly maxCollateralSeconds: number
  readonly fmspcs: FmspcList
}

type TdxRules = { readonly dcap: DcapRules; readonly allowedAttributes: bigint; readonly allowedXfam: bigint }

type SnpProductName = { readonly type: 'Milan' } | { readonly type: 'Genoa' } | { readonly type: 'Turin' }

type SnpFloor = {
  readonly product: SnpProductName
  readonly fmc: number
  readonly bootLoader: number
  readonly tee: number
  readonly snp: number
  readonly microcode: number
  readonly major: number
  readonly minor: number
  readonly build: number
  readonly level: number
}

type SmtChoice = { readonly type: 'Forbidden' } | { readonly type: 'Allowed' }

type SnpRules = {
  readonly vmpl: number
  readonly floors: readonly SnpFloor[]
  readonly acceptsVlek: boolean
  readonly smt: SmtChoice
  readonly requiredPlatformInfo: bigint
  readonly maxCollateralSeconds: number
}

type TokenRules = { readonly level: number }

type NitroRules = { readonly level: number; readonly maxDocumentSeconds: number }

type AttestationPolicy = {
  readonly maxEvidenceBlocks: number
  readonly validityBlocks: number
  readonly platforms: PlatformList
  readonly simulated: SimulatedRules | undefined
  readonly sgx: DcapRules | undefined
  readonly tdx: TdxRules | undefined
  readonly snp: SnpRules | undefined
  readonly cca: TokenRules | undefined
  readonly psa: TokenRules | undefined
  readonly nitro: NitroRules | undefined
}

type EnclaveKind = { readonly type: 'Worker' } | { readonly type: 'Gatekeeper' }

type Tee =
  | { readonly type: 'Simulated' }
  | { readonly type: 'Sgx' }
  | { readonly type: 'Tdx' }
  | { readonly type: 'SevSnp' }
  | { readonly type: 'Cca' }
  | { readonly type: 'Nitro' }

type Measurement = {
  readonly kind: EnclaveKind
  readonly tee: Tee
  readonly build: string
  readonly activeFrom: number
  readonly retiredFrom: number | undefined
}

type AnchorCurve = { readonly type: 'P256' } | { readonly type: 'P384' } | { readonly type: 'P521' }

type AnchorKey = { readonly curve: AnchorCurve; readonly point: Uint8Array }

type RootList = { readonly root: Uint8Array; readonly crl: Uint8Array }

type RuntimeCallRegistry =
  | {
      readonly type: 'register'
      readonly value: { readonly registration: Registration; readonly evidence: Evidence; readonly endpoint: string }
    }
  | { readonly type: 'setEndpoint'; readonly value: { readonly identity: Uint8Array; readonly endpoint: string } }
  | { readonly type: 'deregister'; readonly value: { readonly identity: Uint8Array } }
  | { readonly type: 'updateCollateral'; readonly value: { readonly collateral: Collateral } }
  | { readonly type: 'setPolicy'; readonly value: { readonly policy: AttestationPolicy } }
  | {
      readonly type: 'setMeasurement'
      readonly value: { readonly measurement: Uint8Array; readonly allowed: Measurement }
    }
  | {
      readonly type: 'retireMeasurement'
      readonly value: { readonly measurement: Uint8Array; readonly retiredFrom: number }
    }
  | {
      readonly type: 'setAnchorKey'
      readonly value: { readonly instance: Uint8Array; readonly key: AnchorKey | undefined }
    }
  | { readonly type: 'updateRevocations'; readonly value: { readonly list: RootList } }

type Executor = { readonly type: 'Js' }

type UpgradeRight = { readonly type: 'Nobody' } | { readonly type: 'Account'; readonly value: Uint8Array }

type ContractPolicy = {
  readonly replicas: number
  readonly vendors: number
  readonly worstLevel: number
  readonly upgrade: UpgradeRight
  readonly noticeBlocks: number
  readonly egress: readonly string[]
  readonly maxGas: bigint
}

type CommandKey = { readonly epoch: number; readonly key: Uint8Array }

type Outgoing = { readonly type: 'Transfer'; readonly value: { readonly to: Uint8Array; readonly amount: bigint } }

type Commit = {
  readonly contract: Uint8Array
  readonly batch: number
  readonly from: bigint
  readonly to: bigint
  readonly previousRoot: Uint8Array
  readonly newRoot: Uint8Array
  readonly deltaCid: Uint8Array
  readonly outgoing: readonly Outgoing[]
  readonly receiptsRoot: Uint8Array
}

type RuntimeCallContracts =
  | { readonly type: 'uploadCode'; readonly value: { readonly code: Uint8Array } }
  | {
      readonly type: 'deploy'
      readonly value: {
        readonly codeHash: Uint8Array
        readonly executor: Executor
        readonly policy: ContractPolicy
        readonly init: Uint8Array
      }
    }
  | {
      readonly type: 'send'
      readonly value: { readonly contract: Uint8Array; readonly epoch: number; readonly sealed: Uint8Array }
    }
  | {
      readonly type: 'publishCommandKey'
      readonly value: {
        readonly contract: Uint8Array
        readonly worker: Uint8Array
        readonly commandKey: CommandKey
        readonly signature: Uint8Array
      }
    }
  | {
      readonly type: 'commit'
      readonly value: { readonly worker: Uint8Array; readonly commit: Commit; readonly signature: Uint8Array }
    }
  | { readonly type: 'replaceReplica'; readonly value: { readonly contract: Uint8Array; readonly replica: Uint8Array } }
  | { readonly type: 'rotateKey'; readonly value: { readonly contract: Uint8Array } }
  | { readonly type: 'setKeyPeriod'; readonly value: { readonly contract: Uint8Array; readonly period: number } }

type KeyRequest = {
  readonly worker: Uint8Array
  readonly contract: Uint8Array
  readonly root: number
  readonly epoch: number
  readonly recipient: Uint8Array
}

type KeyRelease = {
  readonly worker: Uint8Array
  readonly contract: Uint8Array
  readonly root: number
  readonly epoch: number
  readonly sharing: number
  readonly index: number
  readonly recipient: Uint8Array
  readonly commitment: Uint8Array
  readonly sealed: Uint8Array
}

type GatekeeperTarget = { readonly members: number; readonly threshold: number; readonly refreshBlocks: number }

type Dealing = {
  readonly commitments: readonly Uint8Array[]
  readonly proof: Uint8Array
  readonly sealed: readonly Uint8Array[]
}

type Dealt = { readonly ceremony: number; readonly dealer: number; readonly dealing: Dealing }

type ShareCheck = { readonly ceremony: number; readonly receiver: number; readonly complaints: readonly number[] }

type RevealedShare = { readonly receiver: number; readonly share: Uint8Array }

type ComplaintAnswer = { readonly ceremony: number; readonly dealer: number; readonly shares: readonly RevealedShare[] }

type BeaconPartial = {
  readonly root: number
  readonly sharing: number
  readonly round: number
  readonly index: number
  readonly evaluated: Uint8Array
  readonly proof: Uint8Array
}

type SignedRelease = { readonly release: KeyRelease; readonly signature: Uint8Array }

type PartialKey = {
  readonly index: number
  readonly evaluated: Uint8Array
  readonly proof: Uint8Array
  readonly salt: Uint8Array
}

type CeremonyJoining = { readonly ceremony: number; readonly receiver: number; readonly recipient: Uint8Array }

type Custodian = { readonly account: Uint8Array; readonly recipient: Uint8Array }

type Custodians = { readonly people: readonly Custodian[]; readonly threshold: number }

type RuntimeCallGatekeepers =
  | { readonly type: 'requestKey'; readonly value: { readonly request: KeyRequest; readonly signature: Uint8Array } }
  | { readonly type: 'releaseKey'; readonly value: { readonly release: KeyRelease; readonly signature: Uint8Array } }
  | { readonly type: 'setTarget'; readonly value: { readonly target: GatekeeperTarget } }
  | { readonly type: 'admitOperator'; readonly value: { readonly operator: Uint8Array } }
  | { readonly type: 'dismissOperator'; readonly value: { readonly operator: Uint8Array } }
  | { readonly type: 'bond'; readonly value: Readonly<Record<string, never>> }
  | { readonly type: 'unbond'; readonly value: Readonly<Record<string, never>> }
  | { readonly type: 'deal'; readonly value: { readonly dealt: Dealt; readonly signature: Uint8Array } }
  | { readonly type: 'check'; readonly value: { readonly check: ShareCheck; readonly signature: Uint8Array } }
  | { readonly type: 'answer'; readonly value: { readonly answer: ComplaintAnswer; readonly signature: Uint8Array } }
  | { readonly type: 'rotateRoot'; readonly value: Readonly<Record<string, never>> }
  | {
      readonly type: 'giveBeaconPartial'
      readonly value: { readonly partial: BeaconPartial; readonly signature: Uint8Array }
    }
  | {
      readonly type: 'proveWrongPartial'
      readonly value: { readonly signed: SignedRelease; readonly partial: PartialKey }
    }
  | {
      readonly type: 'reportRelease'
      readonly value: { readonly signed: SignedRelease; readonly signature: Uint8Array }
    }
  | { readonly type: 'join'; readonly value: { readonly joining: CeremonyJoining; readonly signature: Uint8Array } }
  | { readonly type: 'setCustodians'; readonly value: { readonly custodians: Custodians } }
  | {
      readonly type: 'checkEscrow'
      readonly value: { readonly escrow: number; readonly complaints: readonly number[] }
    }
  | { readonly type: 'recover'; readonly value: { readonly wanted: boolean } }
  | { readonly type: 'dealAsCustodian'; readonly value: { readonly dealt: Dealt } }
  | { readonly type: 'answerAsCustodian'; readonly value: { readonly answer: ComplaintAnswer } }

type Weight = { readonly refTime: bigint; readonly proofSize: bigint }

type RuntimeCallSudo =
  | { readonly type: 'sudo'; readonly value: { readonly call: unknown } }
  | { readonly type: 'sudoUncheckedWeight'; readonly value: { readonly call: unknown; readonly weight: Weight } }
  | { readonly type: 'setKey'; readonly value: { readonly new: MultiAddress } }
  | { readonly type: 'sudoAs'; readonly value: { readonly who: MultiAddress; readonly call: unknown } }
  | { readonly type: 'removeKey'; readonly value: Readonly<Record<string, never>> }

type RawOrigin =
  | { readonly type: 'Root' }
  | { readonly type: 'Signed'; readonly value: Uint8Array }
  | { readonly type: 'None' }

type OriginCaller = { readonly type: 'system'; readonly value: RawOrigin }

type RuntimeCallUtility =
  | { readonly type: 'batch'; readonly value: { readonly calls: readonly unknown[] } }
  | { readonly type: 'asDerivative'; readonly value: { readonly index: number; readonly call: unknown } }
  | { readonly type: 'batchAll'; readonly value: { readonly calls: readonly unknown[] } }
  | { readonly type: 'dispatchAs'; readonly value: { readonly asOrigin: OriginCaller; readonly call: unknown } }
  | { readonly type: 'forceBatch'; readonly value: { readonly calls: readonly unknown[] } }
  | { readonly type: 'withWeight'; readonly value: { readonly call: unknown; readonly weight: Weight } }
  | { readonly type: 'ifElse'; readonly value: { readonly main: unknown; readonly fallback: unknown } }
  | { readonly type: 'dispatchAsFallible'; readonly value: { readonly asOrigin: OriginCaller; readonly call: unknown } }

type ProxyType =
  | { readonly type: 'Any' }
  | { readonly type: 'NonTransfer' }
  | { readonly type: 'Contracts' }
  | { readonly type: 'Operator' }
  | { readonly type: 'CancelProxy' }

type RuntimeCallProxy =
  | {
      readonly type: 'proxy'
      readonly value: {
        readonly real: MultiAddress
        readonly forceProxyType: ProxyType | undefined
        readonly call: unknown
      }
    }
  | {
      readonly type: 'addProxy'
      readonly value: { readonly delegate: MultiAddress; readonly proxyType: ProxyType; readonly delay: number }
    }
  | {
      readonly type: 'removeProxy'
      readonly value: { readonly delegate: MultiAddress; readonly proxyType: ProxyType; readonly delay: number }
    }
  | { readonly type: 'removeProxies'; readonly value: Readonly<Record<string, never>> }
  | {
      readonly type: 'createPure'
      readonly value: { readonly proxyType: ProxyType; readonly delay: number; readonly index: number }
    }
  | {
      readonly type: 'killPure'
      readonly value: {
        readonly spawner: MultiAddress
        readonly proxyType: ProxyType
        readonly index: number
        readonly height: number
        readonly extIndex: number
      }
    }
  | { readonly type: 'announce'; readonly value: { readonly real: MultiAddress; readonly callHash: Uint8Array } }
  | {
      readonly type: 'removeAnnouncement'
      readonly value: { readonly real: MultiAddress; readonly callHash: Uint8Array }
    }
  | {
      readonly type: 'rejectAnnouncement'
      readonly value: { readonly delegate: MultiAddress; readonly callHash: Uint8Array }
    }
  | {
      readonly type: 'proxyAnnounced'
      readonly value: {
        readonly delegate: MultiAddress
        readonly real: MultiAddress
        readonly forceProxyType: ProxyType | undefined
        readonly call: unknown
      }
    }

type Timepoint = { readonly height: number; readonly index: number }

type RuntimeCallMultisig =
  | {
      readonly type: 'asMultiThreshold1'
      readonly value: { readonly otherSignatories: readonly Uint8Array[]; readonly call: unknown }
    }
  | {
      readonly type: 'asMulti'
      readonly value: {
        readonly threshold: number
        readonly otherSignatories: readonly Uint8Array[]
        readonly maybeTimepoint: Timepoint | undefined
        readonly call: unknown
        readonly maxWeight: Weight
      }
    }
  | {
      readonly type: 'approveAsMulti'
      readonly value: {
        readonly threshold: number
        readonly otherSignatories: readonly Uint8Array[]
        readonly maybeTimepoint: Timepoint | undefined
        readonly callHash: Uint8Array
        readonly maxWeight: Weight
      }
    }
  | {
      readonly type: 'cancelAsMulti'
      readonly value: {
        readonly threshold: number
        readonly otherSignatories: readonly Uint8Array[]
        readonly timepoint: Timepoint
        readonly callHash: Uint8Array
      }
    }

type RuntimeCallPreimage =
  | { readonly type: 'notePreimage'; readonly value: { readonly bytes: Uint8Array } }
  | { readonly type: 'unnotePreimage'; readonly value: { readonly hash: Uint8Array } }
  | { readonly type: 'requestPreimage'; readonly value: { readonly hash: Uint8Array } }
  | { readonly type: 'unrequestPreimage'; readonly value: { readonly hash: Uint8Array } }

type RuntimeCallScheduler =
  | {
      readonly type: 'schedule'
      readonly value: {
        readonly when: number
        readonly maybePeriodic: readonly [number, number] | undefined
        readonly priority: number
        readonly call: unknown
      }
    }
  | { readonly type: 'cancel'; readonly value: { readonly when: number; readonly index: number } }
  | {
      readonly type: 'scheduleNamed'
      readonly value: {
        readonly id: Uint8Array
        readonly when: number
        readonly maybePeriodic: readonly [number, number] | undefined
        readonly priority: number
        readonly call: unknown
      }
    }
  | { readonly type: 'cancelNamed'; readonly value: { readonly id: Uint8Array } }
  | {
      readonly type: 'scheduleAfter'
      readonly value: {
        readonly after: number
        readonly maybePeriodic: readonly [number, number] | undefined
        readonly priority: number
        readonly call: unknown
      }
    }
  | {
      readonly type: 'scheduleNamedAfter'
      readonly value: {
        readonly id: Uint8Array
        readonly after: number
        readonly maybePeriodic: readonly [number, number] | undefined
        readonly priority: number
        readonly call: unknown
      }
    }
  | {
      readonly type: 'setRetry'
      readonly value: { readonly task: readonly [number, number]; readonly retries: number; readonly period: number }
    }
  | {
      readonly type: 'setRetryNamed'
      readonly value: { readonly id: Uint8Array; readonly retries: number; readonly period: number }
    }
  | { readonly type: 'cancelRetry'; readonly value: { readonly task: readonly [number, number] } }
  | { readonly type: 'cancelRetryNamed'; readonly value: { readonly id: Uint8Array } }

type RuntimeCallPermits =
  | { readonly type: 'revoke'; readonly value: { readonly permit: Uint8Array; readonly expiresAtBlock: number } }
  | { readonly type: 'revokeAll'; readonly value: { readonly issuedBefore: number } }
  | { readonly type: 'release'; readonly value: { readonly account: MultiAddress } }

type RuntimeCall =
  | { readonly type: 'System'; readonly value: RuntimeCallSystem }
  | { readonly type: 'Timestamp'; readonly value: RuntimeCallTimestamp }
  | { readonly type: 'Balances'; readonly value: RuntimeCallBalances }
  | { readonly type: 'Registry'; readonly value: RuntimeCallRegistry }
  | { readonly type: 'Contracts'; readonly value: RuntimeCallContracts }
  | { readonly type: 'Gatekeepers'; readonly value: RuntimeCallGatekeepers }
  | { readonly type: 'Sudo'; readonly value: RuntimeCallSudo }
  | { readonly type: 'Utility'; readonly value: RuntimeCallUtility }
  | { readonly type: 'Proxy'; readonly value: RuntimeCallProxy }
  | { readonly type: 'Multisig'; readonly value: RuntimeCallMultisig }
  | { readonly type: 'Preimage'; readonly value: RuntimeCallPreimage }
  | { readonly type: 'Scheduler'; readonly value: RuntimeCallScheduler }
  | { readonly type: 'Permits'; readonly value: RuntimeCallPermits }

function writeRuntimeCallSystem(to: Writer, value: RuntimeCallSystem): void {
  switch (value?.type) {
    case 'setCode':
      to.u8(2)
      requireObject(value.value)
      writeBytes(to, value.value.code, 917504)
      return
    case 'setCodeWithoutChecks':
      to.u8(3)
      requireObject(value.value)
      writeBytes(to, value.value.code, 917504)
      return
    case 'authorizeUpgrade':
      to.u8(9)
      requireObject(value.value)
      writeFixedBytes(to, value.value.codeHash, 32)
      return
    case 'authorizeUpgradeWithoutChecks':
      to.u8(10)
      requireObject(value.value)
      writeFixedBytes(to, value.value.codeHash, 32)
      return
    case 'applyAuthorizedUpgrade':
      to.u8(11)
      requireObject(value.value)
      writeBytes(to, value.value.code, 917504)
      return
    case 'remark':
      to.u8(0)
      requireObject(value.value)
      writeBytes(to, value.value.remark, 0xffff_ffff)
      return
    case 'remarkWithEvent':
      to.u8(7)
      requireObject(value.value)
      writeBytes(to, value.value.remark, 0xffff_ffff)
      return
    default:
      throw unknownVariant('Call', value)
  }
}

function readRuntimeCallSystem(from: Reader): RuntimeCallSystem {
  const tag = from.u8()
  switch (tag) {
    case 2:
      return { type: 'setCode', value: { code: readBytes(from, 917504) } }
    case 3:
      return { type: 'setCodeWithoutChecks', value: { code: readBytes(from, 917504) } }
    case 9:
      return { type: 'authorizeUpgrade', value: { codeHash: readFixedBytes(from, 32) } }
    case 10:
      return { type: 'authorizeUpgradeWithoutChecks', value: { codeHash: readFixedBytes(from, 32) } }
    case 11:
      return { type: 'applyAuthorizedUpgrade', value: { code: readBytes(from, 917504) } }
    case 0:
      return { type: 'remark', value: { remark: readBytes(from, 0xffff_ffff) } }
    case 7:
      return { type: 'remarkWithEvent', value: { remark: readBytes(from, 0xffff_ffff) } }
    default:
      throw unknownTag('Call', tag)
  }
}

function writeRuntimeCallTimestamp(to: Writer, value: RuntimeCallTimestamp): void {
  switch (value?.type) {
    case 'set':
      to.u8(0)
      requireObject(value.value)
      writeCompactBigInt(to, value.value.now, 64)
      return
    default:
      throw unknownVariant('Call', value)
  }
}

function readRuntimeCallTimestamp(from: Reader): RuntimeCallTimestamp {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'set', value: { now: readCompactBigInt(from, 64) } }
    default:
      throw unknownTag('Call', tag)
  }
}

function writeMultiAddress(to: Writer, value: MultiAddress): void {
  switch (value?.type) {
    case 'Id':
      to.u8(0)
      writeFixedBytes(to, value.value, 32)
      return
    case 'Index':
      to.u8(1)
      writeCompactNumber(to, value.value, 32)
      return
    case 'Raw':
      to.u8(2)
      writeBytes(to, value.value, 0xffff_ffff)
      return
    case 'Address32':
      to.u8(3)
      writeFixedBytes(to, value.value, 32)
      return
    case 'Address20':
      to.u8(4)
      writeFixedBytes(to, value.value, 20)
      return
    default:
      throw unknownVariant('MultiAddress', value)
  }
}

function readMultiAddress(from: Reader): MultiAddress {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Id', value: readFixedBytes(from, 32) }
    case 1:
      return { type: 'Index', value: readCompactNumber(from, 32) }
    case 2:
      return { type: 'Raw', value: readBytes(from, 0xffff_ffff) }
    case 3:
      return { type: 'Address32', value: readFixedBytes(from, 32) }
    case 4:
      return { type: 'Address20', value: readFixedBytes(from, 20) }
    default:
      throw unknownTag('MultiAddress', tag)
  }
}

function writeRuntimeCallBalances(to: Writer, value: RuntimeCallBalances): void {
  switch (value?.type) {
    case 'transferAllowDeath':
      to.u8(0)
      requireObject(value.value)
      writeMultiAddress(to, value.value.dest)
      writeCompactBigInt(to, value.value.value, 128)
      return
    case 'transferKeepAlive':
      to.u8(3)
      requireObject(value.value)
      writeMultiAddress(to, value.value.dest)
      writeCompactBigInt(to, value.value.value, 128)
      return
    case 'transferAll':
      to.u8(4)
      requireObject(value.value)
      writeMultiAddress(to, value.value.dest)
      writeBool(to, value.value.keepAlive)
      return
    default:
      throw unknownVariant('Call', value)
  }
}

function readRuntimeCallBalances(from: Reader): RuntimeCallBalances {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return {
        type: 'transferAllowDeath',
        value: { dest: readMultiAddress(from), value: readCompactBigInt(from, 128) },
      }
    case 3:
      return { type: 'transferKeepAlive', value: { dest: readMultiAddress(from), value: readCompactBigInt(from, 128) } }
    case 4:
      return { type: 'transferAll', value: { dest: readMultiAddress(from), keepAlive: readBool(from) } }
    default:
      throw unknownTag('Call', tag)
  }
}

function writeRegistration(to: Writer, value: Registration): void {
  requireObject(value)
  writeFixedBytes(to, value.identity, 32)
  writeFixedBytes(to, value.agreement, 1216)
  writeFixedBytes(to, value.operator, 32)
  writeFixedBytes(to, value.blockHash, 32)
}

function readRegistration(from: Reader): Registration {
  return {
    identity: readFixedBytes(from, 32),
    agreement: readFixedBytes(from, 1216),
    operator: readFixedBytes(from, 32),
    blockHash: readFixedBytes(from, 32),
  }
}

function writeEvidence(to: Writer, value: Evidence): void {
  switch (value?.type) {
    case 'Simulated':
      to.u8(0)
      writeBytes(to, value.value, 16384)
      return
    case 'Sgx':
      to.u8(1)
      writeBytes(to, value.value, 16384)
      return
    case 'Tdx':
      to.u8(2)
      writeBytes(to, value.value, 16384)
      return
    case 'SevSnp':
      to.u8(3)
      requireObject(value.value)
      writeFixedBytes(to, value.value.report, 1184)
      writeBytes(to, value.value.vek, 8192)
      return
    case 'Cca':
      to.u8(4)
      writeBytes(to, value.value, 16384)
      return
    case 'Nitro':
      to.u8(5)
      writeBytes(to, value.value, 16384)
      return
    default:
      throw unknownVariant('Evidence', value)
  }
}

function readEvidence(from: Reader): Evidence {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Simulated', value: readBytes(from, 16384) }
    case 1:
      return { type: 'Sgx', value: readBytes(from, 16384) }
    case 2:
      return { type: 'Tdx', value: readBytes(from, 16384) }
    case 3:
      return { type: 'SevSnp', value: { report: readFixedBytes(from, 1184), vek: readBytes(from, 8192) } }
    case 4:
      return { type: 'Cca', value: readBytes(from, 16384) }
    case 5:
      return { type: 'Nitro', value: readBytes(from, 16384) }
    default:
      throw unknownTag('Evidence', tag)
  }
}

function writeDcapTee(to: Writer, value: DcapTee): void {
  switch (value?.type) {
    case 'Sgx':
      to.u8(0)
      return
    case 'Tdx':
      to.u8(1)
      return
    default:
      throw unknownVariant('DcapTee', value)
  }
}

function readDcapTee(from: Reader): DcapTee {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Sgx' }
    case 1:
      return { type: 'Tdx' }
    default:
      throw unknownTag('DcapTee', tag)
  }
}

function writeDcapCollateralTcbInfoIssuerChain(to: Writer, value: readonly Uint8Array[]): void {
  writeLength(to, value, 4)
  for (const item of value) {
    writeBytes(to, item, 8192)
  }
}

function readDcapCollateralTcbInfoIssuerChain(from: Reader): readonly Uint8Array[] {
  const length = readLength(from, 1, 4)
  const items: Uint8Array[] = []
  for (let i = 0; i < length; i++) items.push(readBytes(from, 8192))
  return items
}

function writeDcapCollateral(to: Writer, value: DcapCollateral): void {
  requireObject(value)
  writeDcapTee(to, value.tee)
  writeBytes(to, value.tcbInfo, 65536)
  writeFixedBytes(to, value.tcbInfoSignature, 64)
  writeDcapCollateralTcbInfoIssuerChain(to, value.tcbInfoIssuerChain)
  writeBytes(to, value.qeIdentity, 65536)
  writeFixedBytes(to, value.qeIdentitySignature, 64)
  writeDcapCollateralTcbInfoIssuerChain(to, value.qeIdentityIssuerChain)
  writeBytes(to, value.rootCaCrl, 65536)
  writeBytes(to, value.pckCrl, 65536)
  writeDcapCollateralTcbInfoIssuerChain(to, value.pckCrlIssuerChain)
}

function readDcapCollateral(from: Reader): DcapCollateral {
  return {
    tee: readDcapTee(from),
    tcbInfo: readBytes(from, 65536),
    tcbInfoSignature: readFixedBytes(from, 64),
    tcbInfoIssuerChain: readDcapCollateralTcbInfoIssuerChain(from),
    qeIdentity: readBytes(from, 65536),
    qeIdentitySignature: readFixedBytes(from, 64),
    qeIdentityIssuerChain: readDcapCollateralTcbInfoIssuerChain(from),
    rootCaCrl: readBytes(from, 65536),
    pckCrl: readBytes(from, 65536),
    pckCrlIssuerChain: readDcapCollateralTcbInfoIssuerChain(from),
  }
}

function writeSnpCollateral(to: Writer, value: SnpCollateral): void {
  requireObject(value)
  writeBytes(to, value.ask, 8192)
  writeBytes(to, value.ark, 8192)
  writeBytes(to, value.crl, 65536)
}

function readSnpCollateral(from: Reader): SnpCollateral {
  return { ask: readBytes(from, 8192), ark: readBytes(from, 8192), crl: readBytes(from, 65536) }
}

function writeCollateral(to: Writer, value: Collateral): void {
  switch (value?.type) {
    case 'Dcap':
      to.u8(0)
      writeDcapCollateral(to, value.value)
      return
    case 'Snp':
      to.u8(1)
      writeSnpCollateral(to, value.value)
      return
    default:
      throw unknownVariant('Collateral', value)
  }
}

function readCollateral(from: Reader): Collateral {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Dcap', value: readDcapCollateral(from) }
    case 1:
      return { type: 'Snp', value: readSnpCollateral(from) }
    default:
      throw unknownTag('Collateral', tag)
  }
}

function writePlatformListAllowed(to: Writer, value: readonly Uint8Array[]): void {
  writeLength(to, value, 128)
  for (const item of value) {
    writeFixedBytes(to, item, 32)
  }
}

function readPlatformListAllowed(from: Reader): readonly Uint8Array[] {
  const length = readLength(from, 32, 128)
  const items: Uint8Array[] = []
  for (let i = 0; i < length; i++) items.push(readFixedBytes(from, 32))
  return items
}

function writePlatformList(to: Writer, value: PlatformList): void {
  requireObject(value)
  if (value.allowed === undefined) to.u8(0)
  else {
    to.u8(1)
    writePlatformListAllowed(to, value.allowed)
  }
  writePlatformListAllowed(to, value.denied)
}

function readPlatformList(from: Reader): PlatformList {
  return {
    allowed: readTag(from, 2) === 0 ? undefined : readPlatformListAllowed(from),
    denied: readPlatformListAllowed(from),
  }
}

function writeSimulatedRulesRoots(to: Writer, value: readonly Uint8Array[]): void {
  writeLength(to, value, 16)
  for (const item of value) {
    writeFixedBytes(to, item, 32)
  }
}

function readSimulatedRulesRoots(from: Reader): readonly Uint8Array[] {
  const length = readLength(from, 32, 16)
  const items: Uint8Array[] = []
  for (let i = 0; i < length; i++) items.push(readFixedBytes(from, 32))
  return items
}

function writeSimulatedRules(to: Writer, value: SimulatedRules): void {
  requireObject(value)
  writeSimulatedRulesRoots(to, value.roots)
  writeU8(to, value.level)
}

function readSimulatedRules(from: Reader): SimulatedRules {
  return { roots: readSimulatedRulesRoots(from), level: readU8(from) }
}

function writeAcceptedStatus(to: Writer, value: AcceptedStatus): void {
  switch (value?.type) {
    case 'UpToDate':
      to.u8(0)
      return
    case 'SWHardeningNeeded':
      to.u8(1)
      return
    case 'ConfigurationNeeded':
      to.u8(2)
      return
    case 'ConfigurationAndSWHardeningNeeded':
      to.u8(3)
      return
    default:
      throw unknownVariant('AcceptedStatus', value)
  }
}

function readAcceptedStatus(from: Reader): AcceptedStatus {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'UpToDate' }
    case 1:
      return { type: 'SWHardeningNeeded' }
    case 2:
      return { type: 'ConfigurationNeeded' }
    case 3:
      return { type: 'ConfigurationAndSWHardeningNeeded' }
    default:
      throw unknownTag('AcceptedStatus', tag)
  }
}

function writeDcapRulesStatuses(to: Writer, value: readonly AcceptedStatus[]): void {
  writeLength(to, value, 4)
  for (const item of value) {
    writeAcceptedStatus(to, item)
  }
}

function readDcapRulesStatuses(from: Reader): readonly AcceptedStatus[] {
  const length = readLength(from, 1, 4)
  const items: AcceptedStatus[] = []
  for (let i = 0; i < length; i++) items.push(readAcceptedStatus(from))
  return items
}

function writeAcceptedAdvisory(to: Writer, value: AcceptedAdvisory): void {
  requireObject(value)
  writeText(to, value.id, 32)
  writeU8(to, value.level)
}

function readAcceptedAdvisory(from: Reader): AcceptedAdvisory {
  return { id: readText(from, 32), level: readU8(from) }
}

function writeDcapRulesAdvisories(to: Writer, value: readonly AcceptedAdvisory[]): void {
  writeLength(to, value, 64)
  for (const item of value) {
    writeAcceptedAdvisory(to, item)
  }
}

function readDcapRulesAdvisories(from: Reader): readonly AcceptedAdvisory[] {
  const length = readLength(from, 2, 64)
  const items: AcceptedAdvisory[] = []
  for (let i = 0; i < length; i++) items.push(readAcceptedAdvisory(from))
  return items
}

function writeFmspcListAllowed(to: Writer, value: readonly Uint8Array[]): void {
  writeLength(to, value, 64)
  for (const item of value) {
    writeFixedBytes(to, item, 6)
  }
}

function readFmspcListAllowed(from: Reader): readonly Uint8Array[] {
  const length = readLength(from, 6, 64)
  const items: Uint8Array[] = []
  for (let i = 0; i < length; i++) items.push(readFixedBytes(from, 6))
  return items
}

function writeFmspcList(to: Writer, value: FmspcList): void {
  requireObject(value)
  if (value.allowed === undefined) to.u8(0)
  else {
    to.u8(1)
    writeFmspcListAllowed(to, value.allowed)
  }
  writeFmspcListAllowed(to, value.denied)
}

function readFmspcList(from: Reader): FmspcList {
  return {
    allowed: readTag(from, 2) === 0 ? undefined : readFmspcListAllowed(from),
    denied: readFmspcListAllowed(from),
  }
}

function writeDcapRules(to: Writer, value: DcapRules): void {
  requireObject(value)
  writeDcapRulesStatuses(to, value.statuses)
  writeDcapRulesAdvisories(to, value.advisories)
  writeU32(to, value.graceSeconds)
  writeU32(to, value.minimumEvaluationNumber)
  writeU32(to, value.maxCollateralSeconds)
  writeFmspcList(to, value.fmspcs)
}

function readDcapRules(from: Reader): DcapRules {
  return {
    statuses: readDcapRulesStatuses(from),
    advisories: readDcapRulesAdvisories(from),
    graceSeconds: readU32(from),
    minimumEvaluationNumber: readU32(from),
    maxCollateralSeconds: readU32(from),
    fmspcs: readFmspcList(from),
  }
}

function writeTdxRules(to: Writer, value: TdxRules): void {
  requireObject(value)
  writeDcapRules(to, value.dcap)
  writeU64(to, value.allowedAttributes)
  writeU64(to, value.allowedXfam)
}

function readTdxRules(from: Reader): TdxRules {
  return { dcap: readDcapRules(from), allowedAttributes: readU64(from), allowedXfam: readU64(from) }
}

function writeSnpProductName(to: Writer, value: SnpProductName): void {
  switch (value?.type) {
    case 'Milan':
      to.u8(0)
      return
    case 'Genoa':
      to.u8(1)
      return
    case 'Turin':
      to.u8(2)
      return
    default:
      throw unknownVariant('SnpProductName', value)
  }
}

function readSnpProductName(from: Reader): SnpProductName {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Milan' }
    case 1:
      return { type: 'Genoa' }
    case 2:
      return { type: 'Turin' }
    default:
      throw unknownTag('SnpProductName', tag)
  }
}

function writeSnpFloor(to: Writer, value: SnpFloor): void {
  requireObject(value)
  writeSnpProductName(to, value.product)
  writeU8(to, value.fmc)
  writeU8(to, value.bootLoader)
  writeU8(to, value.tee)
  writeU8(to, value.snp)
  writeU8(to, value.microcode)
  writeU8(to, value.major)
  writeU8(to, value.minor)
  writeU8(to, value.build)
  writeU8(to, value.level)
}

function readSnpFloor(from: Reader): SnpFloor {
  return {
    product: readSnpProductName(from),
    fmc: readU8(from),
    bootLoader: readU8(from),
    tee: readU8(from),
    snp: readU8(from),
    microcode: readU8(from),
    major: readU8(from),
    minor: readU8(from),
    build: readU8(from),
    level: readU8(from),
  }
}

function writeSnpRulesFloors(to: Writer, value: readonly SnpFloor[]): void {
  writeLength(to, value, 16)
  for (const item of value) {
    writeSnpFloor(to, item)
  }
}

function readSnpRulesFloors(from: Reader): readonly SnpFloor[] {
  const length = readLength(from, 10, 16)
  const items: SnpFloor[] = []
  for (let i = 0; i < length; i++) items.push(readSnpFloor(from))
  return items
}

function writeSmtChoice(to: Writer, value: SmtChoice): void {
  switch (value?.type) {
    case 'Forbidden':
      to.u8(0)
      return
    case 'Allowed':
      to.u8(1)
      return
    default:
      throw unknownVariant('SmtChoice', value)
  }
}

function readSmtChoice(from: Reader): SmtChoice {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Forbidden' }
    case 1:
      return { type: 'Allowed' }
    default:
      throw unknownTag('SmtChoice', tag)
  }
}

function writeSnpRules(to: Writer, value: SnpRules): void {
  requireObject(value)
  writeU8(to, value.vmpl)
  writeSnpRulesFloors(to, value.floors)
  writeBool(to, value.acceptsVlek)
  writeSmtChoice(to, value.smt)
  writeU64(to, value.requiredPlatformInfo)
  writeU32(to, value.maxCollateralSeconds)
}

function readSnpRules(from: Reader): SnpRules {
  return {
    vmpl: readU8(from),
    floors: readSnpRulesFloors(from),
    acceptsVlek: readBool(from),
    smt: readSmtChoice(from),
    requiredPlatformInfo: readU64(from),
    maxCollateralSeconds: readU32(from),
  }
}

function writeTokenRules(to: Writer, value: TokenRules): void {
  requireObject(value)
  writeU8(to, value.level)
}

function readTokenRules(from: Reader): TokenRules {
  return { level: readU8(from) }
}

function writeNitroRules(to: Writer, value: NitroRules): void {
  requireObject(value)
  writeU8(to, value.level)
  writeU32(to, value.maxDocumentSeconds)
}

function readNitroRules(from: Reader): NitroRules {
  return { level: readU8(from), maxDocumentSeconds: readU32(from) }
}

function writeAttestationPolicy(to: Writer, value: AttestationPolicy): void {
  requireObject(value)
  writeU32(to, value.maxEvidenceBlocks)
  writeU32(to, value.validityBlocks)
  writePlatformList(to, value.platforms)
  if (value.simulated === undefined) to.u8(0)
  else {
    to.u8(1)
    writeSimulatedRules(to, value.simulated)
  }
  if (value.sgx === undefined) to.u8(0)
  else {
    to.u8(1)
    writeDcapRules(to, value.sgx)
  }
  if (value.tdx === undefined) to.u8(0)
  else {
    to.u8(1)
    writeTdxRules(to, value.tdx)
  }
  if (value.snp === undefined) to.u8(0)
  else {
    to.u8(1)
    writeSnpRules(to, value.snp)
  }
  if (value.cca === undefined) to.u8(0)
  else {
    to.u8(1)
    writeTokenRules(to, value.cca)
  }
  if (value.psa === undefined) to.u8(0)
  else {
    to.u8(1)
    writeTokenRules(to, value.psa)
  }
  if (value.nitro === undefined) to.u8(0)
  else {
    to.u8(1)
    writeNitroRules(to, value.nitro)
  }
}

function readAttestationPolicy(from: Reader): AttestationPolicy {
  return {
    maxEvidenceBlocks: readU32(from),
    validityBlocks: readU32(from),
    platforms: readPlatformList(from),
    simulated: readTag(from, 2) === 0 ? undefined : readSimulatedRules(from),
    sgx: readTag(from, 2) === 0 ? undefined : readDcapRules(from),
    tdx: readTag(from, 2) === 0 ? undefined : readTdxRules(from),
    snp: readTag(from, 2) === 0 ? undefined : readSnpRules(from),
    cca: readTag(from, 2) === 0 ? undefined : readTokenRules(from),
    psa: readTag(from, 2) === 0 ? undefined : readTokenRules(from),
    nitro: readTag(from, 2) === 0 ? undefined : readNitroRules(from),
  }
}

function writeEnclaveKind(to: Writer, value: EnclaveKind): void {
  switch (value?.type) {
    case 'Worker':
      to.u8(0)
      return
    case 'Gatekeeper':
      to.u8(1)
      return
    default:
      throw unknownVariant('EnclaveKind', value)
  }
}

function readEnclaveKind(from: Reader): EnclaveKind {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Worker' }
    case 1:
      return { type: 'Gatekeeper' }
    default:
      throw unknownTag('EnclaveKind', tag)
  }
}

function writeTee(to: Writer, value: Tee): void {
  switch (value?.type) {
    case 'Simulated':
      to.u8(0)
      return
    case 'Sgx':
      to.u8(1)
      return
    case 'Tdx':
      to.u8(2)
      return
    case 'SevSnp':
      to.u8(3)
      return
    case 'Cca':
      to.u8(4)
      return
    case 'Nitro':
      to.u8(5)
      return
    default:
      throw unknownVariant('Tee', value)
  }
}

function readTee(from: Reader): Tee {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Simulated' }
    case 1:
      return { type: 'Sgx' }
    case 2:
      return { type: 'Tdx' }
    case 3:
      return { type: 'SevSnp' }
    case 4:
      return { type: 'Cca' }
    case 5:
      return { type: 'Nitro' }
    default:
      throw unknownTag('Tee', tag)
  }
}

function writeMeasurement(to: Writer, value: Measurement): void {
  requireObject(value)
  writeEnclaveKind(to, value.kind)
  writeTee(to, value.tee)
  writeText(to, value.build, 128)
  writeU32(to, value.activeFrom)
  if (value.retiredFrom === undefined) to.u8(0)
  else {
    to.u8(1)
    writeU32(to, value.retiredFrom)
  }
}

function readMeasurement(from: Reader): Measurement {
  return {
    kind: readEnclaveKind(from),
    tee: readTee(from),
    build: readText(from, 128),
    activeFrom: readU32(from),
    retiredFrom: readTag(from, 2) === 0 ? undefined : readU32(from),
  }
}

function writeAnchorCurve(to: Writer, value: AnchorCurve): void {
  switch (value?.type) {
    case 'P256':
      to.u8(0)
      return
    case 'P384':
      to.u8(1)
      return
    case 'P521':
      to.u8(2)
      return
    default:
      throw unknownVariant('AnchorCurve', value)
  }
}

function readAnchorCurve(from: Reader): AnchorCurve {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'P256' }
    case 1:
      return { type: 'P384' }
    case 2:
      return { type: 'P521' }
    default:
      throw unknownTag('AnchorCurve', tag)
  }
}

function writeAnchorKey(to: Writer, value: AnchorKey): void {
  requireObject(value)
  writeAnchorCurve(to, value.curve)
  writeBytes(to, value.point, 133)
}

function readAnchorKey(from: Reader): AnchorKey {
  return { curve: readAnchorCurve(from), point: readBytes(from, 133) }
}

function writeRootList(to: Writer, value: RootList): void {
  requireObject(value)
  writeBytes(to, value.root, 8192)
  writeBytes(to, value.crl, 65536)
}

function readRootList(from: Reader): RootList {
  return { root: readBytes(from, 8192), crl: readBytes(from, 65536) }
}

function writeRuntimeCallRegistry(to: Writer, value: RuntimeCallRegistry): void {
  switch (value?.type) {
    case 'register':
      to.u8(0)
      requireObject(value.value)
      writeRegistration(to, value.value.registration)
      writeEvidence(to, value.value.evidence)
      writeText(to, value.value.endpoint, 256)
      return
    case 'setEndpoint':
      to.u8(1)
      requireObject(value.value)
      writeFixedBytes(to, value.value.identity, 32)
      writeText(to, value.value.endpoint, 256)
      return
    case 'deregister':
      to.u8(2)
      requireObject(value.value)
      writeFixedBytes(to, value.value.identity, 32)
      return
    case 'updateCollateral':
      to.u8(3)
      requireObject(value.value)
      writeCollateral(to, value.value.collateral)
      return
    case 'setPolicy':
      to.u8(4)
      requireObject(value.value)
      writeAttestationPolicy(to, value.value.policy)
      return
    case 'setMeasurement':
      to.u8(5)
      requireObject(value.value)
      writeFixedBytes(to, value.value.measurement, 32)
      writeMeasurement(to, value.value.allowed)
      return
    case 'retireMeasurement':
      to.u8(6)
      requireObject(value.value)
      writeFixedBytes(to, value.value.measurement, 32)
      writeU32(to, value.value.retiredFrom)
      return
    case 'setAnchorKey':
      to.u8(7)
      requireObject(value.value)
      writeBytes(to, value.value.instance, 64)
      if (value.value.key === undefined) to.u8(0)
      else {
        to.u8(1)
        writeAnchorKey(to, value.value.key)
      }
      return
    case 'updateRevocations':
      to.u8(8)
      requireObject(value.value)
      writeRootList(to, value.value.list)
      return
    default:
      throw unknownVariant('Call', value)
  }
}

function readRuntimeCallRegistry(from: Reader): RuntimeCallRegistry {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return {
        type: 'register',
        value: { registration: readRegistration(from), evidence: readEvidence(from), endpoint: readText(from, 256) },
      }
    case 1:
      return { type: 'setEndpoint', value: { identity: readFixedBytes(from, 32), endpoint: readText(from, 256) } }
    case 2:
      return { type: 'deregister', value: { identity: readFixedBytes(from, 32) } }
    case 3:
      return { type: 'updateCollateral', value: { collateral: readCollateral(from) } }
    case 4:
      return { type: 'setPolicy', value: { policy: readAttestationPolicy(from) } }
    case 5:
      return {
        type: 'setMeasurement',
        value: { measurement: readFixedBytes(from, 32), allowed: readMeasurement(from) },
      }
    case 6:
      return { type: 'retireMeasurement', value: { measurement: readFixedBytes(from, 32), retiredFrom: readU32(from) } }
    case 7:
      return {
        type: 'setAnchorKey',
        value: { instance: readBytes(from, 64), key: readTag(from, 2) === 0 ? undefined : readAnchorKey(from) },
      }
    case 8:
      return { type: 'updateRevocations', value: { list: readRootList(from) } }
    default:
      throw unknownTag('Call', tag)
  }
}

function writeExecutor(to: Writer, value: Executor): void {
  switch (value?.type) {
    case 'Js':
      to.u8(0)
      return
    default:
      throw unknownVariant('Executor', value)
  }
}

function readExecutor(from: Reader): Executor {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Js' }
    default:
      throw unknownTag('Executor', tag)
  }
}

function writeUpgradeRight(to: Writer, value: UpgradeRight): void {
  switch (value?.type) {
    case 'Nobody':
      to.u8(0)
      return
    case 'Account':
      to.u8(1)
      writeFixedBytes(to, value.value, 32)
      return
    default:
      throw unknownVariant('UpgradeRight', value)
  }
}

function readUpgradeRight(from: Reader): UpgradeRight {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Nobody' }
    case 1:
      return { type: 'Account', value: readFixedBytes(from, 32) }
    default:
      throw unknownTag('UpgradeRight', tag)
  }
}

function writeContractPolicyEgress(to: Writer, value: readonly string[]): void {
  writeLength(to, value, 16)
  for (const item of value) {
    writeText(to, item, 256)
  }
}

function readContractPolicyEgress(from: Reader): readonly string[] {
  const length = readLength(from, 1, 16)
  const items: string[] = []
  for (let i = 0; i < length; i++) items.push(readText(from, 256))
  return items
}

function writeContractPolicy(to: Writer, value: ContractPolicy): void {
  requireObject(value)
  writeU8(to, value.replicas)
  writeU8(to, value.vendors)
  writeU8(to, value.worstLevel)
  writeUpgradeRight(to, value.upgrade)
  writeU32(to, value.noticeBlocks)
  writeContractPolicyEgress(to, value.egress)
  writeU64(to, value.maxGas)
}

function readContractPolicy(from: Reader): ContractPolicy {
  return {
    replicas: readU8(from),
    vendors: readU8(from),
    worstLevel: readU8(from),
    upgrade: readUpgradeRight(from),
    noticeBlocks: readU32(from),
    egress: readContractPolicyEgress(from),
    maxGas: readU64(from),
  }
}

function writeCommandKey(to: Writer, value: CommandKey): void {
  requireObject(value)
  writeU32(to, value.epoch)
  writeFixedBytes(to, value.key, 1216)
}

function readCommandKey(from: Reader): CommandKey {
  return { epoch: readU32(from), key: readFixedBytes(from, 1216) }
}

function writeOutgoing(to: Writer, value: Outgoing): void {
  switch (value?.type) {
    case 'Transfer':
      to.u8(0)
      requireObject(value.value)
      writeFixedBytes(to, value.value.to, 32)
      writeU128(to, value.value.amount)
      return
    default:
      throw unknownVariant('Outgoing', value)
  }
}

function readOutgoing(from: Reader): Outgoing {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Transfer', value: { to: readFixedBytes(from, 32), amount: readU128(from) } }
    default:
      throw unknownTag('Outgoing', tag)
  }
}

function writeCommitOutgoing(to: Writer, value: readonly Outgoing[]): void {
  writeLength(to, value, 64)
  for (const item of value) {
    writeOutgoing(to, item)
  }
}

function readCommitOutgoing(from: Reader): readonly Outgoing[] {
  const length = readLength(from, 49, 64)
  const items: Outgoing[] = []
  for (let i = 0; i < length; i++) items.push(readOutgoing(from))
  return items
}

function writeCommit(to: Writer, value: Commit): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.batch)
  writeU64(to, value.from)
  writeU64(to, value.to)
  writeFixedBytes(to, value.previousRoot, 32)
  writeFixedBytes(to, value.newRoot, 32)
  writeBytes(to, value.deltaCid, 64)
  writeCommitOutgoing(to, value.outgoing)
  writeFixedBytes(to, value.receiptsRoot, 32)
}

function readCommit(from: Reader): Commit {
  return {
    contract: readFixedBytes(from, 32),
    batch: readU32(from),
    from: readU64(from),
    to: readU64(from),
    previousRoot: readFixedBytes(from, 32),
    newRoot: readFixedBytes(from, 32),
    deltaCid: readBytes(from, 64),
    outgoing: readCommitOutgoing(from),
    receiptsRoot: readFixedBytes(from, 32),
  }
}

function writeRuntimeCallContracts(to: Writer, value: RuntimeCallContracts): void {
  switch (value?.type) {
    case 'uploadCode':
      to.u8(0)
      requireObject(value.value)
      writeBytes(to, value.value.code, 524288)
      return
    case 'deploy':
      to.u8(1)
      requireObject(value.value)
      writeFixedBytes(to, value.value.codeHash, 32)
      writeExecutor(to, value.value.executor)
      writeContractPolicy(to, value.value.policy)
      writeBytes(to, value.value.init, 65536)
      return
    case 'send':
      to.u8(2)
      requireObject(value.value)
      writeFixedBytes(to, value.value.contract, 32)
      writeU32(to, value.value.epoch)
      writeBytes(to, value.value.sealed, 70000)
      return
    case 'publishCommandKey':
      to.u8(3)
      requireObject(value.value)
      writeFixedBytes(to, value.value.contract, 32)
      writeFixedBytes(to, value.value.worker, 32)
      writeCommandKey(to, value.value.commandKey)
      writeFixedBytes(to, value.value.signature, 64)
      return
    case 'commit':
      to.u8(4)
      requireObject(value.value)
      writeFixedBytes(to, value.value.worker, 32)
      writeCommit(to, value.value.commit)
      writeFixedBytes(to, value.value.signature, 64)
      return
    case 'replaceReplica':
      to.u8(5)
      requireObject(value.value)
      writeFixedBytes(to, value.value.contract, 32)
      writeFixedBytes(to, value.value.replica, 32)
      return
    case 'rotateKey':
      to.u8(6)
      requireObject(value.value)
      writeFixedBytes(to, value.value.contract, 32)
      return
    case 'setKeyPeriod':
      to.u8(7)
      requireObject(value.value)
      writeFixedBytes(to, value.value.contract, 32)
      writeU32(to, value.value.period)
      return
    default:
      throw unknownVariant('Call', value)
  }
}

function readRuntimeCallContracts(from: Reader): RuntimeCallContracts {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'uploadCode', value: { code: readBytes(from, 524288) } }
    case 1:
      return {
        type: 'deploy',
        value: {
          codeHash: readFixedBytes(from, 32),
          executor: readExecutor(from),
          policy: readContractPolicy(from),
          init: readBytes(from, 65536),
        },
      }
    case 2:
      return {
        type: 'send',
        value: { contract: readFixedBytes(from, 32), epoch: readU32(from), sealed: readBytes(from, 70000) },
      }
    case 3:
      return {
        type: 'publishCommandKey',
        value: {
          contract: readFixedBytes(from, 32),
          worker: readFixedBytes(from, 32),
          commandKey: readCommandKey(from),
          signature: readFixedBytes(from, 64),
        },
      }
    case 4:
      return {
        type: 'commit',
        value: { worker: readFixedBytes(from, 32), commit: readCommit(from), signature: readFixedBytes(from, 64) },
      }
    case 5:
      return {
        type: 'replaceReplica',
        value: { contract: readFixedBytes(from, 32), replica: readFixedBytes(from, 32) },
      }
    case 6:
      return { type: 'rotateKey', value: { contract: readFixedBytes(from, 32) } }
    case 7:
      return { type: 'setKeyPeriod', value: { contract: readFixedBytes(from, 32), period: readU32(from) } }
    default:
      throw unknownTag('Call', tag)
  }
}

function writeKeyRequest(to: Writer, value: KeyRequest): void {
  requireObject(value)
  writeFixedBytes(to, value.worker, 32)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.root)
  writeU32(to, value.epoch)
  writeFixedBytes(to, value.recipient, 1216)
}

function readKeyRequest(from: Reader): KeyRequest {
  return {
    worker: readFixedBytes(from, 32),
    contract: readFixedBytes(from, 32),
    root: readU32(from),
    epoch: readU32(from),
    recipient: readFixedBytes(from, 1216),
  }
}

function writeKeyRelease(to: Writer, value: KeyRelease): void {
  requireObject(value)
  writeFixedBytes(to, value.worker, 32)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.root)
  writeU32(to, value.epoch)
  writeU32(to, value.sharing)
  writeU16(to, value.index)
  writeFixedBytes(to, value.recipient, 32)
  writeFixedBytes(to, value.commitment, 32)
  writeBytes(to, value.sealed, 4096)
}

function readKeyRelease(from: Reader): KeyRelease {
  return {
    worker: readFixedBytes(from, 32),
    contract: readFixedBytes(from, 32),
    root: readU32(from),
    epoch: readU32(from),
    sharing: readU32(from),
    index: readU16(from),
    recipient: readFixedBytes(from, 32),
    commitment: readFixedBytes(from, 32),
    sealed: readBytes(from, 4096),
  }
}

function writeGatekeeperTarget(to: Writer, value: GatekeeperTarget): void {
  requireObject(value)
  writeU8(to, value.members)
  writeU8(to, value.threshold)
  writeU32(to, value.refreshBlocks)
}

function readGatekeeperTarget(from: Reader): GatekeeperTarget {
  return { members: readU8(from), threshold: readU8(from), refreshBlocks: readU32(from) }
}

function writeDealingCommitments(to: Writer, value: readonly Uint8Array[]): void {
  writeLength(to, value, 20)
  for (const item of value) {
    writeFixedBytes(to, item, 32)
  }
}

function readDealingCommitments(from: Reader): readonly Uint8Array[] {
  const length = readLength(from, 32, 20)
  const items: Uint8Array[] = []
  for (let i = 0; i < length; i++) items.push(readFixedBytes(from, 32))
  return items
}

function writeDealingSealed(to: Writer, value: readonly Uint8Array[]): void {
  writeLength(to, value, 20)
  for (const item of value) {
    writeFixedBytes(to, item, 1392)
  }
}

function readDealingSealed(from: Reader): readonly Uint8Array[] {
  const length = readLength(from, 1392, 20)
  const items: Uint8Array[] = []
  for (let i = 0; i < length; i++) items.push(readFixedBytes(from, 1392))
  return items
}

function writeDealing(to: Writer, value: Dealing): void {
  requireObject(value)
  writeDealingCommitments(to, value.commitments)
  writeFixedBytes(to, value.proof, 64)
  writeDealingSealed(to, value.sealed)
}

function readDealing(from: Reader): Dealing {
  return { commitments: readDealingCommitments(from), proof: readFixedBytes(from, 64), sealed: readDealingSealed(from) }
}

function writeDealt(to: Writer, value: Dealt): void {
  requireObject(value)
  writeU32(to, value.ceremony)
  writeU16(to, value.dealer)
  writeDealing(to, value.dealing)
}

function readDealt(from: Reader): Dealt {
  return { ceremony: readU32(from), dealer: readU16(from), dealing: readDealing(from) }
}

function writeShareCheckComplaints(to: Writer, value: readonly number[]): void {
  writeLength(to, value, 20)
  for (const item of value) {
    writeU16(to, item)
  }
}

function readShareCheckComplaints(from: Reader): readonly number[] {
  const length = readLength(from, 2, 20)
  const items: number[] = []
  for (let i = 0; i < length; i++) items.push(readU16(from))
  return items
}

function writeShareCheck(to: Writer, value: ShareCheck): void {
  requireObject(value)
  writeU32(to, value.ceremony)
  writeU16(to, value.receiver)
  writeShareCheckComplaints(to, value.complaints)
}

function readShareCheck(from: Reader): ShareCheck {
  return { ceremony: readU32(from), receiver: readU16(from), complaints: readShareCheckComplaints(from) }
}

function writeRevealedShare(to: Writer, value: RevealedShare): void {
  requireObject(value)
  writeU16(to, value.receiver)
  writeFixedBytes(to, value.share, 32)
}

function readRevealedShare(from: Reader): RevealedShare {
  return { receiver: readU16(from), share: readFixedBytes(from, 32) }
}

function writeComplaintAnswerShares(to: Writer, value: readonly RevealedShare[]): void {
  writeLength(to, value, 20)
  for (const item of value) {
    writeRevealedShare(to, item)
  }
}

function readComplaintAnswerShares(from: Reader): readonly RevealedShare[] {
  const length = readLength(from, 34, 20)
  const items: RevealedShare[] = []
  for (let i = 0; i < length; i++) items.push(readRevealedShare(from))
  return items
}

function writeComplaintAnswer(to: Writer, value: ComplaintAnswer): void {
  requireObject(value)
  writeU32(to, value.ceremony)
  writeU16(to, value.dealer)
  writeComplaintAnswerShares(to, value.shares)
}

function readComplaintAnswer(from: Reader): ComplaintAnswer {
  return { ceremony: readU32(from), dealer: readU16(from), shares: readComplaintAnswerShares(from) }
}

function writeBeaconPartial(to: Writer, value: BeaconPartial): void {
  requireObject(value)
  writeU32(to, value.root)
  writeU32(to, value.sharing)
  writeU32(to, value.round)
  writeU16(to, value.index)
  writeFixedBytes(to, value.evaluated, 32)
  writeFixedBytes(to, value.proof, 64)
}

function readBeaconPartial(from: Reader): BeaconPartial {
  return {
    root: readU32(from),
    sharing: readU32(from),
    round: readU32(from),
    index: readU16(from),
    evaluated: readFixedBytes(from, 32),
    proof: readFixedBytes(from, 64),
  }
}

function writeSignedRelease(to: Writer, value: SignedRelease): void {
  requireObject(value)
  writeKeyRelease(to, value.release)
  writeFixedBytes(to, value.signature, 64)
}

function readSignedRelease(from: Reader): SignedRelease {
  return { release: readKeyRelease(from), signature: readFixedBytes(from, 64) }
}

function writePartialKey(to: Writer, value: PartialKey): void {
  requireObject(value)
  writeU16(to, value.index)
  writeFixedBytes(to, value.evaluated, 32)
  writeFixedBytes(to, value.proof, 64)
  writeFixedBytes(to, value.salt, 32)
}

function readPartialKey(from: Reader): PartialKey {
  return {
    index: readU16(from),
    evaluated: readFixedBytes(from, 32),
    proof: readFixedBytes(from, 64),
    salt: readFixedBytes(from, 32),
  }
}

function writeCeremonyJoining(to: Writer, value: CeremonyJoining): void {
  requireObject(value)
  writeU32(to, value.ceremony)
  writeU16(to, value.receiver)
  writeFixedBytes(to, value.recipient, 1216)
}

function readCeremonyJoining(from: Reader): CeremonyJoining {
  return { ceremony: readU32(from), receiver: readU16(from), recipient: readFixedBytes(from, 1216) }
}

function writeCustodian(to: Writer, value: Custodian): void {
  requireObject(value)
  writeFixedBytes(to, value.account, 32)
  writeFixedBytes(to, value.recipient, 1216)
}

function readCustodian(from: Reader): Custodian {
  return { account: readFixedBytes(from, 32), recipient: readFixedBytes(from, 1216) }
}

function writeCustodiansPeople(to: Writer, value: readonly Custodian[]): void {
  writeLength(to, value, 20)
  for (const item of value) {
    writeCustodian(to, item)
  }
}

function readCustodiansPeople(from: Reader): readonly Custodian[] {
  const length = readLength(from, 1248, 20)
  const items: Custodian[] = []
  for (let i = 0; i < length; i++) items.push(readCustodian(from))
  return items
}

function writeCustodians(to: Writer, value: Custodians): void {
  requireObject(value)
  writeCustodiansPeople(to, value.people)
  writeU8(to, value.threshold)
}

function readCustodians(from: Reader): Custodians {
  return { people: readCustodiansPeople(from), threshold: readU8(from) }
}

function writeRuntimeCallGatekeepers(to: Writer, value: RuntimeCallGatekeepers): void {
  switch (value?.type) {
    case 'requestKey':
      to.u8(1)
      requireObject(value.value)
      writeKeyRequest(to, value.value.request)
      writeFixedBytes(to, value.value.signature, 64)
      return
    case 'releaseKey':
      to.u8(2)
      requireObject(value.value)
      writeKeyRelease(to, value.value.release)
      writeFixedBytes(to, value.value.signature, 64)
      return
    case 'setTarget':
      to.u8(3)
      requireObject(value.value)
      writeGatekeeperTarget(to, value.value.target)
      return
    case 'admitOperator':
      to.u8(4)
      requireObject(value.value)
      writeFixedBytes(to, value.value.operator, 32)
      return
    case 'dismissOperator':
      to.u8(5)
      requireObject(value.value)
      writeFixedBytes(to, value.value.operator, 32)
      return
    case 'bond':
      to.u8(6)
      requireObject(value.value)
      return
    case 'unbond':
      to.u8(7)
      requireObject(value.value)
      return
    case 'deal':
      to.u8(8)
      requireObject(value.value)
      writeDealt(to, value.value.dealt)
      writeFixedBytes(to, value.value.signature, 64)
      return
    case 'check':
      to.u8(9)
      requireObject(value.value)
      writeShareCheck(to, value.value.check)
      writeFixedBytes(to, value.value.signature, 64)
      return
    case 'answer':
      to.u8(10)
      requireObject(value.value)
      writeComplaintAnswer(to, value.value.answer)
      writeFixedBytes(to, value.value.signature, 64)
      return
    case 'rotateRoot':
      to.u8(11)
      requireObject(value.value)
      return
    case 'giveBeaconPartial':
      to.u8(12)
      requireObject(value.value)
      writeBeaconPartial(to, value.value.partial)
      writeFixedBytes(to, value.value.signature, 64)
      return
    case 'proveWrongPartial':
      to.u8(13)
      requireObject(value.value)
      writeSignedRelease(to, value.value.signed)
      writePartialKey(to, value.value.partial)
      return
    case 'reportRelease':
      to.u8(14)
      requireObject(value.value)
      writeSignedRelease(to, value.value.signed)
      writeFixedBytes(to, value.value.signature, 64)
      return
    case 'join':
      to.u8(15)
      requireObject(value.value)
      writeCeremonyJoining(to, value.value.joining)
      writeFixedBytes(to, value.value.signature, 64)
      return
    case 'setCustodians':
      to.u8(16)
      requireObject(value.value)
      writeCustodians(to, value.value.custodians)
      return
    case 'checkEscrow':
      to.u8(17)
      requireObject(value.value)
      writeU32(to, value.value.escrow)
      writeShareCheckComplaints(to, value.value.complaints)
      return
    case 'recover':
      to.u8(18)
      requireObject(value.value)
      writeBool(to, value.value.wanted)
      return
    case 'dealAsCustodian':
      to.u8(19)
      requireObject(value.value)
      writeDealt(to, value.value.dealt)
      return
    case 'answerAsCustodian':
      to.u8(20)
      requireObject(value.value)
      writeComplaintAnswer(to, value.value.answer)
      return
    default:
      throw unknownVariant('Call', value)
  }
}

function readRuntimeCallGatekeepers(from: Reader): RuntimeCallGatekeepers {
  const tag = from.u8()
  switch (tag) {
    case 1:
      return { type: 'requestKey', value: { request: readKeyRequest(from), signature: readFixedBytes(from, 64) } }
    case 2:
      return { type: 'releaseKey', value: { release: readKeyRelease(from), signature: readFixedBytes(from, 64) } }
    case 3:
      return { type: 'setTarget', value: { target: readGatekeeperTarget(from) } }
    case 4:
      return { type: 'admitOperator', value: { operator: readFixedBytes(from, 32) } }
    case 5:
      return { type: 'dismissOperator', value: { operator: readFixedBytes(from, 32) } }
    case 6:
      return { type: 'bond', value: {} }
    case 7:
      return { type: 'unbond', value: {} }
    case 8:
      return { type: 'deal', value: { dealt: readDealt(from), signature: readFixedBytes(from, 64) } }
    case 9:
      return { type: 'check', value: { check: readShareCheck(from), signature: readFixedBytes(from, 64) } }
    case 10:
      return { type: 'answer', value: { answer: readComplaintAnswer(from), signature: readFixedBytes(from, 64) } }
    case 11:
      return { type: 'rotateRoot', value: {} }
    case 12:
      return {
        type: 'giveBeaconPartial',
        value: { partial: readBeaconPartial(from), signature: readFixedBytes(from, 64) },
      }
    case 13:
      return { type: 'proveWrongPartial', value: { signed: readSignedRelease(from), partial: readPartialKey(from) } }
    case 14:
      return { type: 'reportRelease', value: { signed: readSignedRelease(from), signature: readFixedBytes(from, 64) } }
    case 15:
      return { type: 'join', value: { joining: readCeremonyJoining(from), signature: readFixedBytes(from, 64) } }
    case 16:
      return { type: 'setCustodians', value: { custodians: readCustodians(from) } }
    case 17:
      return { type: 'checkEscrow', value: { escrow: readU32(from), complaints: readShareCheckComplaints(from) } }
    case 18:
      return { type: 'recover', value: { wanted: readBool(from) } }
    case 19:
      return { type: 'dealAsCustodian', value: { dealt: readDealt(from) } }
    case 20:
      return { type: 'answerAsCustodian', value: { answer: readComplaintAnswer(from) } }
    default:
      throw unknownTag('Call', tag)
  }
}

function writeWeight(to: Writer, value: Weight): void {
  requireObject(value)
  writeCompactBigInt(to, value.refTime, 64)
  writeCompactBigInt(to, value.proofSize, 64)
}

function readWeight(from: Reader): Weight {
  return { refTime: readCompactBigInt(from, 64), proofSize: readCompactBigInt(from, 64) }
}

function writeRawOrigin(to: Writer, value: RawOrigin): void {
  switch (value?.type) {
    case 'Root':
      to.u8(0)
      return
    case 'Signed':
      to.u8(1)
      writeFixedBytes(to, value.value, 32)
      return
    case 'None':
      to.u8(2)
      return
    default:
      throw unknownVariant('RawOrigin', value)
  }
}

function readRawOrigin(from: Reader): RawOrigin {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Root' }
    case 1:
      return { type: 'Signed', value: readFixedBytes(from, 32) }
    case 2:
      return { type: 'None' }
    default:
      throw unknownTag('RawOrigin', tag)
  }
}

function writeOriginCaller(to: Writer, value: OriginCaller): void {
  switch (value?.type) {
    case 'system':
      to.u8(0)
      writeRawOrigin(to, value.value)
      return
    default:
      throw unknownVariant('OriginCaller', value)
  }
}

function readOriginCaller(from: Reader): OriginCaller {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'system', value: readRawOrigin(from) }
    default:
      throw unknownTag('OriginCaller', tag)
  }
}

function writeProxyType(to: Writer, value: ProxyType): void {
  switch (value?.type) {
    case 'Any':
      to.u8(0)
      return
    case 'NonTransfer':
      to.u8(1)
      return
    case 'Contracts':
      to.u8(2)
      return
    case 'Operator':
      to.u8(3)
      return
    case 'CancelProxy':
      to.u8(4)
      return
    default:
      throw unknownVariant('ProxyType', value)
  }
}

function readProxyType(from: Reader): ProxyType {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Any' }
    case 1:
      return { type: 'NonTransfer' }
    case 2:
      return { type: 'Contracts' }
    case 3:
      return { type: 'Operator' }
    case 4:
      return { type: 'CancelProxy' }
    default:
      throw unknownTag('ProxyType', tag)
  }
}

function writeRuntimeCallMultisigAsMultiThreshold1OtherSignatories(to: Writer, value: readonly Uint8Array[]): void {
  writeLength(to, value, 0xffff_ffff)
  for (const item of value) {
    writeFixedBytes(to, item, 32)
  }
}

function readRuntimeCallMultisigAsMultiThreshold1OtherSignatories(from: Reader): readonly Uint8Array[] {
  const length = readLength(from, 32, 0xffff_ffff)
  const items: Uint8Array[] = []
  for (let i = 0; i < length; i++) items.push(readFixedBytes(from, 32))
  return items
}

function writeTimepoint(to: Writer, value: Timepoint): void {
  requireObject(value)
  writeU32(to, value.height)
  writeU32(to, value.index)
}

function readTimepoint(from: Reader): Timepoint {
  return { height: readU32(from), index: readU32(from) }
}

function writeRuntimeCallPreimage(to: Writer, value: RuntimeCallPreimage): void {
  switch (value?.type) {
    case 'notePreimage':
      to.u8(0)
      requireObject(value.value)
      writeBytes(to, value.value.bytes, 1048576)
      return
    case 'unnotePreimage':
      to.u8(1)
      requireObject(value.value)
      writeFixedBytes(to, value.value.hash, 32)
      return
    case 'requestPreimage':
      to.u8(2)
      requireObject(value.value)
      writeFixedBytes(to, value.value.hash, 32)
      return
    case 'unrequestPreimage':
      to.u8(3)
      requireObject(value.value)
      writeFixedBytes(to, value.value.hash, 32)
      return
    default:
      throw unknownVariant('Call', value)
  }
}

function readRuntimeCallPreimage(from: Reader): RuntimeCallPreimage {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'notePreimage', value: { bytes: readBytes(from, 1048576) } }
    case 1:
      return { type: 'unnotePreimage', value: { hash: readFixedBytes(from, 32) } }
    case 2:
      return { type: 'requestPreimage', value: { hash: readFixedBytes(from, 32) } }
    case 3:
      return { type: 'unrequestPreimage', value: { hash: readFixedBytes(from, 32) } }
    default:
      throw unknownTag('Call', tag)
  }
}

function writeRuntimeCallSchedulerScheduleMaybePeriodic(to: Writer, value: readonly [number, number]): void {
  requireItems(value, 2)
  writeU32(to, value[0])
  writeU32(to, value[1])
}

function readRuntimeCallSchedulerScheduleMaybePeriodic(from: Reader): readonly [number, number] {
  return [readU32(from), readU32(from)]
}

function writeRuntimeCallPermits(to: Writer, value: RuntimeCallPermits): void {
  switch (value?.type) {
    case 'revoke':
      to.u8(0)
      requireObject(value.value)
      writeFixedBytes(to, value.value.permit, 32)
      writeU32(to, value.value.expiresAtBlock)
      return
    case 'revokeAll':
      to.u8(1)
      requireObject(value.value)
      writeU32(to, value.value.issuedBefore)
      return
    case 'release':
      to.u8(2)
      requireObject(value.value)
      writeMultiAddress(to, value.value.account)
      return
    default:
      throw unknownVariant('Call', value)
  }
}

function readRuntimeCallPermits(from: Reader): RuntimeCallPermits {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'revoke', value: { permit: readFixedBytes(from, 32), expiresAtBlock: readU32(from) } }
    case 1:
      return { type: 'revokeAll', value: { issuedBefore: readU32(from) } }
    case 2:
      return { type: 'release', value: { account: readMultiAddress(from) } }
    default:
      throw unknownTag('Call', tag)
  }
}

function makeRuntimeCall(own0: Codec): Codec {
  function writeRuntimeCallSudo(to: Writer, value: RuntimeCallSudo): void {
    switch (value?.type) {
      case 'sudo':
        to.u8(0)
        requireObject(value.value)
        own0.write(to, value.value.call)
        return
      case 'sudoUncheckedWeight':
        to.u8(1)
        requireObject(value.value)
        own0.write(to, value.value.call)
        writeWeight(to, value.value.weight)
        return
      case 'setKey':
        to.u8(2)
        requireObject(value.value)
        writeMultiAddress(to, value.value.new)
        return
      case 'sudoAs':
        to.u8(3)
        requireObject(value.value)
        writeMultiAddress(to, value.value.who)
        own0.write(to, value.value.call)
        return
      case 'removeKey':
        to.u8(4)
        requireObject(value.value)
        return
      default:
        throw unknownVariant('Call', value)
    }
  }

  function readRuntimeCallSudo(from: Reader): RuntimeCallSudo {
    const tag = from.u8()
    switch (tag) {
      case 0:
        return { type: 'sudo', value: { call: own0.read(from) } }
      case 1:
        return { type: 'sudoUncheckedWeight', value: { call: own0.read(from), weight: readWeight(from) } }
      case 2:
        return { type: 'setKey', value: { new: readMultiAddress(from) } }
      case 3:
        return { type: 'sudoAs', value: { who: readMultiAddress(from), call: own0.read(from) } }
      case 4:
        return { type: 'removeKey', value: {} }
      default:
        throw unknownTag('Call', tag)
    }
  }

  function writeRuntimeCallUtilityBatchCalls(to: Writer, value: readonly unknown[]): void {
    writeLength(to, value, 0xffff_ffff)
    for (const item of value) {
      own0.write(to, item)
    }
  }

  function readRuntimeCallUtilityBatchCalls(from: Reader): readonly unknown[] {
    const length = readLength(from, 2, 0xffff_ffff)
    const items: unknown[] = []
    for (let i = 0; i < length; i++) items.push(own0.read(from))
    return items
  }

  function writeRuntimeCallUtility(to: Writer, value: RuntimeCallUtility): void {
    switch (value?.type) {
      case 'batch':
        to.u8(0)
        requireObject(value.value)
        writeRuntimeCallUtilityBatchCalls(to, value.value.calls)
        return
      case 'asDerivative':
        to.u8(1)
        requireObject(value.value)
        writeU16(to, value.value.index)
        own0.write(to, value.value.call)
        return
      case 'batchAll':
        to.u8(2)
        requireObject(value.value)
        writeRuntimeCallUtilityBatchCalls(to, value.value.calls)
        return
      case 'dispatchAs':
        to.u8(3)
        requireObject(value.value)
        writeOriginCaller(to, value.value.asOrigin)
        own0.write(to, value.value.call)
        return
      case 'forceBatch':
        to.u8(4)
        requireObject(value.value)
        writeRuntimeCallUtilityBatchCalls(to, value.value.calls)
        return
      case 'withWeight':
        to.u8(5)
        requireObject(value.value)
        own0.write(to, value.value.call)
        writeWeight(to, value.value.weight)
        return
      case 'ifElse':
        to.u8(6)
        requireObject(value.value)
        own0.write(to, value.value.main)
        own0.write(to, value.value.fallback)
        return
      case 'dispatchAsFallible':
        to.u8(7)
        requireObject(value.value)
        writeOriginCaller(to, value.value.asOrigin)
        own0.write(to, value.value.call)
        return
      default:
        throw unknownVariant('Call', value)
    }
  }

  function readRuntimeCallUtility(from: Reader): RuntimeCallUtility {
    const tag = from.u8()
    switch (tag) {
      case 0:
        return { type: 'batch', value: { calls: readRuntimeCallUtilityBatchCalls(from) } }
      case 1:
        return { type: 'asDerivative', value: { index: readU16(from), call: own0.read(from) } }
      case 2:
        return { type: 'batchAll', value: { calls: readRuntimeCallUtilityBatchCalls(from) } }
      case 3:
        return { type: 'dispatchAs', value: { asOrigin: readOriginCaller(from), call: own0.read(from) } }
      case 4:
        return { type: 'forceBatch', value: { calls: readRuntimeCallUtilityBatchCalls(from) } }
      case 5:
        return { type: 'withWeight', value: { call: own0.read(from), weight: readWeight(from) } }
      case 6:
        return { type: 'ifElse', value: { main: own0.read(from), fallback: own0.read(from) } }
      case 7:
        return { type: 'dispatchAsFallible', value: { asOrigin: readOriginCaller(from), call: own0.read(from) } }
      default:
        throw unknownTag('Call', tag)
    }
  }

  function writeRuntimeCallProxy(to: Writer, value: RuntimeCallProxy): void {
    switch (value?.type) {
      case 'proxy':
        to.u8(0)
        requireObject(value.value)
        writeMultiAddress(to, value.value.real)
        if (value.value.forceProxyType === undefined) to.u8(0)
        else {
          to.u8(1)
          writeProxyType(to, value.value.forceProxyType)
        }
        own0.write(to, value.value.call)
        return
      case 'addProxy':
        to.u8(1)
        requireObject(value.value)
        writeMultiAddress(to, value.value.delegate)
        writeProxyType(to, value.value.proxyType)
        writeU32(to, value.value.delay)
        return
      case 'removeProxy':
        to.u8(2)
        requireObject(value.value)
        writeMultiAddress(to, value.value.delegate)
        writeProxyType(to, value.value.proxyType)
        writeU32(to, value.value.delay)
        return
      case 'removeProxies':
        to.u8(3)
        requireObject(value.value)
        return
      case 'createPure':
        to.u8(4)
        requireObject(value.value)
        writeProxyType(to, value.value.proxyType)
        writeU32(to, value.value.delay)
        writeU16(to, value.value.index)
        return
      case 'killPure':
        to.u8(5)
        requireObject(value.value)
        writeMultiAddress(to, value.value.spawner)
        writeProxyType(to, value.value.proxyType)
        writeU16(to, value.value.index)
        writeCompactNumber(to, value.value.height, 32)
        writeCompactNumber(to, value.value.extIndex, 32)
        return
      case 'announce':
        to.u8(6)
        requireObject(value.value)
        writeMultiAddress(to, value.value.real)
        writeFixedBytes(to, value.value.callHash, 32)
        return
      case 'removeAnnouncement':
        to.u8(7)
        requireObject(value.value)
        writeMultiAddress(to, value.value.real)
        writeFixedBytes(to, value.value.callHash, 32)
        return
      case 'rejectAnnouncement':
        to.u8(8)
        requireObject(value.value)
        writeMultiAddress(to, value.value.delegate)
        writeFixedBytes(to, value.value.callHash, 32)
        return
      case 'proxyAnnounced':
        to.u8(9)
        requireObject(value.value)
        writeMultiAddress(to, value.value.delegate)
        writeMultiAddress(to, value.value.real)
        if (value.value.forceProxyType === undefined) to.u8(0)
        else {
          to.u8(1)
          writeProxyType(to, value.value.forceProxyType)
        }
        own0.write(to, value.value.call)
        return
      default:
        throw unknownVariant('Call', value)
    }
  }

  function readRuntimeCallProxy(from: Reader): RuntimeCallProxy {
    const tag = from.u8()
    switch (tag) {
      case 0:
        return {
          type: 'proxy',
          value: {
            real: readMultiAddress(from),
            forceProxyType: readTag(from, 2) === 0 ? undefined : readProxyType(from),
            call: own0.read(from),
          },
        }
      case 1:
        return {
          type: 'addProxy',
          value: { delegate: readMultiAddress(from), proxyType: readProxyType(from), delay: readU32(from) },
        }
      case 2:
        return {
          type: 'removeProxy',
          value: { delegate: readMultiAddress(from), proxyType: readProxyType(from), delay: readU32(from) },
        }
      case 3:
        return { type: 'removeProxies', value: {} }
      case 4:
        return {
          type: 'createPure',
          value: { proxyType: readProxyType(from), delay: readU32(from), index: readU16(from) },
        }
      case 5:
        return {
          type: 'killPure',
          value: {
            spawner: readMultiAddress(from),
            proxyType: readProxyType(from),
            index: readU16(from),
            height: readCompactNumber(from, 32),
            extIndex: readCompactNumber(from, 32),
          },
        }
      case 6:
        return { type: 'announce', value: { real: readMultiAddress(from), callHash: readFixedBytes(from, 32) } }
      case 7:
        return {
          type: 'removeAnnouncement',
          value: { real: readMultiAddress(from), callHash: readFixedBytes(from, 32) },
        }
      case 8:
        return {
          type: 'rejectAnnouncement',
          value: { delegate: readMultiAddress(from), callHash: readFixedBytes(from, 32) },
        }
      case 9:
        return {
          type: 'proxyAnnounced',
          value: {
            delegate: readMultiAddress(from),
            real: readMultiAddress(from),
            forceProxyType: readTag(from, 2) === 0 ? undefined : readProxyType(from),
            call: own0.read(from),
          },
        }
      default:
        throw unknownTag('Call', tag)
    }
  }

  function writeRuntimeCallMultisig(to: Writer, value: RuntimeCallMultisig): void {
    switch (value?.type) {
      case 'asMultiThreshold1':
        to.u8(0)
        requireObject(value.value)
        writeRuntimeCallMultisigAsMultiThreshold1OtherSignatories(to, value.value.otherSignatories)
        own0.write(to, value.value.call)
        return
      case 'asMulti':
        to.u8(1)
        requireObject(value.value)
        writeU16(to, value.value.threshold)
        writeRuntimeCallMultisigAsMultiThreshold1OtherSignatories(to, value.value.otherSignatories)
        if (value.value.maybeTimepoint === undefined) to.u8(0)
        else {
          to.u8(1)
          writeTimepoint(to, value.value.maybeTimepoint)
        }
        own0.write(to, value.value.call)
        writeWeight(to, value.value.maxWeight)
        return
      case 'approveAsMulti':
        to.u8(2)
        requireObject(value.value)
        writeU16(to, value.value.threshold)
        writeRuntimeCallMultisigAsMultiThreshold1OtherSignatories(to, value.value.otherSignatories)
        if (value.value.maybeTimepoint === undefined) to.u8(0)
        else {
          to.u8(1)
          writeTimepoint(to, value.value.maybeTimepoint)
        }
        writeFixedBytes(to, value.value.callHash, 32)
        writeWeight(to, value.value.maxWeight)
        return
      case 'cancelAsMulti':
        to.u8(3)
        requireObject(value.value)
        writeU16(to, value.value.threshold)
        writeRuntimeCallMultisigAsMultiThreshold1OtherSignatories(to, value.value.otherSignatories)
        writeTimepoint(to, value.value.timepoint)
        writeFixedBytes(to, value.value.callHash, 32)
        return
      default:
        throw unknownVariant('Call', value)
    }
  }

  function readRuntimeCallMultisig(from: Reader): RuntimeCallMultisig {
    const tag = from.u8()
    switch (tag) {
      case 0:
        return {
          type: 'asMultiThreshold1',
          value: {
            otherSignatories: readRuntimeCallMultisigAsMultiThreshold1OtherSignatories(from),
            call: own0.read(from),
          },
        }
      case 1:
        return {
          type: 'asMulti',
          value: {
            threshold: readU16(from),
            otherSignatories: readRuntimeCallMultisigAsMultiThreshold1OtherSignatories(from),
            maybeTimepoint: readTag(from, 2) === 0 ? undefined : readTimepoint(from),
            call: own0.read(from),
            maxWeight: readWeight(from),
          },
        }
      case 2:
        return {
          type: 'approveAsMulti',
          value: {
            threshold: readU16(from),
            otherSignatories: readRuntimeCallMultisigAsMultiThreshold1OtherSignatories(from),
            maybeTimepoint: readTag(from, 2) === 0 ? undefined : readTimepoint(from),
            callHash: readFixedBytes(from, 32),
            maxWeight: readWeight(from),
          },
        }
      case 3:
        return {
          type: 'cancelAsMulti',
          value: {
            threshold: readU16(from),
            otherSignatories: readRuntimeCallMultisigAsMultiThreshold1OtherSignatories(from),
            timepoint: readTimepoint(from),
            callHash: readFixedBytes(from, 32),
          },
        }
      default:
        throw unknownTag('Call', tag)
    }
  }

  function writeRuntimeCallScheduler(to: Writer, value: RuntimeCallScheduler): void {
    switch (value?.type) {
      case 'schedule':
        to.u8(0)
        requireObject(value.value)
        writeU32(to, value.value.when)
        if (value.value.maybePeriodic === undefined) to.u8(0)
        else {
          to.u8(1)
          writeRuntimeCallSchedulerScheduleMaybePeriodic(to, value.value.maybePeriodic)
        }
        writeU8(to, value.value.priority)
        own0.write(to, value.value.call)
        return
      case 'cancel':
        to.u8(1)
        requireObject(value.value)
        writeU32(to, value.value.when)
        writeU32(to, value.value.index)
        return
      case 'scheduleNamed':
        to.u8(2)
        requireObject(value.value)
        writeFixedBytes(to, value.value.id, 32)
        writeU32(to, value.value.when)
        if (value.value.maybePeriodic === undefined) to.u8(0)
        else {
          to.u8(1)
          writeRuntimeCallSchedulerScheduleMaybePeriodic(to, value.value.maybePeriodic)
        }
        writeU8(to, value.value.priority)
        own0.write(to, value.value.call)
        return
      case 'cancelNamed':
        to.u8(3)
        requireObject(value.value)
        writeFixedBytes(to, value.value.id, 32)
        return
      case 'scheduleAfter':
        to.u8(4)
        requireObject(value.value)
        writeU32(to, value.value.after)
        if (value.value.maybePeriodic === undefined) to.u8(0)
        else {
          to.u8(1)
          writeRuntimeCallSchedulerScheduleMaybePeriodic(to, value.value.maybePeriodic)
        }
        writeU8(to, value.value.priority)
        own0.write(to, value.value.call)
        return
      case 'scheduleNamedAfter':
        to.u8(5)
        requireObject(value.value)
        writeFixedBytes(to, value.value.id, 32)
        writeU32(to, value.value.after)
        if (value.value.maybePeriodic === undefined) to.u8(0)
        else {
          to.u8(1)
          writeRuntimeCallSchedulerScheduleMaybePeriodic(to, value.value.maybePeriodic)
        }
        writeU8(to, value.value.priority)
        own0.write(to, value.value.call)
        return
      case 'setRetry':
        to.u8(6)
        requireObject(value.value)
        writeRuntimeCallSchedulerScheduleMaybePeriodic(to, value.value.task)
        writeU8(to, value.value.retries)
        writeU32(to, value.value.period)
        return
      case 'setRetryNamed':
        to.u8(7)
        requireObject(value.value)
        writeFixedBytes(to, value.value.id, 32)
        writeU8(to, value.value.retries)
        writeU32(to, value.value.period)
        return
      case 'cancelRetry':
        to.u8(8)
        requireObject(value.value)
        writeRuntimeCallSchedulerScheduleMaybePeriodic(to, value.value.task)
        return
      case 'cancelRetryNamed':
        to.u8(9)
        requireObject(value.value)
        writeFixedBytes(to, value.value.id, 32)
        return
      default:
        throw unknownVariant('Call', value)
    }
  }

  function readRuntimeCallScheduler(from: Reader): RuntimeCallScheduler {
    const tag = from.u8()
    switch (tag) {
      case 0:
        return {
          type: 'schedule',
          value: {
            when: readU32(from),
            maybePeriodic: readTag(from, 2) === 0 ? undefined : readRuntimeCallSchedulerScheduleMaybePeriodic(from),
            priority: readU8(from),
            call: own0.read(from),
          },
        }
      case 1:
        return { type: 'cancel', value: { when: readU32(from), index: readU32(from) } }
      case 2:
        return {
          type: 'scheduleNamed',
          value: {
            id: readFixedBytes(from, 32),
            when: readU32(from),
            maybePeriodic: readTag(from, 2) === 0 ? undefined : readRuntimeCallSchedulerScheduleMaybePeriodic(from),
            priority: readU8(from),
            call: own0.read(from),
          },
        }
      case 3:
        return { type: 'cancelNamed', value: { id: readFixedBytes(from, 32) } }
      case 4:
        return {
          type: 'scheduleAfter',
          value: {
            after: readU32(from),
            maybePeriodic: readTag(from, 2) === 0 ? undefined : readRuntimeCallSchedulerScheduleMaybePeriodic(from),
            priority: readU8(from),
            call: own0.read(from),
          },
        }
      case 5:
        return {
          type: 'scheduleNamedAfter',
          value: {
            id: readFixedBytes(from, 32),
            after: readU32(from),
            maybePeriodic: readTag(from, 2) === 0 ? undefined : readRuntimeCallSchedulerScheduleMaybePeriodic(from),
            priority: readU8(from),
            call: own0.read(from),
          },
        }
      case 6:
        return {
          type: 'setRetry',
          value: {
            task: readRuntimeCallSchedulerScheduleMaybePeriodic(from),
            retries: readU8(from),
            period: readU32(from),
          },
        }
      case 7:
        return {
          type: 'setRetryNamed',
          value: { id: readFixedBytes(from, 32), retries: readU8(from), period: readU32(from) },
        }
      case 8:
        return { type: 'cancelRetry', value: { task: readRuntimeCallSchedulerScheduleMaybePeriodic(from) } }
      case 9:
        return { type: 'cancelRetryNamed', value: { id: readFixedBytes(from, 32) } }
      default:
        throw unknownTag('Call', tag)
    }
  }

  function writeRuntimeCall(to: Writer, value: RuntimeCall): void {
    switch (value?.type) {
      case 'System':
        to.u8(0)
        writeRuntimeCallSystem(to, value.value)
        return
      case 'Timestamp':
        to.u8(1)
        writeRuntimeCallTimestamp(to, value.value)
        return
      case 'Balances':
        to.u8(2)
        writeRuntimeCallBalances(to, value.value)
        return
      case 'Registry':
        to.u8(10)
        writeRuntimeCallRegistry(to, value.value)
        return
      case 'Contracts':
        to.u8(13)
        writeRuntimeCallContracts(to, value.value)
        return
      case 'Gatekeepers':
        to.u8(11)
        writeRuntimeCallGatekeepers(to, value.value)
        return
      case 'Sudo':
        to.u8(255)
        writeRuntimeCallSudo(to, value.value)
        return
      case 'Utility':
        to.u8(20)
        writeRuntimeCallUtility(to, value.value)
        return
      case 'Proxy':
        to.u8(21)
        writeRuntimeCallProxy(to, value.value)
        return
      case 'Multisig':
        to.u8(22)
        writeRuntimeCallMultisig(to, value.value)
        return
      case 'Preimage':
        to.u8(23)
        writeRuntimeCallPreimage(to, value.value)
        return
      case 'Scheduler':
        to.u8(24)
        writeRuntimeCallScheduler(to, value.value)
        return
      case 'Permits':
        to.u8(25)
        writeRuntimeCallPermits(to, value.value)
        return
      default:
        throw unknownVariant('RuntimeCall', value)
    }
  }

  function readRuntimeCall(from: Reader): RuntimeCall {
    const tag = from.u8()
    switch (tag) {
      case 0:
        return { type: 'System', value: readRuntimeCallSystem(from) }
      case 1:
        return { type: 'Timestamp', value: readRuntimeCallTimestamp(from) }
      case 2:
        return { type: 'Balances', value: readRuntimeCallBalances(from) }
      case 10:
        return { type: 'Registry', value: readRuntimeCallRegistry(from) }
      case 13:
        return { type: 'Contracts', value: readRuntimeCallContracts(from) }
      case 11:
        return { type: 'Gatekeepers', value: readRuntimeCallGatekeepers(from) }
      case 255:
        return { type: 'Sudo', value: readRuntimeCallSudo(from) }
      case 20:
        return { type: 'Utility', value: readRuntimeCallUtility(from) }
      case 21:
        return { type: 'Proxy', value: readRuntimeCallProxy(from) }
      case 22:
        return { type: 'Multisig', value: readRuntimeCallMultisig(from) }
      case 23:
        return { type: 'Preimage', value: readRuntimeCallPreimage(from) }
      case 24:
        return { type: 'Scheduler', value: readRuntimeCallScheduler(from) }
      case 25:
        return { type: 'Permits', value: readRuntimeCallPermits(from) }
      default:
        throw unknownTag('RuntimeCall', tag)
    }
  }

  return { write: writeRuntimeCall, read: readRuntimeCall }
}

type AccountData = { readonly free: bigint; readonly reserved: bigint; readonly frozen: bigint; readonly flags: bigint }

type AccountInfo = {
  readonly nonce: number
  readonly consumers: number
  readonly providers: number
  readonly sufficients: number
  readonly data: AccountData
}

function writeAccountData(to: Writer, value: AccountData): void {
  requireObject(value)
  writeU128(to, value.free)
  writeU128(to, value.reserved)
  writeU128(to, value.frozen)
  writeU128(to, value.flags)
}

function readAccountData(from: Reader): AccountData {
  return { free: readU128(from), reserved: readU128(from), frozen: readU128(from), flags: readU128(from) }
}

function writeAccountInfo(to: Writer, value: AccountInfo): void {
  requireObject(value)
  writeU32(to, value.nonce)
  writeU32(to, value.consumers)
  writeU32(to, value.providers)
  writeU32(to, value.sufficients)
  writeAccountData(to, value.data)
}

function readAccountInfo(from: Reader): AccountInfo {
  return {
    nonce: readU32(from),
    consumers: readU32(from),
    providers: readU32(from),
    sufficients: readU32(from),
    data: readAccountData(from),
  }
}

type ClassWeights = { readonly normal: Weight; readonly operational: Weight; readonly mandatory: Weight }

function writeClassWeights(to: Writer, value: ClassWeights): void {
  requireObject(value)
  writeWeight(to, value.normal)
  writeWeight(to, value.operational)
  writeWeight(to, value.mandatory)
}

function readClassWeights(from: Reader): ClassWeights {
  return { normal: readWeight(from), operational: readWeight(from), mandatory: readWeight(from) }
}

type DigestItem =
  | { readonly type: 'Other'; readonly value: Uint8Array }
  | { readonly type: 'Consensus'; readonly value: readonly [Uint8Array, Uint8Array] }
  | { readonly type: 'Seal'; readonly value: readonly [Uint8Array, Uint8Array] }
  | { readonly type: 'PreRuntime'; readonly value: readonly [Uint8Array, Uint8Array] }
  | { readonly type: 'RuntimeEnvironmentUpdated' }

type Digest = { readonly logs: readonly DigestItem[] }

function writeDigestItemConsensus(to: Writer, value: readonly [Uint8Array, Uint8Array]): void {
  requireItems(value, 2)
  writeFixedBytes(to, value[0], 4)
  writeBytes(to, value[1], 0xffff_ffff)
}

function readDigestItemConsensus(from: Reader): readonly [Uint8Array, Uint8Array] {
  return [readFixedBytes(from, 4), readBytes(from, 0xffff_ffff)]
}

function writeDigestItem(to: Writer, value: DigestItem): void {
  switch (value?.type) {
    case 'Other':
      to.u8(0)
      writeBytes(to, value.value, 0xffff_ffff)
      return
    case 'Consensus':
      to.u8(4)
      writeDigestItemConsensus(to, value.value)
      return
    case 'Seal':
      to.u8(5)
      writeDigestItemConsensus(to, value.value)
      return
    case 'PreRuntime':
      to.u8(6)
      writeDigestItemConsensus(to, value.value)
      return
    case 'RuntimeEnvironmentUpdated':
      to.u8(8)
      return
    default:
      throw unknownVariant('DigestItem', value)
  }
}

function readDigestItem(from: Reader): DigestItem {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Other', value: readBytes(from, 0xffff_ffff) }
    case 4:
      return { type: 'Consensus', value: readDigestItemConsensus(from) }
    case 5:
      return { type: 'Seal', value: readDigestItemConsensus(from) }
    case 6:
      return { type: 'PreRuntime', value: readDigestItemConsensus(from) }
    case 8:
      return { type: 'RuntimeEnvironmentUpdated' }
    default:
      throw unknownTag('DigestItem', tag)
  }
}

function writeDigestLogs(to: Writer, value: readonly DigestItem[]): void {
  writeLength(to, value, 64)
  for (const item of value) {
    writeDigestItem(to, item)
  }
}

function readDigestLogs(from: Reader): readonly DigestItem[] {
  const length = readLength(from, 1, 64)
  const items: DigestItem[] = []
  for (let i = 0; i < length; i++) items.push(readDigestItem(from))
  return items
}

function writeDigest(to: Writer, value: Digest): void {
  requireObject(value)
  writeDigestLogs(to, value.logs)
}

function readDigest(from: Reader): Digest {
  return { logs: readDigestLogs(from) }
}

type LastRuntimeUpgradeInfo = { readonly specVersion: number; readonly specName: string }

function writeLastRuntimeUpgradeInfo(to: Writer, value: LastRuntimeUpgradeInfo): void {
  requireObject(value)
  writeCompactNumber(to, value.specVersion, 32)
  writeText(to, value.specName, 0xffff_ffff)
}

function readLastRuntimeUpgradeInfo(from: Reader): LastRuntimeUpgradeInfo {
  return { specVersion: readCompactNumber(from, 32), specName: readText(from, 0xffff_ffff) }
}

type CodeUpgradeAuthorization = { readonly codeHash: Uint8Array; readonly checkVersion: boolean }

function writeCodeUpgradeAuthorization(to: Writer, value: CodeUpgradeAuthorization): void {
  requireObject(value)
  writeFixedBytes(to, value.codeHash, 32)
  writeBool(to, value.checkVersion)
}

function readCodeUpgradeAuthorization(from: Reader): CodeUpgradeAuthorization {
  return { codeHash: readFixedBytes(from, 32), checkVersion: readBool(from) }
}

type DispatchClass = { readonly type: 'Normal' } | { readonly type: 'Operational' } | { readonly type: 'Mandatory' }

type Pays = { readonly type: 'Yes' } | { readonly type: 'No' }

type DispatchEventInfo = { readonly weight: Weight; readonly class: DispatchClass; readonly paysFee: Pays }

type SystemExtrinsicSuccess = { readonly dispatchInfo: DispatchEventInfo }

function writeDispatchClass(to: Writer, value: DispatchClass): void {
  switch (value?.type) {
    case 'Normal':
      to.u8(0)
      return
    case 'Operational':
      to.u8(1)
      return
    case 'Mandatory':
      to.u8(2)
      return
    default:
      throw unknownVariant('DispatchClass', value)
  }
}

function readDispatchClass(from: Reader): DispatchClass {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Normal' }
    case 1:
      return { type: 'Operational' }
    case 2:
      return { type: 'Mandatory' }
    default:
      throw unknownTag('DispatchClass', tag)
  }
}

function writePays(to: Writer, value: Pays): void {
  switch (value?.type) {
    case 'Yes':
      to.u8(0)
      return
    case 'No':
      to.u8(1)
      return
    default:
      throw unknownVariant('Pays', value)
  }
}

function readPays(from: Reader): Pays {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Yes' }
    case 1:
      return { type: 'No' }
    default:
      throw unknownTag('Pays', tag)
  }
}

function writeDispatchEventInfo(to: Writer, value: DispatchEventInfo): void {
  requireObject(value)
  writeWeight(to, value.weight)
  writeDispatchClass(to, value.class)
  writePays(to, value.paysFee)
}

function readDispatchEventInfo(from: Reader): DispatchEventInfo {
  return { weight: readWeight(from), class: readDispatchClass(from), paysFee: readPays(from) }
}

function writeSystemExtrinsicSuccess(to: Writer, value: SystemExtrinsicSuccess): void {
  requireObject(value)
  writeDispatchEventInfo(to, value.dispatchInfo)
}

function readSystemExtrinsicSuccess(from: Reader): SystemExtrinsicSuccess {
  return { dispatchInfo: readDispatchEventInfo(from) }
}

type SystemExtrinsicFailed = { readonly dispatchError: DispatchError; readonly dispatchInfo: DispatchEventInfo }

function writeSystemExtrinsicFailed(to: Writer, value: SystemExtrinsicFailed): void {
  requireObject(value)
  writeDispatchError(to, value.dispatchError)
  writeDispatchEventInfo(to, value.dispatchInfo)
}

function readSystemExtrinsicFailed(from: Reader): SystemExtrinsicFailed {
  return { dispatchError: readDispatchError(from), dispatchInfo: readDispatchEventInfo(from) }
}

type SystemNewAccount = { readonly account: Uint8Array }

function writeSystemNewAccount(to: Writer, value: SystemNewAccount): void {
  requireObject(value)
  writeFixedBytes(to, value.account, 32)
}

function readSystemNewAccount(from: Reader): SystemNewAccount {
  return { account: readFixedBytes(from, 32) }
}

type SystemRemarked = { readonly sender: Uint8Array; readonly hash: Uint8Array }

function writeSystemRemarked(to: Writer, value: SystemRemarked): void {
  requireObject(value)
  writeFixedBytes(to, value.sender, 32)
  writeFixedBytes(to, value.hash, 32)
}

function readSystemRemarked(from: Reader): SystemRemarked {
  return { sender: readFixedBytes(from, 32), hash: readFixedBytes(from, 32) }
}

type BalancesEndowed = { readonly account: Uint8Array; readonly freeBalance: bigint }

function writeBalancesEndowed(to: Writer, value: BalancesEndowed): void {
  requireObject(value)
  writeFixedBytes(to, value.account, 32)
  writeU128(to, value.freeBalance)
}

function readBalancesEndowed(from: Reader): BalancesEndowed {
  return { account: readFixedBytes(from, 32), freeBalance: readU128(from) }
}

type BalancesDustLost = { readonly account: Uint8Array; readonly amount: bigint }

function writeBalancesDustLost(to: Writer, value: BalancesDustLost): void {
  requireObject(value)
  writeFixedBytes(to, value.account, 32)
  writeU128(to, value.amount)
}

function readBalancesDustLost(from: Reader): BalancesDustLost {
  return { account: readFixedBytes(from, 32), amount: readU128(from) }
}

type BalancesTransfer = { readonly from: Uint8Array; readonly to: Uint8Array; readonly amount: bigint }

function writeBalancesTransfer(to: Writer, value: BalancesTransfer): void {
  requireObject(value)
  writeFixedBytes(to, value.from, 32)
  writeFixedBytes(to, value.to, 32)
  writeU128(to, value.amount)
}

function readBalancesTransfer(from: Reader): BalancesTransfer {
  return { from: readFixedBytes(from, 32), to: readFixedBytes(from, 32), amount: readU128(from) }
}

type BalancesDeposit = { readonly who: Uint8Array; readonly amount: bigint }

function writeBalancesDeposit(to: Writer, value: BalancesDeposit): void {
  requireObject(value)
  writeFixedBytes(to, value.who, 32)
  writeU128(to, value.amount)
}

function readBalancesDeposit(from: Reader): BalancesDeposit {
  return { who: readFixedBytes(from, 32), amount: readU128(from) }
}

type TransactionPaymentTransactionFeePaid = {
  readonly who: Uint8Array
  readonly actualFee: bigint
  readonly tip: bigint
}

function writeTransactionPaymentTransactionFeePaid(to: Writer, value: TransactionPaymentTransactionFeePaid): void {
  requireObject(value)
  writeFixedBytes(to, value.who, 32)
  writeU128(to, value.actualFee)
  writeU128(to, value.tip)
}

function readTransactionPaymentTransactionFeePaid(from: Reader): TransactionPaymentTransactionFeePaid {
  return { who: readFixedBytes(from, 32), actualFee: readU128(from), tip: readU128(from) }
}

type TopicHead = { readonly sequence: bigint; readonly head: Uint8Array }

function writeTopicHead(to: Writer, value: TopicHead): void {
  requireObject(value)
  writeU64(to, value.sequence)
  writeFixedBytes(to, value.head, 32)
}

function readTopicHead(from: Reader): TopicHead {
  return { sequence: readU64(from), head: readFixedBytes(from, 32) }
}

type MessagesMessagePushed = { readonly topic: Uint8Array; readonly sequence: bigint }

function writeMessagesMessagePushed(to: Writer, value: MessagesMessagePushed): void {
  requireObject(value)
  writeBytes(to, value.topic, 64)
  writeU64(to, value.sequence)
}

function readMessagesMessagePushed(from: Reader): MessagesMessagePushed {
  return { topic: readBytes(from, 64), sequence: readU64(from) }
}

type Code = { readonly uploader: Uint8Array; readonly size: number; readonly publicSince: number }

function writeCode(to: Writer, value: Code): void {
  requireObject(value)
  writeFixedBytes(to, value.uploader, 32)
  writeU32(to, value.size)
  writeU32(to, value.publicSince)
}

function readCode(from: Reader): Code {
  return { uploader: readFixedBytes(from, 32), size: readU32(from), publicSince: readU32(from) }
}

type Contract = {
  readonly deployer: Uint8Array
  readonly codeHash: Uint8Array
  readonly executor: Executor
  readonly policy: ContractPolicy
  readonly deployedAt: number
  readonly epoch: number
  readonly replicas: readonly Uint8Array[]
  readonly root: number
}

function writeContract(to: Writer, value: Contract): void {
  requireObject(value)
  writeFixedBytes(to, value.deployer, 32)
  writeFixedBytes(to, value.codeHash, 32)
  writeExecutor(to, value.executor)
  writeContractPolicy(to, value.policy)
  writeU32(to, value.deployedAt)
  writeU32(to, value.epoch)
  writeSimulatedRulesRoots(to, value.replicas)
  writeU32(to, value.root)
}

function readContract(from: Reader): Contract {
  return {
    deployer: readFixedBytes(from, 32),
    codeHash: readFixedBytes(from, 32),
    executor: readExecutor(from),
    policy: readContractPolicy(from),
    deployedAt: readU32(from),
    epoch: readU32(from),
    replicas: readSimulatedRulesRoots(from),
    root: readU32(from),
  }
}

type OpenBatch = { readonly from: bigint; readonly to: bigint; readonly openedAt: number }

type Progress = {
  readonly batch: number
  readonly committed: bigint
  readonly stateRoot: Uint8Array
  readonly open: OpenBatch | undefined
}

function writeOpenBatch(to: Writer, value: OpenBatch): void {
  requireObject(value)
  writeU64(to, value.from)
  writeU64(to, value.to)
  writeU32(to, value.openedAt)
}

function readOpenBatch(from: Reader): OpenBatch {
  return { from: readU64(from), to: readU64(from), openedAt: readU32(from) }
}

function writeProgress(to: Writer, value: Progress): void {
  requireObject(value)
  writeU32(to, value.batch)
  writeU64(to, value.committed)
  writeFixedBytes(to, value.stateRoot, 32)
  if (value.open === undefined) to.u8(0)
  else {
    to.u8(1)
    writeOpenBatch(to, value.open)
  }
}

function readProgress(from: Reader): Progress {
  return {
    batch: readU32(from),
    committed: readU64(from),
    stateRoot: readFixedBytes(from, 32),
    open: readTag(from, 2) === 0 ? undefined : readOpenBatch(from),
  }
}

type FinalCommit = {
  readonly commit: Commit
  readonly codeHash: Uint8Array
  readonly block: number
  readonly voters: readonly Uint8Array[]
}

function writeFinalCommit(to: Writer, value: FinalCommit): void {
  requireObject(value)
  writeCommit(to, value.commit)
  writeFixedBytes(to, value.codeHash, 32)
  writeU32(to, value.block)
  writeSimulatedRulesRoots(to, value.voters)
}

function readFinalCommit(from: Reader): FinalCommit {
  return {
    commit: readCommit(from),
    codeHash: readFixedBytes(from, 32),
    block: readU32(from),
    voters: readSimulatedRulesRoots(from),
  }
}

type RootMove = { readonly after: Uint8Array | undefined }

function writeRootMove(to: Writer, value: RootMove): void {
  requireObject(value)
  if (value.after === undefined) to.u8(0)
  else {
    to.u8(1)
    writeFixedBytes(to, value.after, 32)
  }
}

function readRootMove(from: Reader): RootMove {
  return { after: readTag(from, 2) === 0 ? undefined : readFixedBytes(from, 32) }
}

type MovedContracts = { readonly contracts: bigint; readonly done: bigint }

function writeMovedContracts(to: Writer, value: MovedContracts): void {
  requireObject(value)
  writeU64(to, value.contracts)
  writeU64(to, value.done)
}

function readMovedContracts(from: Reader): MovedContracts {
  return { contracts: readU64(from), done: readU64(from) }
}

type FormerEpoch = {
  readonly epoch: number
  readonly root: number
  readonly firstBatch: number
  readonly until: number
  readonly last: bigint
}

type RotationReason =
  | { readonly type: 'Schedule' }
  | { readonly type: 'Replaced' }
  | { readonly type: 'Downgraded' }
  | { readonly type: 'Called' }
  | { readonly type: 'Root' }

type KeyEpochs = {
  readonly inForce: number
  readonly root: number
  readonly firstBatch: number
  readonly agreedAt: number | undefined
  readonly previous: FormerEpoch | undefined
  readonly wanted: RotationReason | undefined
  readonly period: number
}

function writeFormerEpoch(to: Writer, value: FormerEpoch): void {
  requireObject(value)
  writeU32(to, value.epoch)
  writeU32(to, value.root)
  writeU32(to, value.firstBatch)
  writeU32(to, value.until)
  writeU64(to, value.last)
}

function readFormerEpoch(from: Reader): FormerEpoch {
  return {
    epoch: readU32(from),
    root: readU32(from),
    firstBatch: readU32(from),
    until: readU32(from),
    last: readU64(from),
  }
}

function writeRotationReason(to: Writer, value: RotationReason): void {
  switch (value?.type) {
    case 'Schedule':
      to.u8(0)
      return
    case 'Replaced':
      to.u8(1)
      return
    case 'Downgraded':
      to.u8(2)
      return
    case 'Called':
      to.u8(3)
      return
    case 'Root':
      to.u8(4)
      return
    default:
      throw unknownVariant('RotationReason', value)
  }
}

function readRotationReason(from: Reader): RotationReason {
  const tag = from.u8()
  switch (tag) {
    case 0:
      return { type: 'Schedule' }
    case 1:
      return { type: 'Replaced' }
    case 2:
      return { type: 'Downgraded' }
    case 3:
      return { type: 'Called' }
    case 4:
      return { type: 'Root' }
    default:
      throw unknownTag('RotationReason', tag)
  }
}

function writeKeyEpochs(to: Writer, value: KeyEpochs): void {
  requireObject(value)
  writeU32(to, value.inForce)
  writeU32(to, value.root)
  writeU32(to, value.firstBatch)
  if (value.agreedAt === undefined) to.u8(0)
  else {
    to.u8(1)
    writeU32(to, value.agreedAt)
  }
  if (value.previous === undefined) to.u8(0)
  else {
    to.u8(1)
    writeFormerEpoch(to, value.previous)
  }
  if (value.wanted === undefined) to.u8(0)
  else {
    to.u8(1)
    writeRotationReason(to, value.wanted)
  }
  writeU32(to, value.period)
}

function readKeyEpochs(from: Reader): KeyEpochs {
  return {
    inForce: readU32(from),
    root: readU32(from),
    firstBatch: readU32(from),
    agreedAt: readTag(from, 2) === 0 ? undefined : readU32(from),
    previous: readTag(from, 2) === 0 ? undefined : readFormerEpoch(from),
    wanted: readTag(from, 2) === 0 ? undefined : readRotationReason(from),
    period: readU32(from),
  }
}

type SealedAmount = { readonly commands: bigint; readonly bytes: bigint }

type SealedToEpoch = { readonly epoch: number; readonly commands: bigint; readonly bytes: bigint }

type SealedCommands = {
  readonly total: SealedAmount
  readonly uncounted: bigint
  readonly epochs: readonly SealedToEpoch[]
}

function writeSealedAmount(to: Writer, value: SealedAmount): void {
  requireObject(value)
  writeU64(to, value.commands)
  writeU64(to, value.bytes)
}

function readSealedAmount(from: Reader): SealedAmount {
  return { commands: readU64(from), bytes: readU64(from) }
}

function writeSealedToEpoch(to: Writer, value: SealedToEpoch): void {
  requireObject(value)
  writeU32(to, value.epoch)
  writeU64(to, value.commands)
  writeU64(to, value.bytes)
}

function readSealedToEpoch(from: Reader): SealedToEpoch {
  return { epoch: readU32(from), commands: readU64(from), bytes: readU64(from) }
}

function writeSealedCommandsEpochs(to: Writer, value: readonly SealedToEpoch[]): void {
  writeLength(to, value, 3)
  for (const item of value) {
    writeSealedToEpoch(to, item)
  }
}

function readSealedCommandsEpochs(from: Reader): readonly SealedToEpoch[] {
  const length = readLength(from, 20, 3)
  const items: SealedToEpoch[] = []
  for (let i = 0; i < length; i++) items.push(readSealedToEpoch(from))
  return items
}

function writeSealedCommands(to: Writer, value: SealedCommands): void {
  requireObject(value)
  writeSealedAmount(to, value.total)
  writeU64(to, value.uncounted)
  writeSealedCommandsEpochs(to, value.epochs)
}

function readSealedCommands(from: Reader): SealedCommands {
  return { total: readSealedAmount(from), uncounted: readU64(from), epochs: readSealedCommandsEpochs(from) }
}

type ContractsCodePublished = { readonly codeHash: Uint8Array; readonly uploader: Uint8Array; readonly size: number }

function writeContractsCodePublished(to: Writer, value: ContractsCodePublished): void {
  requireObject(value)
  writeFixedBytes(to, value.codeHash, 32)
  writeFixedBytes(to, value.uploader, 32)
  writeU32(to, value.size)
}

function readContractsCodePublished(from: Reader): ContractsCodePublished {
  return { codeHash: readFixedBytes(from, 32), uploader: readFixedBytes(from, 32), size: readU32(from) }
}

type ContractsDeployed = {
  readonly contract: Uint8Array
  readonly deployer: Uint8Array
  readonly codeHash: Uint8Array
  readonly replicas: readonly Uint8Array[]
}

function writeContractsDeployed(to: Writer, value: ContractsDeployed): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeFixedBytes(to, value.deployer, 32)
  writeFixedBytes(to, value.codeHash, 32)
  writeRuntimeCallMultisigAsMultiThreshold1OtherSignatories(to, value.replicas)
}

function readContractsDeployed(from: Reader): ContractsDeployed {
  return {
    contract: readFixedBytes(from, 32),
    deployer: readFixedBytes(from, 32),
    codeHash: readFixedBytes(from, 32),
    replicas: readRuntimeCallMultisigAsMultiThreshold1OtherSignatories(from),
  }
}

type ContractsCommandKeyAgreed = { readonly contract: Uint8Array; readonly epoch: number }

function writeContractsCommandKeyAgreed(to: Writer, value: ContractsCommandKeyAgreed): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.epoch)
}

function readContractsCommandKeyAgreed(from: Reader): ContractsCommandKeyAgreed {
  return { contract: readFixedBytes(from, 32), epoch: readU32(from) }
}

type ContractsKeyPeriodSet = { readonly contract: Uint8Array; readonly period: number }

function writeContractsKeyPeriodSet(to: Writer, value: ContractsKeyPeriodSet): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.period)
}

function readContractsKeyPeriodSet(from: Reader): ContractsKeyPeriodSet {
  return { contract: readFixedBytes(from, 32), period: readU32(from) }
}

type ContractsCommandSent = { readonly contract: Uint8Array; readonly sender: Uint8Array; readonly sequence: bigint }

function writeContractsCommandSent(to: Writer, value: ContractsCommandSent): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeFixedBytes(to, value.sender, 32)
  writeU64(to, value.sequence)
}

function readContractsCommandSent(from: Reader): ContractsCommandSent {
  return { contract: readFixedBytes(from, 32), sender: readFixedBytes(from, 32), sequence: readU64(from) }
}

type ContractsBatchOpened = {
  readonly contract: Uint8Array
  readonly batch: number
  readonly from: bigint
  readonly to: bigint
}

function writeContractsBatchOpened(to: Writer, value: ContractsBatchOpened): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.batch)
  writeU64(to, value.from)
  writeU64(to, value.to)
}

function readContractsBatchOpened(from: Reader): ContractsBatchOpened {
  return { contract: readFixedBytes(from, 32), batch: readU32(from), from: readU64(from), to: readU64(from) }
}

type ContractsCommitted = {
  readonly contract: Uint8Array
  readonly batch: number
  readonly to: bigint
  readonly stateRoot: Uint8Array
  readonly voters: number
}

function writeContractsCommitted(to: Writer, value: ContractsCommitted): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.batch)
  writeU64(to, value.to)
  writeFixedBytes(to, value.stateRoot, 32)
  writeU32(to, value.voters)
}

function readContractsCommitted(from: Reader): ContractsCommitted {
  return {
    contract: readFixedBytes(from, 32),
    batch: readU32(from),
    to: readU64(from),
    stateRoot: readFixedBytes(from, 32),
    voters: readU32(from),
  }
}

type ContractsReplicaOutvoted = {
  readonly contract: Uint8Array
  readonly batch: number
  readonly worker: Uint8Array
  readonly said: Uint8Array
  readonly agreed: Uint8Array
}

function writeContractsReplicaOutvoted(to: Writer, value: ContractsReplicaOutvoted): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.batch)
  writeFixedBytes(to, value.worker, 32)
  writeFixedBytes(to, value.said, 32)
  writeFixedBytes(to, value.agreed, 32)
}

function readContractsReplicaOutvoted(from: Reader): ContractsReplicaOutvoted {
  return {
    contract: readFixedBytes(from, 32),
    batch: readU32(from),
    worker: readFixedBytes(from, 32),
    said: readFixedBytes(from, 32),
    agreed: readFixedBytes(from, 32),
  }
}

type ContractsNoMajority = { readonly contract: Uint8Array; readonly batch: number }

function writeContractsNoMajority(to: Writer, value: ContractsNoMajority): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.batch)
}

function readContractsNoMajority(from: Reader): ContractsNoMajority {
  return { contract: readFixedBytes(from, 32), batch: readU32(from) }
}

type ContractsReplicaReplaced = {
  readonly contract: Uint8Array
  readonly replica: Uint8Array
  readonly replacement: Uint8Array
}

function writeContractsReplicaReplaced(to: Writer, value: ContractsReplicaReplaced): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeFixedBytes(to, value.replica, 32)
  writeFixedBytes(to, value.replacement, 32)
}

function readContractsReplicaReplaced(from: Reader): ContractsReplicaReplaced {
  return {
    contract: readFixedBytes(from, 32),
    replica: readFixedBytes(from, 32),
    replacement: readFixedBytes(from, 32),
  }
}

type ContractsOutgoingFailed = { readonly contract: Uint8Array; readonly batch: number; readonly position: number }

function writeContractsOutgoingFailed(to: Writer, value: ContractsOutgoingFailed): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.batch)
  writeU32(to, value.position)
}

function readContractsOutgoingFailed(from: Reader): ContractsOutgoingFailed {
  return { contract: readFixedBytes(from, 32), batch: readU32(from), position: readU32(from) }
}

type ContractsNoReplacement = { readonly contract: Uint8Array; readonly replica: Uint8Array }

function writeContractsNoReplacement(to: Writer, value: ContractsNoReplacement): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeFixedBytes(to, value.replica, 32)
}

function readContractsNoReplacement(from: Reader): ContractsNoReplacement {
  return { contract: readFixedBytes(from, 32), replica: readFixedBytes(from, 32) }
}

type ContractsEpochBegan = {
  readonly contract: Uint8Array
  readonly epoch: number
  readonly root: number
  readonly reason: RotationReason
}

function writeContractsEpochBegan(to: Writer, value: ContractsEpochBegan): void {
  requireObject(value)
  writeFixedBytes(to, value.contract, 32)
  writeU32(to, value.epoch)
  writeU32(to, value.root)
  writeRotationReason(to, value.reason)
}

function readContractsEpochBegan(from: Reader): ContractsEpochBegan {
  return {
    contract: readFixedBytes(from, 32),
    epoch: readU32(from),
    root: readU32(from),
    reason: readRotationReason(from),
  }
}

type UtilityBatchInterrupted = { readonly index: number; readonly error: DispatchError }

function writeUtilityBatchInterrupted(to: Writer, value: UtilityBatchInterrupted): void {
  requireObject(value)
  writeU32(to, value.index)
  writeDispatchError(to, value.error)
}

function readUtilityBatchInterrupted(from: Reader): UtilityBatchInterrupted {
  return { index: readU32(from), error: readDispatchError(from) }
}

type UtilityItemFailed = { readonly error: DispatchError }

function writeUtilityItemFailed(to: Writer, value: UtilityItemFailed): void {
  requireObject(value)
  writeDispatchError(to, value.error)
}

function readUtilityItemFailed(from: Reader): UtilityItemFailed {
  return { error: readDispatchError(from) }
}

type UtilityDispatchedAs = { readonly result: ApplyExtrinsicResultValue }

function writeUtilityDispatchedAs(to: Writer, value: UtilityDispatchedAs): void {
  requireObject(value)
  writeApplyExtrinsicResultValue(to, value.result)
}

function readUtilityDispatchedAs(from: Reader): UtilityDispatchedAs {
  return { result: readApplyExtrinsicResultValue(from) }
}

type UtilityIfElseFallbackCalled = { readonly mainError: DispatchError }

function writeUtilityIfElseFallbackCalled(to: Writer, value: UtilityIfElseFallbackCalled): void {
  requireObject(value)
  writeDispatchError(to, value.mainError)
}

function readUtilityIfElseFallbackCalled(from: Reader): UtilityIfElseFallbackCalled {
  return { mainError: readDispatchError(from) }
}

/** By layout. */
export const codecs: GeneratedCodecs = new Map<string, (...own: readonly Codec[]) => Codec>([
  [
    '<{priority:U64,requires:[Bytes(4294967295);1,4294967295],provides:[Bytes(4294967295);1,4294967295],longevity:U64,propagate:Bool}|TransactionValidityError{0=Invalid:InvalidTransaction{0=Call,1=Payment,2=Future,3=Stale,4=BadProof,5=AncientBirthBlock,6=ExhaustsResources,7=Custom:U8,8=BadMandatory,9=MandatoryValidation,10=BadSigner,11=IndeterminateImplicit,12=UnknownOrigin},1=Unknown:UnknownTransaction{0=CannotLookup,1=NoUnsignedValidator,2=Custom:U8}}>',
    () => ({ write: writeTransactionValidity, read: readTransactionValidity }),
  ],
  [
    '<<Unit|DispatchError{0=Other,1=CannotLookup,2=BadOrigin,3=Module:{index:U8,error:FixedBytes(4)},4=ConsumerRemaining,5=NoProviders,6=TooManyConsumers,7=Token:TokenError{0=FundsUnavailable,1=OnlyProvider,2=BelowMinimum,3=CannotCreate,4=UnknownAsset,5=Frozen,6=Unsupported,7=CannotCreateHold,8=NotExpendable,9=Blocked},8=Arithmetic:ArithmeticError{0=Underflow,1=Overflow,2=DivisionByZero},9=Transactional,10=Exhausted,11=Corruption,12=Unavailable,13=RootNotAllowed}>|TransactionValidityError{0=Invalid:InvalidTransaction{0=Call,1=Payment,2=Future,3=Stale,4=BadProof,5=AncientBirthBlock,6=ExhaustsResources,7=Custom:U8,8=BadMandatory,9=MandatoryValidation,10=BadSigner,11=IndeterminateImplicit,12=UnknownOrigin},1=Unknown:UnknownTransaction{0=CannotLookup,1=NoUnsignedValidator,2=Custom:U8}}>',
    () => ({ write: writeApplyExtrinsicResult, read: readApplyExtrinsicResult }),
  ],
  [
    'RuntimeCall{0=System:Call{2=setCode:{code:Bytes(917504)},3=setCodeWithoutChecks:{code:Bytes(917504)},9=authorizeUpgrade:{codeHash:FixedBytes(32)},10=authorizeUpgradeWithoutChecks:{codeHash:FixedBytes(32)},11=applyAuthorizedUpgrade:{code:Bytes(917504)},0=remark:{remark:Bytes(4294967295)},7=remarkWithEvent:{remark:Bytes(4294967295)}},1=Timestamp:Call{0=set:{now:CompactBigInt(64)}},2=Balances:Call{0=transferAllowDeath:{dest:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},value:CompactBigInt(128)},3=transferKeepAlive:{dest:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},value:CompactBigInt(128)},4=transferAll:{dest:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},keepAlive:Bool}},10=Registry:Call{0=register:{registration:{identity:FixedBytes(32),agreement:FixedBytes(1216),operator:FixedBytes(32),blockHash:FixedBytes(32)},evidence:Evidence{0=Simulated:Bytes(16384),1=Sgx:Bytes(16384),2=Tdx:Bytes(16384),3=SevSnp:{report:FixedBytes(1184),vek:Bytes(8192)},4=Cca:Bytes(16384),5=Nitro:Bytes(16384)},endpoint:Text(256)},1=setEndpoint:{identity:FixedBytes(32),endpoint:Text(256)},2=deregister:{identity:FixedBytes(32)},3=updateCollateral:{collateral:Collateral{0=Dcap:{tee:DcapTee{0=Sgx,1=Tdx},tcbInfo:Bytes(65536),tcbInfoSignature:FixedBytes(64),tcbInfoIssuerChain:[Bytes(8192);1,4],qeIdentity:Bytes(65536),qeIdentitySignature:FixedBytes(64),qeIdentityIssuerChain:[Bytes(8192);1,4],rootCaCrl:Bytes(65536),pckCrl:Bytes(65536),pckCrlIssuerChain:[Bytes(8192);1,4]},1=Snp:{ask:Bytes(8192),ark:Bytes(8192),crl:Bytes(65536)}}},4=setPolicy:{policy:{maxEvidenceBlocks:U32,validityBlocks:U32,platforms:{allowed:?[FixedBytes(32);32,128],denied:[FixedBytes(32);32,128]},simulated:?{roots:[FixedBytes(32);32,16],level:U8},sgx:?{statuses:[AcceptedStatus{0=UpToDate,1=SWHardeningNeeded,2=ConfigurationNeeded,3=ConfigurationAndSWHardeningNeeded};1,4],advisories:[{id:Text(32),level:U8};2,64],graceSeconds:U32,minimumEvaluationNumber:U32,maxCollateralSeconds:U32,fmspcs:{allowed:?[FixedBytes(6);6,64],denied:[FixedBytes(6);6,64]}},tdx:?{dcap:{statuses:[AcceptedStatus{0=UpToDate,1=SWHardeningNeeded,2=ConfigurationNeeded,3=ConfigurationAndSWHardeningNeeded};1,4],advisories:[{id:Text(32),level:U8};2,64],graceSeconds:U32,minimumEvaluationNumber:U32,maxCollateralSeconds:U32,fmspcs:{allowed:?[FixedBytes(6);6,64],denied:[FixedBytes(6);6,64]}},allowedAttributes:U64,allowedXfam:U64},snp:?{vmpl:U8,floors:[{product:SnpProductName{0=Milan,1=Genoa,2=Turin},fmc:U8,bootLoader:U8,tee:U8,snp:U8,microcode:U8,major:U8,minor:U8,build:U8,level:U8};10,16],acceptsVlek:Bool,smt:SmtChoice{0=Forbidden,1=Allowed},requiredPlatformInfo:U64,maxCollateralSeconds:U32},cca:?{level:U8},psa:?{level:U8},nitro:?{level:U8,maxDocumentSeconds:U32}}},5=setMeasurement:{measurement:FixedBytes(32),allowed:{kind:EnclaveKind{0=Worker,1=Gatekeeper},tee:Tee{0=Simulated,1=Sgx,2=Tdx,3=SevSnp,4=Cca,5=Nitro},build:Text(128),activeFrom:U32,retiredFrom:?U32}},6=retireMeasurement:{measurement:FixedBytes(32),retiredFrom:U32},7=setAnchorKey:{instance:Bytes(64),key:?{curve:AnchorCurve{0=P256,1=P384,2=P521},point:Bytes(133)}},8=updateRevocations:{list:{root:Bytes(8192),crl:Bytes(65536)}}},13=Contracts:Call{0=uploadCode:{code:Bytes(524288)},1=deploy:{codeHash:FixedBytes(32),executor:Executor{0=Js},policy:{replicas:U8,vendors:U8,worstLevel:U8,upgrade:UpgradeRight{0=Nobody,1=Account:FixedBytes(32)},noticeBlocks:U32,egress:[Text(256);1,16],maxGas:U64},init:Bytes(65536)},2=send:{contract:FixedBytes(32),epoch:U32,sealed:Bytes(70000)},3=publishCommandKey:{contract:FixedBytes(32),worker:FixedBytes(32),commandKey:{epoch:U32,key:FixedBytes(1216)},signature:FixedBytes(64)},4=commit:{worker:FixedBytes(32),commit:{contract:FixedBytes(32),batch:U32,from:U64,to:U64,previousRoot:FixedBytes(32),newRoot:FixedBytes(32),deltaCid:Bytes(64),outgoing:[Outgoing{0=Transfer:{to:FixedBytes(32),amount:U128}};49,64],receiptsRoot:FixedBytes(32)},signature:FixedBytes(64)},5=replaceReplica:{contract:FixedBytes(32),replica:FixedBytes(32)},6=rotateKey:{contract:FixedBytes(32)},7=setKeyPeriod:{contract:FixedBytes(32),period:U32}},11=Gatekeepers:Call{1=requestKey:{request:{worker:FixedBytes(32),contract:FixedBytes(32),root:U32,epoch:U32,recipient:FixedBytes(1216)},signature:FixedBytes(64)},2=releaseKey:{release:{worker:FixedBytes(32),contract:FixedBytes(32),root:U32,epoch:U32,sharing:U32,index:U16,recipient:FixedBytes(32),commitment:FixedBytes(32),sealed:Bytes(4096)},signature:FixedBytes(64)},3=setTarget:{target:{members:U8,threshold:U8,refreshBlocks:U32}},4=admitOperator:{operator:FixedBytes(32)},5=dismissOperator:{operator:FixedBytes(32)},6=bond:{},7=unbond:{},8=deal:{dealt:{ceremony:U32,dealer:U16,dealing:{commitments:[FixedBytes(32);32,20],proof:FixedBytes(64),sealed:[FixedBytes(1392);1392,20]}},signature:FixedBytes(64)},9=check:{check:{ceremony:U32,receiver:U16,complaints:[U16;2,20]},signature:FixedBytes(64)},10=answer:{answer:{ceremony:U32,dealer:U16,shares:[{receiver:U16,share:FixedBytes(32)};34,20]},signature:FixedBytes(64)},11=rotateRoot:{},12=giveBeaconPartial:{partial:{root:U32,sharing:U32,round:U32,index:U16,evaluated:FixedBytes(32),proof:FixedBytes(64)},signature:FixedBytes(64)},13=proveWrongPartial:{signed:{release:{worker:FixedBytes(32),contract:FixedBytes(32),root:U32,epoch:U32,sharing:U32,index:U16,recipient:FixedBytes(32),commitment:FixedBytes(32),sealed:Bytes(4096)},signature:FixedBytes(64)},partial:{index:U16,evaluated:FixedBytes(32),proof:FixedBytes(64),salt:FixedBytes(32)}},14=reportRelease:{signed:{release:{worker:FixedBytes(32),contract:FixedBytes(32),root:U32,epoch:U32,sharing:U32,index:U16,recipient:FixedBytes(32),commitment:FixedBytes(32),sealed:Bytes(4096)},signature:FixedBytes(64)},signature:FixedBytes(64)},15=join:{joining:{ceremony:U32,receiver:U16,recipient:FixedBytes(1216)},signature:FixedBytes(64)},16=setCustodians:{custodians:{people:[{account:FixedBytes(32),recipient:FixedBytes(1216)};1248,20],threshold:U8}},17=checkEscrow:{escrow:U32,complaints:[U16;2,20]},18=recover:{wanted:Bool},19=dealAsCustodian:{dealt:{ceremony:U32,dealer:U16,dealing:{commitments:[FixedBytes(32);32,20],proof:FixedBytes(64),sealed:[FixedBytes(1392);1392,20]}}},20=answerAsCustodian:{answer:{ceremony:U32,dealer:U16,shares:[{receiver:U16,share:FixedBytes(32)};34,20]}}},255=Sudo:Call{0=sudo:{call:own0},1=sudoUncheckedWeight:{call:own0,weight:{refTime:CompactBigInt(64),proofSize:CompactBigInt(64)}},2=setKey:{new:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)}},3=sudoAs:{who:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},call:own0},4=removeKey:{}},20=Utility:Call{0=batch:{calls:[own0;2,4294967295]},1=asDerivative:{index:U16,call:own0},2=batchAll:{calls:[own0;2,4294967295]},3=dispatchAs:{asOrigin:OriginCaller{0=system:RawOrigin{0=Root,1=Signed:FixedBytes(32),2=None}},call:own0},4=forceBatch:{calls:[own0;2,4294967295]},5=withWeight:{call:own0,weight:{refTime:CompactBigInt(64),proofSize:CompactBigInt(64)}},6=ifElse:{main:own0,fallback:own0},7=dispatchAsFallible:{asOrigin:OriginCaller{0=system:RawOrigin{0=Root,1=Signed:FixedBytes(32),2=None}},call:own0}},21=Proxy:Call{0=proxy:{real:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},forceProxyType:?ProxyType{0=Any,1=NonTransfer,2=Contracts,3=Operator,4=CancelProxy},call:own0},1=addProxy:{delegate:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},proxyType:ProxyType{0=Any,1=NonTransfer,2=Contracts,3=Operator,4=CancelProxy},delay:U32},2=removeProxy:{delegate:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},proxyType:ProxyType{0=Any,1=NonTransfer,2=Contracts,3=Operator,4=CancelProxy},delay:U32},3=removeProxies:{},4=createPure:{proxyType:ProxyType{0=Any,1=NonTransfer,2=Contracts,3=Operator,4=CancelProxy},delay:U32,index:U16},5=killPure:{spawner:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},proxyType:ProxyType{0=Any,1=NonTransfer,2=Contracts,3=Operator,4=CancelProxy},index:U16,height:CompactNumber(32),extIndex:CompactNumber(32)},6=announce:{real:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},callHash:FixedBytes(32)},7=removeAnnouncement:{real:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},callHash:FixedBytes(32)},8=rejectAnnouncement:{delegate:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},callHash:FixedBytes(32)},9=proxyAnnounced:{delegate:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},real:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)},forceProxyType:?ProxyType{0=Any,1=NonTransfer,2=Contracts,3=Operator,4=CancelProxy},call:own0}},22=Multisig:Call{0=asMultiThreshold1:{otherSignatories:[FixedBytes(32);32,4294967295],call:own0},1=asMulti:{threshold:U16,otherSignatories:[FixedBytes(32);32,4294967295],maybeTimepoint:?{height:U32,index:U32},call:own0,maxWeight:{refTime:CompactBigInt(64),proofSize:CompactBigInt(64)}},2=approveAsMulti:{threshold:U16,otherSignatories:[FixedBytes(32);32,4294967295],maybeTimepoint:?{height:U32,index:U32},callHash:FixedBytes(32),maxWeight:{refTime:CompactBigInt(64),proofSize:CompactBigInt(64)}},3=cancelAsMulti:{threshold:U16,otherSignatories:[FixedBytes(32);32,4294967295],timepoint:{height:U32,index:U32},callHash:FixedBytes(32)}},23=Preimage:Call{0=notePreimage:{bytes:Bytes(1048576)},1=unnotePreimage:{hash:FixedBytes(32)},2=requestPreimage:{hash:FixedBytes(32)},3=unrequestPreimage:{hash:FixedBytes(32)}},24=Scheduler:Call{0=schedule:{when:U32,maybePeriodic:?(U32,U32),priority:U8,call:own0},1=cancel:{when:U32,index:U32},2=scheduleNamed:{id:FixedBytes(32),when:U32,maybePeriodic:?(U32,U32),priority:U8,call:own0},3=cancelNamed:{id:FixedBytes(32)},4=scheduleAfter:{after:U32,maybePeriodic:?(U32,U32),priority:U8,call:own0},5=scheduleNamedAfter:{id:FixedBytes(32),after:U32,maybePeriodic:?(U32,U32),priority:U8,call:own0},6=setRetry:{task:(U32,U32),retries:U8,period:U32},7=setRetryNamed:{id:FixedBytes(32),retries:U8,period:U32},8=cancelRetry:{task:(U32,U32)},9=cancelRetryNamed:{id:FixedBytes(32)}},25=Permits:Call{0=revoke:{permit:FixedBytes(32),expiresAtBlock:U32},1=revokeAll:{issuedBefore:U32},2=release:{account:MultiAddress{0=Id:FixedBytes(32),1=Index:CompactNumber(32),2=Raw:Bytes(4294967295),3=Address32:FixedBytes(32),4=Address20:FixedBytes(20)}}}}',
    makeRuntimeCall,
  ],
  [
    '{nonce:U32,consumers:U32,providers:U32,sufficients:U32,data:{free:U128,reserved:U128,frozen:U128,flags:U128}}',
    () => ({ write: writeAccountInfo, read: readAccountInfo }),
  ],
  [
    '{normal:{refTime:CompactBigInt(64),proofSize:CompactBigInt(64)},operational:{refTime:CompactBigInt(64),proofSize:CompactBigInt(64)},mandatory:{refTime:CompactBigInt(64),proofSize:CompactBigInt(64)}}',
    () => ({ write: writeClassWeights, read: readClassWeights }),
  ],
  [
    '{logs:[DigestItem{0=Other:Bytes(4294967295),4=Consensus:(FixedBytes(4),Bytes(4294967295)),5=Seal:(FixedBytes(4),Bytes(4294967295)),6=PreRuntime:(FixedBytes(4),Bytes(4294967295)),8=RuntimeEnvironmentUpdated};1,64]}',
    () => ({ write: writeDigest, read: readDigest }),
  ],
  [
    '{specVersion:CompactNumber(32),specName:Text(4294967295)}',
    () => ({ write: writeLastRuntimeUpgradeInfo, read: readLastRuntimeUpgradeInfo }),
  ],
  [
    '{codeHash:FixedBytes(32),checkVersion:Bool}',
    () => ({ write: writeCodeUpgradeAuthorization, read: readCodeUpgradeAuthorization }),
  ],
  [
    '{dispatchInfo:{weight:{refTime:CompactBigInt(64),proofSize:CompactBigInt(64)},class:DispatchClass{0=Normal,1=Operational,2=Mandatory},paysFee:Pays{0=Yes,1=No}}}',
    () => ({ write: writeSystemExtrinsicSuccess, read: readSystemExtrinsicSuccess }),
  ],
  [
    '{dispatchError:DispatchError{0=Other,1=CannotLookup,2=BadOrigin,3=Module:{index:U8,error:FixedBytes(4)},4=ConsumerRemaining,5=NoProviders,6=TooManyConsumers,7=Token:TokenError{0=FundsUnavailable,1=OnlyProvider,2=BelowMinimum,3=CannotCreate,4=UnknownAsset,5=Frozen,6=Unsupported,7=CannotCreateHold,8=NotExpendable,9=Blocked},8=Arithmetic:ArithmeticError{0=Underflow,1=Overflow,2=DivisionByZero},9=Transactional,10=Exhausted,11=Corruption,12=Unavailable,13=RootNotAllowed},dispatchInfo:{weight:{refTime:CompactBigInt(64),proofSize:CompactBigInt(64)},class:DispatchClass{0=Normal,1=Operational,2=Mandatory},paysFee:Pays{0=Yes,1=No}}}',
    () => ({ write: writeSystemExtrinsicFailed, read: readSystemExtrinsicFailed }),
  ],
  ['{account:FixedBytes(32)}', () => ({ write: writeSystemNewAccount, read: readSystemNewAccount })],
  ['{sender:FixedBytes(32),hash:FixedBytes(32)}', () => ({ write: writeSystemRemarked, read: readSystemRemarked })],
  ['{account:FixedBytes(32),freeBalance:U128}', () => ({ write: writeBalancesEndowed, read: readBalancesEndowed })],
  ['{account:FixedBytes(32),amount:U128}', () => ({ write: writeBalancesDustLost, read: readBalancesDustLost })],
  [
    '{from:FixedBytes(32),to:FixedBytes(32),amount:U128}',
    () => ({ write: writeBalancesTransfer, read: readBalancesTransfer }),
  ],
  ['{who:FixedBytes(32),amount:U128}', () => ({ write: writeBalancesDeposit, read: readBalancesDeposit })],
  [
    '{who:FixedBytes(32),actualFee:U128,tip:U128}',
    () => ({ write: writeTransactionPaymentTransactionFeePaid, read: readTransactionPaymentTransactionFeePaid }),
  ],
  ['{sequence:U64,head:FixedBytes(32)}', () => ({ write: writeTopicHead, read: readTopicHead })],
  ['{topic:Bytes(64),sequence:U64}', () => ({ write: writeMessagesMessagePushed, read: readMessagesMessagePushed })],
  ['{uploader:FixedBytes(32),size:U32,publicSince:U32}', () => ({ write: writeCode, read: readCode })],
  [
    '{deployer:FixedBytes(32),codeHash:FixedBytes(32),executor:Executor{0=Js},policy:{replicas:U8,vendors:U8,worstLevel:U8,upgrade:UpgradeRight{0=Nobody,1=Account:FixedBytes(32)},noticeBlocks:U32,egress:[Text(256);1,16],maxGas:U64},deployedAt:U32,epoch:U32,replicas:[FixedBytes(32);32,16],root:U32}',
    () => ({ write: writeContract, read: readContract }),
  ],
  ['{epoch:U32,key:FixedBytes(1216)}', () => ({ write: writeCommandKey, read: readCommandKey })],
  [
    '{batch:U32,committed:U64,stateRoot:FixedBytes(32),open:?{from:U64,to:U64,openedAt:U32}}',
    () => ({ write: writeProgress, read: readProgress }),
  ],
  [
    '{contract:FixedBytes(32),batch:U32,from:U64,to:U64,previousRoot:FixedBytes(32),newRoot:FixedBytes(32),deltaCid:Bytes(64),outgoing:[Outgoing{0=Transfer:{to:FixedBytes(32),amount:U128}};49,64],receiptsRoot:FixedBytes(32)}',
    () => ({ write: writeCommit, read: readCommit }),
  ],
  [
    '{commit:{contract:FixedBytes(32),batch:U32,from:U64,to:U64,previousRoot:FixedBytes(32),newRoot:FixedBytes(32),deltaCid:Bytes(64),outgoing:[Outgoing{0=Transfer:{to:FixedBytes(32),amount:U128}};49,64],receiptsRoot:FixedBytes(32)},codeHash:FixedBytes(32),block:U32,voters:[FixedBytes(32);32,16]}',
    () => ({ write: writeFinalCommit, read: readFinalCommit }),
  ],
  ['{after:?FixedBytes(32)}', () => ({ write: writeRootMove, read: readRootMove })],
  ['{contracts:U64,done:U64}', () => ({ write: writeMovedContracts, read: readMovedContracts })],
  [
    '{inForce:U32,root:U32,firstBatch:U32,agreedAt:?U32,previous:?{epoch:U32,root:U32,firstBatch:U32,until:U32,last:U64},wanted:?RotationReason{0=Schedule,1=Replaced,2=Downgraded,3=Called,4=Root},period:U32}',
    () => ({ write: writeKeyEpochs, read: readKeyEpochs }),
  ],
  [
    '{total:{commands:U64,bytes:U64},uncounted:U64,epochs:[{epoch:U32,commands:U64,bytes:U64};20,3]}',
    () => ({ write: writeSealedCommands, read: readSealedCommands }),
  ],
  [
    '{codeHash:FixedBytes(32),uploader:FixedBytes(32),size:U32}',
    () => ({ write: writeContractsCodePublished, read: readContractsCodePublished }),
  ],
  [
    '{contract:FixedBytes(32),deployer:FixedBytes(32),codeHash:FixedBytes(32),replicas:[FixedBytes(32);32,4294967295]}',
    () => ({ write: writeContractsDeployed, read: readContractsDeployed }),
  ],
  [
    '{contract:FixedBytes(32),epoch:U32}',
    () => ({ write: writeContractsCommandKeyAgreed, read: readContractsCommandKeyAgreed }),
  ],
  [
    '{contract:FixedBytes(32),period:U32}',
    () => ({ write: writeContractsKeyPeriodSet, read: readContractsKeyPeriodSet }),
  ],
  [
    '{contract:FixedBytes(32),sender:FixedBytes(32),sequence:U64}',
    () => ({ write: writeContractsCommandSent, read: readContractsCommandSent }),
  ],
  [
    '{contract:FixedBytes(32),batch:U32,from:U64,to:U64}',
    () => ({ write: writeContractsBatchOpened, read: readContractsBatchOpened }),
  ],
  [
    '{contract:FixedBytes(32),batch:U32,to:U64,stateRoot:FixedBytes(32),voters:U32}',
    () => ({ write: writeContractsCommitted, read: readContractsCommitted }),
  ],
  [
    '{contract:FixedBytes(32),batch:U32,worker:FixedBytes(32),said:FixedBytes(32),agreed:FixedBytes(32)}',
    () => ({ write: writeContractsReplicaOutvoted, read: readContractsReplicaOutvoted }),
  ],
  ['{contract:FixedBytes(32),batch:U32}', () => ({ write: writeContractsNoMajority, read: readContractsNoMajority })],
  [
    '{contract:FixedBytes(32),replica:FixedBytes(32),replacement:FixedBytes(32)}',
    () => ({ write: writeContractsReplicaReplaced, read: readContractsReplicaReplaced }),
  ],
  [
    '{contract:FixedBytes(32),batch:U32,position:U32}',
    () => ({ write: writeContractsOutgoingFailed, read: readContractsOutgoingFailed }),
  ],
  [
    '{contract:FixedBytes(32),replica:FixedBytes(32)}',
    () => ({ write: writeContractsNoReplacement, read: readContractsNoReplacement }),
  ],
  [
    '{contract:FixedBytes(32),epoch:U32,root:U32,reason:RotationReason{0=Schedule,1=Replaced,2=Downgraded,3=Called,4=Root}}',
    () => ({ write: writeContractsEpochBegan, read: readContractsEpochBegan }),
  ],
  [
    '{index:U32,error:DispatchError{0=Other,1=CannotLookup,2=BadOrigin,3=Module:{index:U8,error:FixedBytes(4)},4=ConsumerRemaining,5=NoProviders,6=TooManyConsumers,7=Token:TokenError{0=FundsUnavailable,1=OnlyProvider,2=BelowMinimum,3=CannotCreate,4=UnknownAsset,5=Frozen,6=Unsupported,7=CannotCreateHold,8=NotExpendable,9=Blocked},8=Arithmetic:ArithmeticError{0=Underflow,1=Overflow,2=DivisionByZero},9=Transactional,10=Exhausted,11=Corruption,12=Unavailable,13=RootNotAllowed}}',
    () => ({ write: writeUtilityBatchInterrupted, read: readUtilityBatchInterrupted }),
  ],
  [
    '{error:DispatchError{0=Other,1=CannotLookup,2=BadOrigin,3=Module:{index:U8,error:FixedBytes(4)},4=ConsumerRemaining,5=NoProviders,6=TooManyConsumers,7=Token:TokenError{0=FundsUnavailable,1=OnlyProvider,2=BelowMinimum,3=CannotCreate,4=UnknownAsset,5=Frozen,6=Unsupported,7=CannotCreateHold,8=NotExpendable,9=Blocked},8=Arithmetic:ArithmeticError{0=Underflow,1=Overflow,2=DivisionByZero},9=Transactional,10=Exhausted,11=Corruption,12=Unavailable,13=RootNotAllowed}}',
    () => ({ write: writeUtilityItemFailed, read: readUtilityItemFailed }),
  ],
  [
    '{result:<Unit|DispatchError{0=Other,1=CannotLookup,2=BadOrigin,3=Module:{index:U8,error:FixedBytes(4)},4=ConsumerRemaining,5=NoProviders,6=TooManyConsumers,7=Token:TokenError{0=FundsUnavailable,1=OnlyProvider,2=BelowMinimum,3=CannotCreate,4=UnknownAsset,5=Frozen,6=Unsupported,7=CannotCreateHold,8=NotExpendable,9=Blocked},8=Arithmetic:ArithmeticError{0=Underflow,1=Overflow,2=DivisionByZero},9=Transactional,10=Exhausted,11=Corruption,12=Unavailable,13=RootNotAllowed}>}',
    () => ({ write: writeUtilityDispatchedAs, read: readUtilityDispatchedAs }),
  ],
  [
    '{mainError:DispatchError{0=Other,1=CannotLookup,2=BadOrigin,3=Module:{index:U8,error:FixedBytes(4)},4=ConsumerRemaining,5=NoProviders,6=TooManyConsumers,7=Token:TokenError{0=FundsUnavailable,1=OnlyProvider,2=BelowMinimum,3=CannotCreate,4=UnknownAsset,5=Frozen,6=Unsupported,7=CannotCreateHold,8=NotExpendable,9=Blocked},8=Arithmetic:ArithmeticError{0=Underflow,1=Overflow,2=DivisionByZero},9=Transactional,10=Exhausted,11=Corruption,12=Unavailable,13=RootNotAllowed}}',
    () => ({ write: writeUtilityIfElseFallbackCalled, read: readUtilityIfElseFallbackCalled }),
  ],
])
