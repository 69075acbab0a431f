/** Evidence of Arm CCA: a platform vouches for the key of its realms, and that key for one realm. */
import { equalBytes } from '../../codec/index.ts'
import type { VerifyContext } from '../context.ts'
import { isSignedWith, readMap } from '../cose/sign1.ts'
import { isSignedByAnchor } from '../cose/signed-by-anchor.ts'
import type { AnchorKey } from '../evidence.ts'
import type { CcaFacts } from '../facts.ts'
import { buildOf, platformOf } from '../identify.ts'
import { isSecured } from '../psa/lifecycle.ts'
import { demand, verdictOf } from '../refusal.ts'
import type { Verdict } from '../verdict.ts'
import { readCollection } from './collection.ts'
import { readPlatformClaims } from './platform-claims.ts'
import { readRealmClaims } from './realm-claims.ts'

/**
 * What a CCA token shows. It has no dates: only the realm's challenge says that it is fresh. Never throws.
 *
 * @param token CBOR, tag 399 or 907
 * @param keys platform attestation keys (CPAK) of machines that may have signed
 *
 * @example
 * const verdict = verifyCca(token, [cpak], { signatures: pureSignatures })
 */
export function verifyCca(
  token: Uint8Array,
  keys: readonly AnchorKey[],
  { signatures }: Pick<VerifyContext, 'signatures'>,
): Verdict<CcaFacts> {
  return verdictOf(() => {
    const collection = readCollection(token)
    demand(isSignedByAnchor(collection.platform, keys, signatures), 'platform-signature')
    const platform = readPlatformClaims(readMap(collection.platform.payload))
    const realm = readRealmClaims(readMap(collection.realm.payload))
    demand(isSignedWith(collection.realm, realm.key, signatures), 'realm-signature')
    // Else anyone could pair a genuine platform token with a realm token of his own key.
    demand(equalBytes(platform.challenge, realm.keyHash), 'rak-binding')
    return {
      tee: 'Cca',
      measurement: buildOf('Cca', realm.initialMeasurement, ...realm.extensibleMeasurements),
      reportData: realm.challenge,
      debug: !isSecured(platform.lifecycle),
      platform: platformOf('Arm', platform.instanceId),
      platformProfile: platform.profile,
      realmProfile: realm.profile,
      lifecycle: platform.lifecycle,
      algorithms: [collection.platform.algorithm.id, collection.realm.algorithm.id],
      softwareComponents: platform.softwareComponents,
      verificationService: platform.verificationService,
      measurements: {
        implementationId: platform.implementationId,
        instanceId: platform.instanceId,
        realmInitialMeasurement: realm.initialMeasurement,
        realmExtensibleMeasurements: realm.extensibleMeasurements,
        realmPersonalizationValue: realm.personalizationValue,
        realmChallenge: realm.challenge,
      },
    }
  })
}
