/** Facts as JSON, under the names that the attestation vectors have for them; bytes as hexadecimal text without prefix. */
import { toHex } from '../../codec/index.ts'
import type { Facts } from '../facts.ts'

export type FactsJson = { readonly [name: string]: FactsJsonValue }
type FactsJsonValue = null | boolean | number | string | readonly FactsJsonValue[] | FactsJson

/**
 * @example
 * console.log(JSON.stringify(describeFacts(verdict.facts)))
 */
export function describeFacts(facts: Facts): FactsJson {
  const { tee, measurement, platform, debug } = facts
  return {
    tee,
    debug,
    build: hex(measurement),
    platform: hex(platform),
    ...ofKind(facts),
  }
}

function ofKind(facts: Facts): FactsJson {
  switch (facts.tee) {
    case 'Simulated':
      return { measurements: { reportData: hex(facts.reportData) } }
    case 'Sgx':
    case 'Tdx':
      return {
        tcbStatus: facts.tcbStatus,
        platformTcbStatus: facts.platformTcbStatus,
        qeTcbStatus: facts.qeTcbStatus,
        ...(facts.tee === 'Tdx' && facts.tdxModuleStatus !== undefined && { tdxModuleStatus: facts.tdxModuleStatus }),
        advisoryIDs: facts.advisoryIds,
        tcbDate: iso(facts.tcbDate),
        fmspc: hex(facts.fmspc),
        quoteVersion: facts.quoteVersion,
        trailingBytes: facts.trailingBytes,
        evaluationNumber: facts.evaluationNumber,
        collateralIssuedAt: iso(facts.collateralIssuedAt),
        collateralExpiresAt: iso(facts.collateralExpiresAt),
        measurements: plain(facts.measurements),
      }
    case 'SevSnp':
      return {
        product: facts.product,
        reportVersion: facts.reportVersion,
        signingKey: facts.signingKey,
        vmpl: facts.vmpl,
        policy: `0x${facts.policy.toString(16)}`,
        reportedTcb: hex(facts.measurements.reportedTcb),
        ...(facts.cpuid && { cpuidFamModStep: cpuidText(facts.cpuid) }),
        measurements: plain(facts.measurements),
      }
    case 'Cca':
      return {
        platformProfile: facts.platformProfile,
        realmProfile: facts.realmProfile ?? null,
        lifecycle: facts.lifecycle,
        algorithms: facts.algorithms,
        measurements: plain(facts.measurements),
      }
    case 'Psa': {
      const { softwareComponents, ...measurements } = facts.measurements
      return {
        profile: facts.profile,
        lifecycle: facts.lifecycle,
        measurements: { ...plain(measurements), swComponents: softwareComponents.length },
      }
    }
    case 'Nitro': {
      const { pcrs, userData, nonce, publicKey } = facts.measurements
      return {
        moduleId: facts.moduleId,
        digest: facts.digest,
        timestampMs: facts.timestampMs,
        leafNotAfter: iso(facts.leafNotAfter),
        measurements: {
          pcrs: Object.fromEntries([...pcrs].map(([index, pcr]) => [`${index}`, hex(pcr)])),
          userData: hexOrNull(userData),
          nonce: hexOrNull(nonce),
          publicKey: hexOrNull(publicKey),
        },
      }
    }
    case 'Ias':
      return {
        tcbStatus: facts.quoteStatus,
        advisoryIDs: facts.advisoryIds,
        reportVersion: facts.reportVersion,
        timestamp: facts.timestamp,
        nonce: facts.nonce ?? null,
        measurements: plain(facts.measurements),
      }
    case 'NvidiaGpu': {
      const { requestNonce, blocks } = facts.measurements
      return {
        nonce: hex(requestNonce),
        driverVersion: facts.driverVersion,
        measurements: { requestNonce: hex(requestNonce), blocks: blocks.size },
      }
    }
  }
}

/** Fields that are bytes, lists of bytes or numbers; those that are absent are left out. */
function plain(fields: object): FactsJson {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]): [string, FactsJsonValue][] => {
      if (value instanceof Uint8Array) return [[name, hex(value)]]
      if (typeof value === 'number') return [[name, value]]
      if (Array.isArray(value)) return [[name, value.map((each) => hex(each as Uint8Array))]]
      return []
    }),
  )
}

function cpuidText({ family, model, stepping }: { family: number; model: number; stepping: number }): string {
  const byte = (value: number) => value.toString(16).padStart(2, '0')
  return `${byte(family)}/${byte(model)}/${stepping}`
}

function hex(bytes: Uint8Array): string {
  return toHex(bytes).slice(2)
}

function hexOrNull(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : hex(bytes)
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
