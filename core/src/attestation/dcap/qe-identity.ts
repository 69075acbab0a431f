/** QE identity (Intel PCS API version 4): which quoting enclaves Intel made, and how new each of them is. */
import { equalBytes } from '../../codec/index.ts'
import { parseJson } from '../json.ts'
import { bytesOf, numberOf, objectOf, timeOf } from '../json-fields.ts'
import { demand, refuse } from '../refusal.ts'
import type { EnclaveReport } from './enclave-report.ts'
import { type Match, type SvnLevel, svnLevelFor, svnLevelsOf } from './levels.ts'
import { MAX_COLLATERAL_DEPTH, MAX_COLLATERAL_VALUES, MAX_QE_IDENTITY_BYTES } from './limits.ts'
import { equalUnderMask } from './mask.ts'
import type { DcapTee } from './quote.ts'

const IDS: Readonly<Record<DcapTee, string>> = { Sgx: 'QE', Tdx: 'TD_QE' }
const BOUNDS = { bytes: MAX_QE_IDENTITY_BYTES, depth: MAX_COLLATERAL_DEPTH, values: MAX_COLLATERAL_VALUES }

export interface QeIdentity {
  /** Seconds since 1970. */
  readonly issuedAt: number
  readonly nextUpdate: number
  readonly evaluationNumber: number
  readonly miscSelect: Uint8Array
  readonly miscSelectMask: Uint8Array
  readonly attributes: Uint8Array
  readonly attributesMask: Uint8Array
  readonly mrSigner: Uint8Array
  readonly isvProdId: number
  /** The highest first. */
  readonly levels: readonly SvnLevel[]
}

/** The identity of quoting enclaves for this TEE, from the exact text that Intel signed. */
export function readQeIdentity(tee: DcapTee, text: Uint8Array): QeIdentity {
  const identity = objectOf(parseJson(text, BOUNDS))
  demand(identity.get('version') === 2, 'qe-identity-wrong-version')
  demand(identity.get('id') === IDS[tee], 'qe-identity-wrong-id')
  return {
    issuedAt: timeOf(identity.get('issueDate')),
    nextUpdate: timeOf(identity.get('nextUpdate')),
    evaluationNumber: numberOf(identity.get('tcbEvaluationDataNumber'), 0xffff_ffff),
    miscSelect: bytesOf(identity.get('miscselect'), 4),
    miscSelectMask: bytesOf(identity.get('miscselectMask'), 4),
    attributes: bytesOf(identity.get('attributes'), 16),
    attributesMask: bytesOf(identity.get('attributesMask'), 16),
    mrSigner: bytesOf(identity.get('mrsigner'), 32),
    isvProdId: numberOf(identity.get('isvprodid'), 0xffff),
    levels: svnLevelsOf(identity.get('tcbLevels')),
  }
}

/** What is compared with an identity. */
export type QuotingEnclave = Pick<EnclaveReport, 'mrSigner' | 'isvProdId' | 'isvSvn' | 'attributes' | 'miscSelect'>

/** The level of this quoting enclave, if it is one. */
export function qeLevelOf(report: QuotingEnclave, identity: QeIdentity): Match<SvnLevel> {
  demand(equalBytes(report.mrSigner, identity.mrSigner), 'qe-mrsigner')
  demand(report.isvProdId === identity.isvProdId, 'qe-prodid')
  demand(equalUnderMask(report.attributes, identity.attributes, identity.attributesMask), 'qe-attributes')
  demand(equalUnderMask(report.miscSelect, identity.miscSelect, identity.miscSelectMask), 'qe-miscselect')
  return svnLevelFor(identity.levels, report.isvSvn) ?? refuse('qe-no-matching-level')
}
