import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { policyBounds } from './bounds.ts'
import { checkPolicy } from './check-policy.ts'
import { isConfident } from './confidence.ts'
import { diffPolicies, PolicyDiff } from './diff-policies.ts'
import { strictPolicy } from './presets.ts'
import { AttestationPolicy, type DcapRules, type SnpRules, type TdxRules } from './schema.ts'
import { generousPolicy, genoaFloor } from './test-facts.ts'

const sgx = generousPolicy.sgx as DcapRules
const tdx = generousPolicy.tdx as TdxRules
const snp = generousPolicy.snp as SnpRules

describe('a confidence level', () => {
  it('is better when it is lower, and only 1 to 5 exist', () => {
    deepEqual(
      [0, 1, 2, 3, 5, 6].map((level) => isConfident(level, 2)),
      [false, true, true, false, false, false],
    )
    equal(isConfident(1, 0), false)
  })
})

describe('an attestation policy', () => {
  it('survives its codec', () => {
    for (const policy of [strictPolicy, generousPolicy]) {
      deepEqual(AttestationPolicy.decode(AttestationPolicy.encode(policy)), policy)
    }
  })

  it('holds no longer lists than its bounds', () => {
    const denied = Array.from({ length: policyBounds.platforms + 1 }, (_, i) => new Uint8Array(32).fill(i))
    throws(() => AttestationPolicy.encode({ ...strictPolicy, platforms: { allowed: undefined, denied } }))
  })

  it('is faultless in both presets', () => {
    equal(checkPolicy(strictPolicy), undefined)
    equal(checkPolicy(generousPolicy), undefined)
  })

  it('is refused for each fault', () => {
    const machine = new Uint8Array(32)
    const faulty = (changes: Partial<AttestationPolicy>) => checkPolicy({ ...generousPolicy, ...changes })
    equal(faulty({ validityBlocks: 0 }), 'no-validity')
    for (const level of [0, 6]) {
      equal(faulty({ cca: { level } }), 'level-out-of-range')
      equal(faulty({ simulated: { roots: [], level } }), 'level-out-of-range')
      equal(faulty({ snp: { ...snp, floors: [{ ...genoaFloor, level }] } }), 'level-out-of-range')
      equal(faulty({ sgx: { ...sgx, advisories: [{ id: 'INTEL-SA-00001', level }] } }), 'level-out-of-range')
    }
    equal(faulty({ sgx: { ...sgx, graceSeconds: policyBounds.graceSeconds } }), undefined)
    equal(faulty({ sgx: { ...sgx, graceSeconds: policyBounds.graceSeconds + 1 } }), 'grace-too-long')
    for (const bit of [0n, 29n, 63n]) {
      equal(faulty({ tdx: { ...tdx, allowedAttributes: 1n << bit } }), 'forbidden-attribute')
    }
    equal(faulty({ snp: { ...snp, vmpl: 4 } }), 'vmpl-out-of-range')
    equal(faulty({ platforms: { allowed: undefined, denied: [machine, machine] } }), 'listed-twice')
    equal(
      faulty({ tdx: { ...tdx, dcap: { ...sgx, statuses: [{ type: 'UpToDate' }, { type: 'UpToDate' }] } } }),
      'listed-twice',
    )
    equal(
      faulty({ sgx: { ...sgx, advisories: [1, 4].map((level) => ({ id: 'INTEL-SA-00001', level })) } }),
      'listed-twice',
    )
    equal(faulty({ platforms: { allowed: [machine], denied: [machine] } }), 'allowed-and-denied')
  })
})

describe('the difference of two policies', () => {
  it('is nothing for equal ones, whatever the order of their lists', () => {
    const turned = { ...generousPolicy, sgx: { ...sgx, advisories: [...sgx.advisories].reverse() } }
    deepEqual(diffPolicies(generousPolicy, turned), [])
  })

  it('names each field with both values, and each entry that came or went', () => {
    const machine = new Uint8Array(32).fill(0xab)
    const after: AttestationPolicy = {
      ...generousPolicy,
      validityBlocks: 100,
      platforms: { allowed: undefined, denied: [machine] },
      snp: { ...snp, smt: { type: 'Allowed' }, floors: [{ ...genoaFloor, level: 2 }] },
    }
    const floor = (level: number) =>
      `{product: Genoa, fmc: 0, bootLoader: 10, tee: 0, snp: 23, microcode: 84, major: 1, minor: 55, build: 40, level: ${level}}`
    deepEqual(diffPolicies(generousPolicy, after), [
      { field: 'snp.floors', before: floor(1), after: undefined },
      { field: 'validityBlocks', before: '28800', after: '100' },
      { field: 'platforms.denied', before: undefined, after: `0x${'ab'.repeat(32)}` },
      { field: 'snp.floors', before: undefined, after: floor(2) },
      { field: 'snp.smt', before: 'Forbidden', after: 'Allowed' },
    ])
  })

  it('tells "all" from "none" (N72)', () => {
    const none = { ...strictPolicy, platforms: { allowed: [], denied: [] } }
    deepEqual(diffPolicies(strictPolicy, none), [{ field: 'platforms.allowed', before: 'absent', after: 'present' }])
  })

  it('of rules that come tells all of them', () => {
    deepEqual(diffPolicies({ ...generousPolicy, cca: undefined }, generousPolicy), [
      { field: 'cca', before: 'absent', after: 'present' },
      { field: 'cca.level', before: undefined, after: '2' },
    ])
  })

  it('fits into its event, both ways between the presets', () => {
    for (const changes of [diffPolicies(strictPolicy, generousPolicy), diffPolicies(generousPolicy, strictPolicy)]) {
      deepEqual(PolicyDiff.decode(PolicyDiff.encode(changes)), changes)
    }
  })
})
