/** The two numberings of PSA's claims: registered with IANA (RFC 9783), and of private use before that (its appendix A). */

export interface PsaClaimNumbers {
  readonly nonce: number
  readonly instanceId: number
  readonly implementationId: number
  readonly lifecycle: number
  readonly softwareComponents: number
}

export const PROFILE = 265
export const LEGACY_PROFILE = -75_000

export const registered: PsaClaimNumbers = {
  nonce: 10,
  instanceId: 256,
  implementationId: 2396,
  lifecycle: 2395,
  softwareComponents: 2399,
}

export const legacy: PsaClaimNumbers = {
  nonce: -75_008,
  instanceId: -75_009,
  implementationId: -75_003,
  lifecycle: -75_002,
  softwareComponents: -75_006,
}

/** Profiles by name. The token says which one it follows, and that decides which numbers count. */
export const registeredProfiles: readonly string[] = ['tag:psacertified.org,2023:psa#tfm', 'http://arm.com/psa/2.0.0']
export const legacyProfiles: readonly string[] = ['tag:psacertified.org,2019:psa#legacy', 'PSA_IOT_PROFILE_1']
