/** A machine with Arm CCA for tests: its tokens are genuine but for the vendor, or wrong in the way that is asked for. */
import { concatBytes } from '../../codec/index.ts'
import { CborTagged, type CborValue } from '../cose/cbor.ts'
import { namedHash } from '../cose/named-hash.ts'
import { changed, type Entries, encodeCbor } from '../cose/test-cbor.ts'
import { type TestSign1Options, testSign1 } from '../cose/test-sign1.ts'
import type { AnchorKey } from '../evidence.ts'
import type { EcdsaCurve } from '../signatures.ts'
import { type TestAuthority, testAuthority } from '../x509/test-pki.ts'

export interface TestCcaOptions {
  /** The realm's challenge, 64 bytes: the protocol's report data. */
  readonly challenge?: Uint8Array
  readonly initialMeasurement?: Uint8Array
  readonly wrapper?: 399 | 907
  readonly keyEncoding?: 'point' | 'cose-key'
  readonly keyHash?: string
  /** What the platform is challenged with; the hash of the realm's key if absent. */
  readonly platformChallenge?: Uint8Array
  /** Claims in place of the usual ones; undefined leaves one out. */
  readonly platformClaims?: Parameters<typeof changed>[1]
  readonly realmClaims?: Parameters<typeof changed>[1]
  readonly realmHeader?: TestSign1Options
}

export interface TestCcaMachine {
  /** Its platform attestation key (CPAK). */
  readonly anchor: AnchorKey
  attest(options?: TestCcaOptions): Uint8Array
}

/**
 * A machine with keys of its own, the same for each name.
 *
 * @example
 * const machine = testCcaMachine({ name: 'one' })
 * verifyCca(machine.attest({ challenge: reportData }), [machine.anchor], { signatures })
 */
export function testCcaMachine({
  name = 'machine',
  curve = 'P-384',
}: {
  readonly name?: string
  readonly curve?: EcdsaCurve
} = {}): TestCcaMachine {
  const platform = testAuthority({ curve, subject: `CPAK of ${name}` })
  const realm = testAuthority({ curve: 'P-384', subject: `RAK of ${name}` })
  return {
    anchor: { curve, point: platform.point },
    attest(options = {}) {
      const { keyEncoding = 'cose-key', keyHash = 'sha-256', wrapper = 399 } = options
      const publicKey = keyEncoding === 'point' ? realm.point : coseKey(realm)
      const boundTo = options.platformChallenge ?? namedHash(keyHash)(publicKey)
      const platformClaims = changed(usualPlatformClaims(platform, boundTo), options.platformClaims)
      const realmClaims = changed(usualRealmClaims(publicKey, keyHash, options), options.realmClaims)
      const wrap = (token: Uint8Array): CborValue => (wrapper === 399 ? token : [263, token])
      return encodeCbor(
        new CborTagged(
          wrapper,
          new Map([
            [44_234, wrap(testSign1(platform, encodeCbor(platformClaims)))],
            [44_241, wrap(testSign1(realm, encodeCbor(realmClaims), options.realmHeader))],
          ]),
        ),
      )
    },
  }
}

function usualPlatformClaims(platform: TestAuthority, boundTo: Uint8Array): Entries {
  const component = new Map<number, CborValue>([
    [1, 'RMM'],
    [2, new Uint8Array(32).fill(2)],
    [4, '0.9.0'],
    [5, new Uint8Array(32).fill(5)],
    [6, 'sha-256'],
  ])
  return [
    [265, 'tag:arm.com,2023:cca_platform#1.0.0'],
    [10, boundTo],
    [2396, new Uint8Array(32).fill(0x96)],
    [256, concatBytes(Uint8Array.of(1), platform.pin)],
    [2401, Uint8Array.of(1, 2, 3)],
    [2395, 0x3000],
    [2399, [component]],
    [2402, 'sha-256'],
  ]
}

function usualRealmClaims(publicKey: Uint8Array, keyHash: string, options: TestCcaOptions): Entries {
  return [
    [265, 'tag:arm.com,2023:realm#1.0.0'],
    [10, options.challenge ?? new Uint8Array(64).fill(0xc4)],
    [44_235, new Uint8Array(64)],
    [44_236, 'sha-512'],
    [44_237, publicKey],
    [44_238, options.initialMeasurement ?? new Uint8Array(64).fill(0x38)],
    [44_239, [0, 1, 2, 3].map((register) => new Uint8Array(64).fill(register))],
    [44_240, keyHash],
  ]
}

/** EC2 key of P-384 (RFC 9053, section 7.1.1). */
export function coseKey({ point }: Pick<TestAuthority, 'point'>): Uint8Array {
  return encodeCbor(
    new Map<number, CborValue>([
      [1, 2],
      [-1, 2],
      [-2, point.subarray(1, 49)],
      [-3, point.subarray(49)],
    ]),
  )
}
