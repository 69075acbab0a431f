import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { concatBytes, fromHex } from '../../codec/index.ts'
import { CborTagged, readCbor } from '../cose/cbor.ts'
import { encodeCbor } from '../cose/test-cbor.ts'
import { nodeSignatures } from '../node/index.ts'
import { testAuthority } from '../x509/test-pki.ts'
import { coseKey, type TestCcaOptions, testCcaMachine } from './test-cca.ts'
import { verifyCca } from './verify-cca.ts'

const context = { signatures: nodeSignatures }
const machine = testCcaMachine()
const challenge = new Uint8Array(64).map((_, i) => i)

function reasonOf(options: TestCcaOptions): string | undefined {
  const verdict = verifyCca(machine.attest(options), [machine.anchor], context)
  return verdict.ok ? undefined : verdict.reason
}

describe('Arm CCA', () => {
  it('gives facts about platform and realm', () => {
    const verdict = verifyCca(machine.attest({ challenge }), [machine.anchor], context)
    if (!verdict.ok) throw new Error(verdict.reason)
    const { facts } = verdict
    equal(facts.tee, 'Cca')
    deepEqual(facts.reportData, challenge)
    equal(facts.debug, false)
    deepEqual(facts.algorithms, [-35, -35])
    equal(facts.platformProfile, 'tag:arm.com,2023:cca_platform#1.0.0')
    deepEqual(facts.softwareComponents, [
      { type: 'RMM', value: new Uint8Array(32).fill(2), version: '0.9.0', signerId: new Uint8Array(32).fill(5) },
    ])
  })

  it('accepts both wrappers, both encodings of the realm key, each of the hashes and both platform curves', () => {
    const small = testCcaMachine({ name: 'small', curve: 'P-256' })
    for (const wrapper of [399, 907] as const) {
      for (const keyEncoding of ['point', 'cose-key'] as const) {
        for (const keyHash of ['sha-256', 'sha-384', 'sha-512']) {
          equal(reasonOf({ wrapper, keyEncoding, keyHash }), undefined)
          equal(verifyCca(small.attest({ wrapper, keyEncoding, keyHash }), [small.anchor], context).ok, true)
        }
      }
    }
  })

  it('names builds by what the realm runs, and machines by their instance', () => {
    const factsOf = (options: TestCcaOptions, from = machine) => {
      const verdict = verifyCca(from.attest(options), [from.anchor], context)
      if (!verdict.ok) throw new Error(verdict.reason)
      return verdict.facts
    }
    const usual = factsOf({})
    const other = testCcaMachine({ name: 'other' })
    deepEqual(factsOf({}, other).measurement, usual.measurement)
    deepEqual(factsOf({ challenge }).platform, usual.platform)
    notDeepEqual(factsOf({}, other).platform, usual.platform)
    const changed = factsOf({ initialMeasurement: new Uint8Array(32).fill(1) })
    notDeepEqual(changed.measurement, usual.measurement)
  })

  it('is refused when the platform was challenged with another key', () => {
    equal(reasonOf({ platformChallenge: new Uint8Array(32) }), 'rak-binding')
    // The right key by another hash than the realm says.
    const key = coseKey(testAuthority({ curve: 'P-384', subject: 'RAK of machine' }))
    equal(reasonOf({ platformChallenge: key.slice(0, 32) }), 'rak-binding')
    equal(reasonOf({ realmClaims: [[44_240, 'sha-512']] }), 'rak-binding')
  })

  it('is refused when a realm brings its own key under a genuine platform token', () => {
    const thief = testCcaMachine({ name: 'thief' })
    const parts = (token: Uint8Array) => {
      const whole = readCbor(token)
      if (!(whole instanceof CborTagged && whole.content instanceof Map)) throw new Error('no collection')
      return whole.content as ReadonlyMap<number, Uint8Array>
    }
    const [genuine, stolen] = [parts(machine.attest()), parts(thief.attest({ challenge }))]
    const swapped = new CborTagged(
      399,
      new Map([
        [44_234, genuine.get(44_234) ?? Uint8Array.of()],
        [44_241, stolen.get(44_241) ?? Uint8Array.of()],
      ]),
    )
    deepEqual(verifyCca(encodeCbor(swapped), [machine.anchor], context), { ok: false, reason: 'rak-binding' })
  })

  it('is refused when the realm token is signed by another key than it names', () => {
    const stranger = coseKey(testAuthority({ curve: 'P-384', subject: 'stranger' }))
    equal(reasonOf({ realmClaims: [[44_237, stranger]] }), 'realm-signature')
  })

  it('is refused when the realm key is off its curve, compressed, or of a kind that is not read', () => {
    const { point } = testAuthority({ curve: 'P-384', subject: 'RAK of machine' })
    const key = (changes: readonly (readonly [number, number | boolean | Uint8Array])[]) =>
      encodeCbor(
        new Map<number, number | boolean | Uint8Array>([
          [1, 2],
          [-1, 2],
          [-2, point.subarray(1, 49)],
          [-3, point.subarray(49)],
          ...changes,
        ]),
      )
    const offCurve = Uint8Array.from(point)
    offCurve[96] = (offCurve[96] as number) ^ 1
    for (const [publicKey, reason] of [
      [key([]), undefined],
      [offCurve, 'realm-signature'],
      [key([[-3, new Uint8Array(48)]]), 'realm-signature'],
      [key([[-3, true]]), 'malformed'],
      [key([[-2, new Uint8Array(47)]]), 'malformed'],
      [key([[1, 1]]), 'unsupported-algorithm'],
      [key([[-1, 3]]), 'unsupported-algorithm'],
      [
        key([
          [-1, 1],
          [-2, new Uint8Array(32)],
          [-3, new Uint8Array(32)],
        ]),
        'realm-signature',
      ],
      [point.subarray(0, 96), 'malformed'],
      [concatBytes(Uint8Array.of(2), point.subarray(1, 49)), 'malformed'],
      [Uint8Array.of(), 'malformed'],
    ] as const) {
      equal(reasonOf({ realmClaims: [[44_237, publicKey]] }), reason)
    }
  })

  it('says by the lifecycle whether the platform can be debugged', () => {
    for (const [lifecycle, debug] of [
      [0x3000, false],
      [0x30ff, false],
      [0x0000, true],
      [0x2fff, true],
      [0x3100, true],
      [0x4000, true],
      [0x5001, true],
      [0x6000, true],
    ] as const) {
      const token = machine.attest({ platformClaims: [[2395, lifecycle]] })
      const verdict = verifyCca(token, [machine.anchor], context)
      equal(verdict.ok && verdict.facts.debug, debug, lifecycle.toString(16))
    }
  })

  it('is refused without a claim that its profile demands', () => {
    for (const claim of [265, 10, 2396, 256, 2395, 2399]) {
      equal(reasonOf({ platformClaims: [[claim, undefined]] }), 'missing-claim', `${claim}`)
    }
    for (const claim of [10, 44_235, 44_237, 44_238, 44_239, 44_240]) {
      equal(reasonOf({ realmClaims: [[claim, undefined]] }), 'missing-claim', `${claim}`)
    }
    equal(reasonOf({ realmClaims: [[265, undefined]] }), undefined)
  })

  it('is refused with profiles that nobody has checked', () => {
    for (const profile of ['tag:arm.com,2024:cca_platform#2.0.0', 'tag:arm.com,2026:cca_platform#2.0.0', '']) {
      equal(reasonOf({ platformClaims: [[265, profile]] }), 'unknown-profile')
    }
    for (const profile of ['tag:arm.com,2024:realm#2.0.0', 'http://arm.com/CCA-SSD/1.0.0', '']) {
      equal(reasonOf({ realmClaims: [[265, profile]] }), 'unknown-profile')
    }
    equal(reasonOf({ platformClaims: [[265, 'http://arm.com/CCA-SSD/1.0.0']] }), undefined)
  })

  it('is refused with claims of another type or size', () => {
    const hash = new Uint8Array(32)
    const component = (...members: readonly (readonly [number, Uint8Array | number])[]) => new Map(members)
    for (const claim of [
      [265, 1],
      [10, new Uint8Array(33)],
      [2396, new Uint8Array(31)],
      [256, new Uint8Array(33)],
      [256, new Uint8Array(32).fill(1)],
      [2395, 0x10000],
      [2395, -1],
      [2395, '3000'],
      [2400, 5],
    ] as const) {
      equal(reasonOf({ platformClaims: [claim] }), 'malformed', `${claim}`)
    }
    for (const [components, reason] of [
      [hash, 'malformed'],
      [[], 'malformed'],
      [[hash], 'malformed'],
      [[component([2, hash])], 'missing-claim'],
      [[component([5, hash])], 'missing-claim'],
      [[component([2, hash], [5, hash])], undefined],
      [[component([2, new Uint8Array(20)], [5, hash])], 'malformed'],
      [[component([1, 7], [2, hash], [5, hash])], 'malformed'],
    ] as const) {
      equal(reasonOf({ platformClaims: [[2399, components]] }), reason)
    }
    for (const claim of [
      [10, new Uint8Array(63)],
      [10, new Uint8Array(65)],
      [44_235, hash],
      [44_238, new Uint8Array(20)],
      [44_239, [hash, hash, hash]],
      [44_239, [hash, hash, hash, hash, hash]],
      [44_239, [hash, hash, hash, 'hash']],
      [44_240, 1],
    ] as const) {
      equal(reasonOf({ realmClaims: [claim] }), 'malformed', `${claim}`)
    }
    equal(reasonOf({ realmClaims: [[44_240, 'sha-1']] }), 'unsupported-algorithm')
    equal(reasonOf({ realmHeader: { algorithm: -36 } }), 'unsupported-algorithm')
  })

  it('is refused in a collection of another shape', () => {
    const token = machine.attest()
    const reason = (bytes: Uint8Array) => {
      const verdict = verifyCca(bytes, [machine.anchor], context)
      return verdict.ok ? undefined : verdict.reason
    }
    const whole = readCbor(token)
    if (!(whole instanceof CborTagged && whole.content instanceof Map)) throw new Error('no collection')
    const { content } = whole
    equal(reason(token.subarray(3)), 'malformed')
    equal(reason(encodeCbor(new CborTagged(400, content))), 'unsupported-version')
    equal(reason(encodeCbor(new CborTagged(907, content))), 'malformed')
    equal(reason(encodeCbor(new CborTagged(399, new Map([...content, [1, 2]])))), 'malformed')
    equal(reason(encodeCbor(new CborTagged(399, new Map([...content].slice(0, 1))))), 'malformed')
    equal(reason(concatBytes(token, Uint8Array.of(0))), 'malformed')
    const typed = [...content].map(([key, value]) => [key, [264, value]] as const)
    equal(reason(encodeCbor(new CborTagged(907, new Map(typed)))), 'malformed')
  })

  it('is refused without an anchor, or under that of another machine', () => {
    const other = testCcaMachine({ name: 'other' })
    const reason = (keys: readonly (typeof machine.anchor)[]) => {
      const verdict = verifyCca(machine.attest(), keys, context)
      return verdict.ok ? undefined : verdict.reason
    }
    equal(reason([]), 'unknown-key')
    equal(reason([other.anchor]), 'platform-signature')
    equal(reason([other.anchor, machine.anchor]), undefined)
  })

  it('never throws on hostile bytes', () => {
    const prefix = fromHex('0xd9018fa2')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        return ![bytes, concatBytes(prefix, bytes)].some((token) => verifyCca(token, [machine.anchor], context).ok)
      }),
    )
  })
})
