/**
 * What evidence says of itself, of which nothing is verified: an enclave reads its own, to learn what the chain will call
 * it and whether its report data are in it. Nobody else may believe this.
 */
import { type Evidence, SimulatedQuote } from '../protocol/index.ts'
import { tryDecode } from '../schema/index.ts'
import { readCollection } from './cca/collection.ts'
import { readRealmClaims } from './cca/realm-claims.ts'
import { readMap, readSign1 } from './cose/sign1.ts'
import { readQuotedBody } from './dcap/quote.ts'
import { buildOf } from './identify.ts'
import { readDocument } from './nitro/document.ts'
import { refuse, verdictOf } from './refusal.ts'
import { reportDataOf } from './report-data.ts'
import { readReport } from './snp/report.ts'
import type { Verdict } from './verdict.ts'

export interface Claims {
  /** As in `Facts`. */
  readonly measurement: Uint8Array
  readonly reportData: Uint8Array
}

/**
 * Never throws.
 * @example
 * const claims = readClaims(await platform.evidence(reportData))
 * if (claims.ok) console.log(toHex(claims.facts.measurement))
 */
export function readClaims(evidence: Evidence): Verdict<Claims> {
  return verdictOf(() => claimsOf(evidence))
}

function claimsOf(evidence: Evidence): Claims {
  switch (evidence.type) {
    case 'Simulated': {
      const quote = tryDecode(SimulatedQuote, evidence.value)
      return quote.ok ? quote.value : refuse('malformed')
    }
    case 'Sgx':
    case 'Tdx':
      return quoted(readQuotedBody(evidence.type, evidence.value))
    case 'SevSnp': {
      const { measurement, hostData, reportData } = readReport(evidence.value.report)
      return { measurement: buildOf('SevSnp', measurement, hostData), reportData }
    }
    case 'Cca': {
      const { realm } = readCollection(evidence.value)
      const { initialMeasurement, extensibleMeasurements, challenge } = readRealmClaims(readMap(realm.payload))
      return { measurement: buildOf('Cca', initialMeasurement, ...extensibleMeasurements), reportData: challenge }
    }
    case 'Nitro': {
      const { pcrs, userData } = readDocument(readMap(readSign1(evidence.value).payload))
      const code = [0, 1, 2].map((index) => pcrs.get(index) ?? refuse('missing-claim'))
      return { measurement: buildOf('Nitro', ...code), reportData: reportDataOf(userData) }
    }
    default:
      return evidence satisfies never
  }
}

function quoted(body: ReturnType<typeof readQuotedBody>): Claims {
  const { reportData } = body.report
  if (body.tee === 'Sgx') return { measurement: body.report.mrEnclave, reportData }
  const { mrTd, rtmr0, rtmr1, rtmr2, rtmr3 } = body.report
  return { measurement: buildOf('Tdx', mrTd, rtmr0, rtmr1, rtmr2, rtmr3), reportData }
}
