/** Vendors' collateral as the chain holds it: verified when it came, read again when evidence is judged. */
import {
  type CheckedDcapCollateral,
  type CheckedSnpCollateral,
  pureSignatures,
  recheckDcapCollateral,
  recheckSnpCollateral,
  spkiHash,
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

  /** What the root of collateral has revoked since that was put together, if somebody brought it. */
  function newerList(rootKey: Uint8Array, ownIssuedAt = 0): Uint8Array | undefined {
    const held = storage.rootLists.get(rootKey)
    return held !== undefined && held.issuedAt > BigInt(ownIssuedAt) ? held.list.crl : undefined
  }

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

    /** `undefined` if none is held. Signatures were verified when it came; dates, roots and revoked CAs count as of now. */
    dcap(family: Extract<PlatformFamily, { type: 'Dcap' }>, rules: VerifyContext): Checked<CheckedDcapCollateral> {
      const collateral = storage.collateral.get(family)?.collateral
      if (collateral?.type !== 'Dcap') return undefined
      const { tee, ...parts } = collateral.value
      const recheck = (rootCaCrl: Uint8Array) =>
        recheckDcapCollateral(tee.type, { ...parts, rootCaCrl, pckCertificateChain: undefined }, rules)
      const checked = recheck(parts.rootCaCrl)
      const newer = checked.ok ? newerList(spkiHash(checked.facts.root), checked.facts.rootCrl.thisUpdate) : undefined
      return newer === undefined ? checked : recheck(newer)
    },

    snp(family: Extract<PlatformFamily, { type: 'Snp' }>, rules: VerifyContext): Checked<CheckedSnpCollateral> {
      const collateral = storage.collateral.get(family)?.collateral
      if (collateral?.type !== 'Snp') return undefined
      const checked = recheckSnpCollateral(collateral.value, rules)
      const newer = checked.ok ? newerList(spkiHash(checked.facts.ark), checked.facts.crl?.thisUpdate) : undefined
      return newer === undefined ? checked : recheckSnpCollateral({ ...collateral.value, crl: newer }, rules)
    },
  }
}
