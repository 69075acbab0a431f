/** Names of builds and machines, 32 bytes each whatever the TEE: what the chain's registry compares. */
import { utf8Encode } from '../codec/index.ts'
import { sha256 } from '../crypto/index.ts'
import { bind, contexts } from '../protocol/index.ts'
import type { Facts } from './facts.ts'

/**
 * Which program: all registers that measure code, in the order that the TEE's specification lists them.
 *
 * @example
 * const measurement = buildOf('SevSnp', report.measurement, report.hostData)
 */
export function buildOf(tee: Facts['tee'], ...registers: readonly Uint8Array[]): Uint8Array {
  return sha256(bind(contexts.attestationBuild, utf8Encode(tee), ...registers))
}

/** Which machine, by what its vendor calls it. One chip has one name for all TEEs that the vendor offers on it. */
export function platformOf(
  vendor: 'Intel' | 'Amd' | 'Arm' | 'Nitro' | 'Nvidia',
  ...names: readonly Uint8Array[]
): Uint8Array {
  return sha256(bind(contexts.attestationPlatform, utf8Encode(vendor), ...names))
}
