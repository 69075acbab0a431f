/** A PSA device for tests. */
import { concatBytes } from '../../codec/index.ts'
import type { CborValue } from '../cose/cbor.ts'
import { changed, encodeCbor } from '../cose/test-cbor.ts'
import { type TestSign1Options, testSign1 } from '../cose/test-sign1.ts'
import type { AnchorKey } from '../evidence.ts'
import { testAuthority } from '../x509/test-pki.ts'
import { LEGACY_PROFILE, legacy, PROFILE, registered } from './claim-numbers.ts'

export interface TestPsaOptions {
  readonly profile?: string
  readonly numbering?: 'registered' | 'legacy'
  readonly nonce?: Uint8Array
  /** Claims in place of the usual ones; undefined leaves one out. */
  readonly claims?: Parameters<typeof changed>[1]
  readonly header?: TestSign1Options
}

export interface TestPsaDevice {
  /** Its initial attestation key (IAK). */
  readonly anchor: AnchorKey
  attest(options?: TestPsaOptions): Uint8Array
}

export function testPsaDevice(name = 'device'): TestPsaDevice {
  const device = testAuthority({ curve: 'P-256', subject: `IAK of ${name}` })
  const component = new Map<number, CborValue>([
    [1, 'PRoT'],
    [2, new Uint8Array(32).fill(2)],
    [5, new Uint8Array(32).fill(5)],
  ])
  return {
    anchor: { curve: 'P-256', point: device.point },
    attest({ numbering = 'registered', profile, nonce = new Uint8Array(32).fill(7), claims, header } = {}) {
      const isLegacy = numbering === 'legacy'
      const numbers = isLegacy ? legacy : registered
      const usual = [
        [isLegacy ? LEGACY_PROFILE : PROFILE, profile ?? (isLegacy ? 'PSA_IOT_PROFILE_1' : 'http://arm.com/psa/2.0.0')],
        [numbers.nonce, nonce],
        [numbers.instanceId, concatBytes(Uint8Array.of(1), device.pin)],
        [numbers.implementationId, new Uint8Array(32).fill(0x96)],
        [numbers.lifecycle, 0x30ff],
        [numbers.softwareComponents, [component]],
      ] as const
      return testSign1(device, encodeCbor(changed(usual, claims)), header)
    },
  }
}
