/** Claims of CCA's platform token: the machine and its firmware (draft-ffm-rats-cca-token, section 4.6). */
import type { CborMap } from '../cose/cbor.ts'
import { bytesClaim, optionalTextClaim, textClaim } from '../cose/claims.ts'
import { HASH_LENGTHS } from '../cose/named-hash.ts'
import type { SoftwareComponent } from '../facts.ts'
import { instanceIdClaim } from '../psa/instance-id.ts'
import { lifecycleClaim } from '../psa/lifecycle.ts'
import { softwareComponentsClaim } from '../psa/software-components.ts'
import { demand } from '../refusal.ts'

export interface PlatformClaims {
  readonly profile: string
  /** Hash of the realm's key. */
  readonly challenge: Uint8Array
  readonly implementationId: Uint8Array
  readonly instanceId: Uint8Array
  readonly lifecycle: number
  readonly softwareComponents: readonly SoftwareComponent[]
  readonly verificationService: string | undefined
}

const CHALLENGE = 10
const INSTANCE_ID = 256
const PROFILE = 265
const LIFECYCLE = 2395
const IMPLEMENTATION_ID = 2396
const SOFTWARE_COMPONENTS = 2399
const VERIFICATION_SERVICE = 2400

/**
 * Later profiles are refused until there is evidence of them: that of 2024 may give platform tokens to other clients than
 * RMM, and those of 2026 bind the realm by another claim than the challenge.
 */
const PROFILES: readonly string[] = ['tag:arm.com,2023:cca_platform#1.0.0', 'http://arm.com/CCA-SSD/1.0.0']

export function readPlatformClaims(claims: CborMap): PlatformClaims {
  const profile = textClaim(claims, PROFILE)
  demand(PROFILES.includes(profile), 'unknown-profile')
  return {
    profile,
    challenge: bytesClaim(claims, CHALLENGE, ...HASH_LENGTHS),
    implementationId: bytesClaim(claims, IMPLEMENTATION_ID, 32),
    instanceId: instanceIdClaim(claims, INSTANCE_ID),
    lifecycle: lifecycleClaim(claims, LIFECYCLE),
    softwareComponents: softwareComponentsClaim(claims, SOFTWARE_COMPONENTS),
    verificationService: optionalTextClaim(claims, VERIFICATION_SERVICE),
  }
}
