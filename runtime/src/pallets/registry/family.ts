/** Which platforms are judged by the same collateral. */
import type { Standing } from '@pha/core/attestation'
import type { Tee } from '@pha/core/protocol'
import type { PlatformFamily } from './collateral-schema.ts'

export function familyOf(tee: Tee, standing: Standing): PlatformFamily {
  switch (standing.type) {
    case 'Dcap': {
      const { fmspc, pckCaKey, trustDomain } = standing.value
      const type = trustDomain === undefined ? 'Sgx' : 'Tdx'
      return { type: 'Dcap', value: { tee: { type }, fmspc, pckCaKey } }
    }
    case 'Snp': {
      const { product, signingKey } = standing.value
      return { type: 'Snp', value: { product, signingKey } }
    }
    case 'Simulated':
    case 'Cca':
    case 'Nitro':
      return { type: 'Other', value: tee }
    default:
      return standing satisfies never
  }
}
