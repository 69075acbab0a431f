/**
 * TCB info (Intel PCS API version 4): the levels that one platform family (FMSPC) can be at, with Intel's word for each.
 *
 * Version 3; of version 2, which knows SGX only, nothing new is issued, but evidence of its time has no other.
 */
import { type Json, type JsonObject, parseJson } from '../json.ts'
import { bytesOf, numberOf, objectOf, objectsOf, textOf, timeOf } from '../json-fields.ts'
import { demand, refuse } from '../refusal.ts'
import { type Level, readLevel, type SvnLevel, svnLevelsOf } from './levels.ts'
import {
  MAX_COLLATERAL_DEPTH,
  MAX_COLLATERAL_VALUES,
  MAX_NAME_LENGTH,
  MAX_TCB_INFO_BYTES,
  MAX_TCB_LEVELS,
  MAX_TDX_MODULES,
} from './limits.ts'
import type { DcapTee } from './quote.ts'

export const COMPONENTS = 16
const TEE_IDS: Readonly<Record<DcapTee, string>> = { Sgx: 'SGX', Tdx: 'TDX' }
const BOUNDS = { bytes: MAX_TCB_INFO_BYTES, depth: MAX_COLLATERAL_DEPTH, values: MAX_COLLATERAL_VALUES }

/** Whose module it has to be. */
export interface TdxModule {
  readonly mrSigner: Uint8Array
  readonly attributes: Uint8Array
  readonly attributesMask: Uint8Array
}

export interface TdxModuleIdentity extends TdxModule {
  /** `TDX_` and the module's major version, two hexadecimal digits in capitals. */
  readonly id: string
  readonly levels: readonly SvnLevel[]
}

export interface PlatformLevel extends Level {
  readonly components: readonly number[]
  readonly pceSvn: number
  /** Of TDX only. */
  readonly tdxComponents: readonly number[] | undefined
}

export interface TcbInfo {
  readonly tee: DcapTee
  /** Seconds since 1970. */
  readonly issuedAt: number
  readonly nextUpdate: number
  readonly fmspc: Uint8Array
  readonly pceId: Uint8Array
  readonly evaluationNumber: number
  /** Of modules with major version 0. */
  readonly tdxModule: TdxModule | undefined
  readonly tdxModules: readonly TdxModuleIdentity[]
  /** The highest first. */
  readonly levels: readonly PlatformLevel[]
}

/** TCB info for platforms with this TEE, from the exact text that Intel signed. */
export function readTcbInfo(tee: DcapTee, text: Uint8Array): TcbInfo {
  const info = objectOf(parseJson(text, BOUNDS))
  const version = info.get('version')
  if (version === 3) demand(info.get('id') === TEE_IDS[tee], 'tcb-info-wrong-tee')
  else demand(version === 2 && tee === 'Sgx', 'tcb-info-wrong-version')
  // Only this way of comparing components is defined.
  demand(info.get('tcbType') === 0, 'malformed')

  const levels = objectsOf(info.get('tcbLevels'))
  demand(levels.length > 0 && levels.length <= MAX_TCB_LEVELS, 'malformed')
  return {
    tee,
    issuedAt: timeOf(info.get('issueDate')),
    nextUpdate: timeOf(info.get('nextUpdate')),
    fmspc: bytesOf(info.get('fmspc'), 6),
    pceId: bytesOf(info.get('pceId'), 2),
    evaluationNumber: numberOf(info.get('tcbEvaluationDataNumber'), 0xffff_ffff),
    tdxModule: tee === 'Tdx' && info.has('tdxModule') ? readModule(objectOf(info.get('tdxModule'))) : undefined,
    tdxModules: tee === 'Tdx' && info.has('tdxModuleIdentities') ? readModules(info.get('tdxModuleIdentities')) : [],
    levels: levels.map((level) => readPlatformLevel(level, tee, version)),
  }
}

function readPlatformLevel(level: JsonObject, tee: DcapTee, version: 2 | 3): PlatformLevel {
  const tcb = objectOf(level.get('tcb'))
  return {
    components: version === 2 ? namedComponents(tcb) : componentsOf(tcb.get('sgxtcbcomponents')),
    pceSvn: numberOf(tcb.get('pcesvn'), 0xffff),
    tdxComponents: tee === 'Tdx' ? componentsOf(tcb.get('tdxtcbcomponents')) : undefined,
    ...readLevel(level),
  }
}

function componentsOf(value: Json | undefined): readonly number[] {
  const components = objectsOf(value)
  demand(components.length === COMPONENTS, 'malformed')
  return components.map((component) => numberOf(component.get('svn'), 0xff))
}

/** As version 2 has them: `sgxtcbcomp01svn` to `sgxtcbcomp16svn`. */
function namedComponents(tcb: JsonObject): readonly number[] {
  return Array.from({ length: COMPONENTS }, (_, i) =>
    numberOf(tcb.get(`sgxtcbcomp${String(i + 1).padStart(2, '0')}svn`), 0xff),
  )
}

function readModules(value: Json | undefined): readonly TdxModuleIdentity[] {
  const modules = objectsOf(value)
  demand(modules.length <= MAX_TDX_MODULES, 'malformed')
  const identities = modules.map((module) => {
    // Versions from 10 on show that Intel writes digits in either case.
    const id = textOf(module.get('id')).toUpperCase()
    demand(id.length <= MAX_NAME_LENGTH, 'malformed')
    return { id, ...readModule(module), levels: svnLevelsOf(module.get('tcbLevels')) }
  })
  // Two of one version would leave it to the reader which of them counts.
  if (new Set(identities.map(({ id }) => id)).size !== identities.length) refuse('malformed')
  return identities
}

function readModule(module: JsonObject): TdxModule {
  return {
    mrSigner: bytesOf(module.get('mrsigner'), 48),
    attributes: bytesOf(module.get('attributes'), 8),
    attributesMask: bytesOf(module.get('attributesMask'), 8),
  }
}
