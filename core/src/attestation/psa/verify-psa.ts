/** Tokens of Arm's Platform Security Architecture (RFC 9783): one signature, by a key that the device's vendor vouches for. */

import type { VerifyContext } from '../context.ts'
import type { CborMap } from '../cose/cbor.ts'
import { bytesClaim, textClaim } from '../cose/claims.ts'
import { HASH_LENGTHS } from '../cose/named-hash.ts'
import { readMap, readSign1 } from '../cose/sign1.ts'
import { isSignedByAnchor } from '../cose/signed-by-anchor.ts'
import type { AnchorKey } from '../evidence.ts'
import type { PsaFacts } from '../facts.ts'
import { buildOf, platformOf } from '../identify.ts'
import { demand, verdictOf } from '../refusal.ts'
import { reportDataOf } from '../report-data.ts'
import type { Verdict } from '../verdict.ts'

import {
  LEGACY_PROFILE,
  legacy,
  legacyProfiles,
  PROFILE,
  type PsaClaimNumbers,
  registered,
  registeredProfiles,
} from './claim-numbers.ts'
import { instanceIdClaim } from './instance-id.ts'
import { isSecured, lifecycleClaim } from './lifecycle.ts'
import { measuredRegisters, softwareComponentsClaim } from './software-components.ts'

/**
 * What a PSA token shows. It has no dates: only the nonce says that it is fresh. Never throws.
 *
 * @param token COSE_Sign1
 * @param keys initial attestation keys (IAK) of devices that may have signed
 */
export function verifyPsa(
  token: Uint8Array,
  keys: readonly AnchorKey[],
  { signatures }: Pick<VerifyContext, 'signatures'>,
): Verdict<PsaFacts> {
  return verdictOf(() => {
    const message = readSign1(token)
    demand(isSignedByAnchor(message, keys, signatures), 'cose-signature')
    const claims = readMap(message.payload)
    const { profile, numbers } = profileOf(claims)
    const nonce = bytesClaim(claims, numbers.nonce, ...HASH_LENGTHS)
    const instanceId = instanceIdClaim(claims, numbers.instanceId)
    const implementationId = bytesClaim(claims, numbers.implementationId, 32)
    const lifecycle = lifecycleClaim(claims, numbers.lifecycle)
    const softwareComponents = softwareComponentsClaim(claims, numbers.softwareComponents)
    return {
      tee: 'Psa',
      measurement: buildOf('Psa', implementationId, ...measuredRegisters(softwareComponents)),
      reportData: reportDataOf(nonce),
      debug: !isSecured(lifecycle),
      platform: platformOf('Arm', instanceId),
      profile,
      lifecycle,
      measurements: { implementationId, instanceId, nonce, softwareComponents },
    }
  })
}

function profileOf(claims: CborMap): { readonly profile: string; readonly numbers: PsaClaimNumbers } {
  const isLegacy = claims.has(LEGACY_PROFILE)
  // Two profiles would leave the choice of claims to the reader.
  demand(!(isLegacy && claims.has(PROFILE)), 'malformed')
  const profile = textClaim(claims, isLegacy ? LEGACY_PROFILE : PROFILE)
  demand((isLegacy ? legacyProfiles : registeredProfiles).includes(profile), 'unknown-profile')
  return { profile, numbers: isLegacy ? legacy : registered }
}
