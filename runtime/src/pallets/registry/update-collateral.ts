/** Collateral comes from anyone: the vendor's signature is what counts, and no part of it ever goes back. */
import { checkDcapCollateral, checkSnpCollateral, spkiHash, type VerifyContext } from '@pha/core/attestation'
import type {
  Collateral,
  CollateralVersion,
  DcapCollateral,
  PlatformFamily,
  SnpCollateral,
} from './collateral-schema.ts'
import type { RegistryCalls, RegistryContext } from './context.ts'
import type { HeldCollateral } from './held-collateral.ts'
import type { Judging } from './judging.ts'

/** What verified collateral is about, and how new it is. */
interface Arrival {
  readonly family: PlatformFamily
  readonly version: CollateralVersion
  readonly expiresAt: number
}

export function collateralCalls(
  { storage, events, errors, constants, deps }: RegistryContext,
  held: HeldCollateral,
  judging: Judging,
): Pick<RegistryCalls, 'updateCollateral'> {
  function verified(collateral: Collateral, rules: VerifyContext): Arrival {
    const arrival =
      collateral.type === 'Dcap' ? dcapArrival(collateral.value, rules) : snpArrival(collateral.value, rules)
    if (!arrival.ok) throw errors.CollateralRefused(arrival.reason)
    return arrival.facts
  }

  return {
    updateCollateral(_origin, { collateral }) {
      const { family, version, expiresAt } = verified(collateral, held.verifyContext())
      const floor = storage.floors.get(family)
      if (floor !== undefined) {
        const progress = compare(floor, version)
        if (progress === 'back') throw errors.CollateralGoesBack()
        if (progress === 'same') throw errors.CollateralNotNewer()
      } else {
        if (storage.collateralCount.get() >= constants.maxFamilies) throw errors.CollateralFull()
        storage.collateralCount.mutate((count) => count + 1)
      }
      storage.floors.set(family, version)
      storage.collateral.set(family, { collateral, heldSince: deps.system.blockNumber(), expiresAt: BigInt(expiresAt) })
      events.CollateralUpdated({ family, from: floor, to: version, expiresAt: BigInt(expiresAt) })
      judging.judgeAll(family)
    },
  }
}

type Verified = { readonly ok: true; readonly facts: Arrival } | { readonly ok: false; readonly reason: string }

function dcapArrival({ tee, ...parts }: DcapCollateral, rules: VerifyContext): Verified {
  const checked = checkDcapCollateral(tee.type, { ...parts, pckCertificateChain: undefined }, rules)
  if (!checked.ok) return checked
  const { tcbInfo, qeIdentity, rootCrl, pckCrl, pckCa, validities } = checked.facts
  return {
    ok: true,
    facts: {
      family: { type: 'Dcap', value: { tee, fmspc: tcbInfo.fmspc, pckCaKey: spkiHash(pckCa) } },
      version: {
        type: 'Dcap',
        value: {
          tcbInfoNumber: tcbInfo.evaluationNumber,
          tcbInfoIssuedAt: BigInt(tcbInfo.issuedAt),
          qeIdentityNumber: qeIdentity.evaluationNumber,
          qeIdentityIssuedAt: BigInt(qeIdentity.issuedAt),
          rootCrlIssuedAt: BigInt(rootCrl.thisUpdate),
          pckCrlIssuedAt: BigInt(pckCrl.thisUpdate),
        },
      },
      expiresAt: Math.min(...validities.map(({ until }) => until)),
    },
  }
}

function snpArrival(collateral: SnpCollateral, rules: VerifyContext): Verified {
  const checked = checkSnpCollateral(collateral, rules)
  if (!checked.ok) return checked
  const { product, certifies, ask, ark, crl } = checked.facts
  if (crl === undefined) return { ok: false, reason: 'crl-missing' }
  return {
    ok: true,
    facts: {
      family: { type: 'Snp', value: { product: { type: product }, signingKey: { type: certifies } } },
      version: { type: 'Snp', value: { askIssuedAt: BigInt(ask.notBefore), crlIssuedAt: BigInt(crl.thisUpdate) } },
      expiresAt: Math.min(crl.nextUpdate, ask.notAfter, ark.notAfter),
    },
  }
}

/**
 * Whether collateral is newer in one part at least and older in none: old parts hide what became known since, and each
 * of them has its vendor's signature.
 */
function compare(floor: CollateralVersion, version: CollateralVersion): 'newer' | 'same' | 'back' {
  const before: readonly (number | bigint)[] = Object.values(floor.value)
  const now: readonly (number | bigint)[] = Object.values(version.value)
  const differences = now.map((part, i) => sign(BigInt(part) - BigInt(before[i] as number | bigint)))
  if (differences.includes(-1)) return 'back'
  return differences.includes(1) ? 'newer' : 'same'
}

function sign(value: bigint): -1 | 0 | 1 {
  if (value === 0n) return 0
  return value > 0n ? 1 : -1
}
