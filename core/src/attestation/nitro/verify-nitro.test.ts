import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readSign1 } from '../cose/sign1.ts'
import { testSign1 } from '../cose/test-sign1.ts'
import { nodeSignatures } from '../node/index.ts'
import { productionRoots } from '../production-roots.ts'
import { testAuthority } from '../x509/test-pki.ts'
import { type TestNitroOptions, testNitroInstance } from './test-nitro.ts'
import { verifyNitro } from './verify-nitro.ts'

const now = 1_800_000_000
const instance = testNitroInstance()
const roots = { ...productionRoots, awsNitro: [instance.pin] }
const context = { now, roots, signatures: nodeSignatures }

function factsOf(options: TestNitroOptions, from = instance) {
  const verdict = verifyNitro(from.attest(options), { ...context, roots: { ...roots, awsNitro: [from.pin] } })
  if (!verdict.ok) throw new Error(verdict.reason)
  return verdict.facts
}

function reasonOf(options: TestNitroOptions, at = now): string | undefined {
  const verdict = verifyNitro(instance.attest(options), { ...context, now: at })
  return verdict.ok ? undefined : verdict.reason
}

describe('AWS Nitro', () => {
  it('gives facts under a root that is trusted, and none under another', () => {
    const userData = new Uint8Array(64).map((_, i) => i)
    const facts = factsOf({ userData })
    deepEqual(facts.reportData, userData)
    equal(facts.debug, false)
    equal(facts.moduleId, 'i-0123456789abcdef0-enc0123456789abcdef')
    deepEqual([...facts.measurements.pcrs.keys()], [0, 1, 2])
    equal(facts.certificates.length, 3)
    const refused = verifyNitro(instance.attest(), { ...context, roots: productionRoots })
    deepEqual(refused, { ok: false, reason: 'untrusted-root' })
  })

  it('names builds by PCR 0 to 2, and machines by their instance', () => {
    const usual = factsOf({})
    deepEqual(factsOf({ pcrs: { 3: new Uint8Array(48).fill(9) } }).measurement, usual.measurement)
    notDeepEqual(factsOf({ pcrs: { 2: new Uint8Array(48).fill(9) } }).measurement, usual.measurement)
    const otherEnclave = factsOf({ fields: [['module_id', 'i-0123456789abcdef0-enc9']] })
    deepEqual(otherEnclave.platform, usual.platform)
    notDeepEqual(factsOf({}, testNitroInstance({ name: 'i-0fedcba9876543210' })).platform, usual.platform)
  })

  it('has report data of 64 bytes at most: shorter is filled up, longer is none', () => {
    deepEqual(factsOf({ userData: Uint8Array.of(7) }).reportData.subarray(0, 2), Uint8Array.of(7, 0))
    for (const options of [{ userData: new Uint8Array(65).fill(7) }, {}]) {
      deepEqual(factsOf(options).reportData, new Uint8Array(64))
    }
  })

  it('is debug when PCR 0 to 2 are all zero', () => {
    const zero = new Uint8Array(48)
    equal(factsOf({ pcrs: { 0: zero, 1: zero, 2: zero } }).debug, true)
    equal(factsOf({ pcrs: { 0: zero, 1: zero } }).debug, false)
  })

  it('counts from the first to the last second of its leaf', () => {
    const madeAt = now - 3600
    equal(reasonOf({ madeAt }, madeAt), undefined)
    equal(reasonOf({ madeAt }, madeAt - 1), 'cert-expired')
    equal(reasonOf({ madeAt }, madeAt + 10_800), undefined)
    equal(reasonOf({ madeAt }, madeAt + 10_801), 'cert-expired')
  })

  it('is refused when it says that it was made while its certificates were not in force', () => {
    equal(reasonOf({ fields: [['timestamp', (now - 1) * 1000 + 999]] }), 'cert-expired')
    equal(reasonOf({ fields: [['timestamp', (now + 10_800) * 1000 + 999]] }), undefined)
    equal(reasonOf({ fields: [['timestamp', (now + 10_801) * 1000]] }), 'cert-expired')
    equal(reasonOf({ fields: [['timestamp', 0]] }), 'cert-expired')
  })

  it('is refused when a certificate of the chain is not in force', () => {
    equal(reasonOf({ instanceCa: { notAfter: now - 1 } }), 'cert-expired')
    equal(reasonOf({ instanceCa: { notBefore: now + 1 } }), 'cert-expired')
  })

  it('is refused when the chain is not one', () => {
    equal(reasonOf({ instanceCa: { isCa: false } }), 'cert-chain')
    equal(reasonOf({ leaf: { issuer: 'somebody else' } }), 'cert-chain')
    const [leaf, root] = ['leaf', 'root'].map((subject) => testAuthority({ curve: 'P-384', subject }).certificate)
    equal(reasonOf({ fields: [['certificate', leaf ?? null]] }), 'cert-chain')
    equal(reasonOf({ fields: [['cabundle', [root ?? null]]] }), 'untrusted-root')
  })

  it('is refused when its signer may certify, or may not sign', () => {
    equal(reasonOf({ leaf: { isCa: true } }), 'cert-chain')
    equal(reasonOf({ leaf: { keyUsage: 1 << 5 } }), 'cert-chain')
  })

  it('is refused when somebody else signed it', () => {
    const stranger = testAuthority({ curve: 'P-384', subject: 'stranger' })
    const { payload } = readSign1(instance.attest())
    const verdictOn = (signer: typeof stranger) => verifyNitro(testSign1(signer, payload, { isTagged: false }), context)
    deepEqual(verdictOn(stranger), { ok: false, reason: 'cose-signature' })
    deepEqual(verdictOn(testNitroInstance().root), { ok: false, reason: 'cose-signature' })
  })

  it('is refused with other algorithms than ES384, and with keys that those would have', () => {
    equal(reasonOf({ header: { algorithm: -7 } }), 'unsupported-algorithm')
    equal(reasonOf({ header: { algorithm: -36 } }), 'unsupported-algorithm')
    equal(reasonOf({ leaf: { curve: 'P-256' } }), 'unsupported-algorithm')
    equal(reasonOf({ leaf: { curve: 'P-256' }, header: { algorithm: -35 } }), 'cose-signature')
  })

  it('has the fields and sizes that AWS gives, else it is refused', () => {
    for (const field of ['module_id', 'digest', 'timestamp', 'pcrs', 'certificate', 'cabundle']) {
      equal(reasonOf({ fields: [[field, undefined]] }), 'missing-claim', field)
    }
    for (const field of ['public_key', 'user_data', 'nonce']) {
      equal(reasonOf({ fields: [[field, undefined]] }), undefined, field)
      equal(reasonOf({ fields: [[field, Uint8Array.of()]] }), undefined, field)
      equal(reasonOf({ fields: [[field, new Uint8Array(1024)]] }), undefined, field)
      equal(reasonOf({ fields: [[field, new Uint8Array(1025)]] }), 'malformed', field)
      equal(reasonOf({ fields: [[field, 'text']] }), 'malformed', field)
    }
    const pcr = new Uint8Array(48).fill(1)
    const pcrs = (count: number) => new Map(Array.from({ length: count }, (_, index) => [index, pcr] as const))
    for (const [field, value, reason] of [
      ['module_id', '', 'malformed'],
      ['module_id', 'i'.repeat(129), 'malformed'],
      ['module_id', 7, 'malformed'],
      ['digest', 'SHA256', 'unsupported-algorithm'],
      ['timestamp', -1, 'malformed'],
      ['timestamp', 'now', 'malformed'],
      ['pcrs', pcrs(32), undefined],
      ['pcrs', pcrs(33), 'malformed'],
      ['pcrs', pcrs(2), 'missing-claim'],
      ['pcrs', new Map([...pcrs(3), [32, pcr]]), 'malformed'],
      ['pcrs', new Map([...pcrs(3), [-1, pcr]]), 'malformed'],
      ['pcrs', new Map([['0', pcr]]), 'malformed'],
      ['pcrs', new Map([...pcrs(3), [4, new Uint8Array(47)]]), 'malformed'],
      ['pcrs', new Map([...pcrs(3), [4, new Uint8Array(64)]]), undefined],
      ['pcrs', [pcr], 'malformed'],
      ['certificate', Uint8Array.of(), 'malformed'],
      ['certificate', new Uint8Array(1025), 'malformed'],
      ['cabundle', [], 'malformed'],
      ['cabundle', new Array(8).fill(pcr), 'malformed'],
      ['cabundle', ['text'], 'malformed'],
    ] as const) {
      equal(reasonOf({ fields: [[field, value]] }), reason, `${field}: ${value}`)
    }
  })

  it('never throws on hostile bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => !verifyNitro(bytes, context).ok))
  })
})
