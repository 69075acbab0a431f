/** Vendors' collateral as the chain holds it: verified when it came, read again when evidence is judged. */
import {
  type CheckedDcapCollateral,
  type CheckedSnpCollateral,
  pureSignatures,
  recheckDcapCollateral,
  recheckSnpCollateral,
  type Verdict,
  type VerifyContext,
} from '@pha/core/attestation'
import type { PlatformFamily } from './collateral-schema.ts'
import { type RegistryContext, secondsNow } from './context.ts'
import { trustedRoots } from './roots.ts'

export type HeldCollateral = ReturnType<typeof collateralKeeping>

type Checked<C> = Verdict<C> | undefined

export function collateralKeeping(context: RegistryContext) {
  const { storage } = context

  return {
    verifyContext: (): VerifyContext => ({
      now: secondsNow(context),
      roots: trustedRoots(storage.testRoots.get()),
      signatures: pureSignatures,
    }),

    /** The highest evaluation number that was seen for a family; 0 where there is none. */
    evaluationFloor(family: PlatformFamily): number {
      const floor = storage.floors.get(family)
      return floor?.type === 'Dcap' ? Math.min(floor.value.tcbInfoNumber, floor.value.qeIdentityNumber) : 0
    },

    /** `undefined` if none is held. Signatures were verified when it came; dates and roots count as of now. */
    dcap(family: Extract<PlatformFamily, { type: 'Dcap' }>, rules: VerifyContext): Checked<CheckedDcapCollateral> {
      const collateral = storage.collateral.get(family)?.collateral
      if (collateral?.type !== 'Dcap') return undefined
      const { tee, ...parts } = collateral.value
      return recheckDcapCollateral(tee.type, { ...parts, pckCertificateChain: undefined }, rules)
    },

    snp(family: Extract<PlatformFamily, { type: 'Snp' }>, rules: VerifyContext): Checked<CheckedSnpCollateral> {
      const collateral = storage.collateral.get(family)?.collateral
      return collateral?.type === 'Snp' ? recheckSnpCollateral(collateral.value, rules) : undefined
    },
  }
}
