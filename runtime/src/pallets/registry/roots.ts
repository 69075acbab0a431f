/** Whom this chain believes: vendors' roots, and on a development chain the roots that play vendors. */
import { productionRoots, type TrustedRoots } from '@pha/core/attestation'
import type { TestRoots } from './collateral-schema.ts'

export function trustedRoots(test: TestRoots | undefined): TrustedRoots {
  if (test === undefined) return productionRoots
  const { intel, amd, awsNitro } = productionRoots
  return {
    ...productionRoots,
    intel: [...intel, ...test.intel],
    amd: {
      Milan: [...amd.Milan, ...test.milan],
      Genoa: [...amd.Genoa, ...test.genoa],
      Turin: [...amd.Turin, ...test.turin],
    },
    awsNitro: [...awsNitro, ...test.awsNitro],
  }
}
