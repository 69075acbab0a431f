/**
 * Which authorities a vendor has revoked. Collateral that names one does not verify, so what was held before would stay
 * in force: the list comes by itself, and stands in for the older one of all collateral under that root.
 */
import { checkRootList, type TrustedRoots } from '@pha/core/attestation'
import type { RegistryCalls, RegistryContext } from './context.ts'
import type { HeldCollateral } from './held-collateral.ts'
import type { Judging } from './judging.ts'

export function revocationCalls(
  { storage, events, errors }: RegistryContext,
  held: HeldCollateral,
  judging: Judging,
): Pick<RegistryCalls, 'updateRevocations'> {
  return {
    updateRevocations(_origin, { list }) {
      const rules = held.verifyContext()
      const checked = checkRootList(list, rootsWithLists(rules.roots), rules)
      if (!checked.ok) throw errors.CollateralRefused(checked.reason)
      const { rootKey, crl } = checked.facts
      const from = storage.rootLists.get(rootKey)?.issuedAt
      const to = BigInt(crl.thisUpdate)
      if (from !== undefined && to < from) throw errors.CollateralGoesBack()
      if (to === from) throw errors.CollateralNotNewer()
      storage.rootLists.set(rootKey, { list, issuedAt: to })
      events.RevocationsUpdated({ rootKey, from, to })
      // All, since families are not kept by root; vendors sign such lists a few times a year.
      judging.judgeAll(undefined)
    },
  }
}

/** Those under which collateral is held; so many lists at most are kept. */
function rootsWithLists({ intel, amd }: TrustedRoots): readonly Uint8Array[] {
  return [...intel, ...amd.Milan, ...amd.Genoa, ...amd.Turin]
}
