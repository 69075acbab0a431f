import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Facts, SgxFacts, SnpFacts, TdxFacts } from '../facts.ts'
import { GRACE_LEVEL } from './confidence.ts'
import { judgeFacts } from './judge-facts.ts'
import type { JudgeContext, Judgement } from './judgement.ts'
import { strictPolicy } from './presets.ts'
import { explainRefusal, POLICY_REFUSALS, type PolicyRefusal } from './refusals.ts'
import type { AttestationPolicy, DcapRules, SnpRules, TdxRules } from './schema.ts'
import {
  ccaFacts,
  context,
  DAY,
  generousPolicy,
  genoaFloor,
  NOW,
  nitroFacts,
  psaFacts,
  sgxFacts,
  simulatedFacts,
  snpFacts,
  tdxFacts,
} from './test-facts.ts'

const seen = new Set<PolicyRefusal>()

function judge(facts: Facts, policy: AttestationPolicy = generousPolicy, at: Partial<JudgeContext> = {}): Judgement {
  const judgement = judgeFacts(facts, policy, { ...context, ...at })
  if (!judgement.ok) seen.add(judgement.reason)
  return judgement
}

function reasonOf(facts: Facts, policy = generousPolicy, at: Partial<JudgeContext> = {}): PolicyRefusal | number {
  const judgement = judge(facts, policy, at)
  return judgement.ok ? judgement.level : judgement.reason
}

const withSgx = (rules: Partial<DcapRules>): AttestationPolicy => ({
  ...generousPolicy,
  sgx: { ...(generousPolicy.sgx as DcapRules), ...rules },
})
const withTdx = (rules: Partial<TdxRules>): AttestationPolicy => ({
  ...generousPolicy,
  tdx: { ...(generousPolicy.tdx as TdxRules), ...rules },
})
const withSnp = (rules: Partial<SnpRules>): AttestationPolicy => ({
  ...generousPolicy,
  snp: { ...(generousPolicy.snp as SnpRules), ...rules },
})
const sgx = (changes: Partial<SgxFacts>): SgxFacts => ({ ...sgxFacts, ...changes })
const snp = (changes: Partial<SnpFacts>): SnpFacts => ({ ...snpFacts, ...changes })
const td = (changes: Partial<TdxFacts['measurements']>): TdxFacts => ({
  ...tdxFacts,
  measurements: { ...tdxFacts.measurements, ...changes },
})
/** TD attributes with SEPT_VE_DISABLE and one bit more. */
const attributes = (bit: number): Uint8Array => {
  const bytes = Uint8Array.of(0, 0, 0, 0x10, 0, 0, 0, 0)
  bytes[bit >> 3] = (bytes[bit >> 3] as number) | (1 << (bit & 7))
  return bytes
}

const kinds = [sgxFacts, tdxFacts, snpFacts, ccaFacts, psaFacts, nitroFacts, simulatedFacts] as const

describe('a policy that has rules for a kind of evidence', () => {
  it('accepts each kind at the level of its status, floor or word', () => {
    deepEqual(
      kinds.map((facts) => [facts.tee, reasonOf(facts)]),
      [
        ['Sgx', 1],
        ['Tdx', 1],
        ['SevSnp', 1],
        ['Cca', 2],
        ['Psa', 3],
        ['Nitro', 2],
        ['Simulated', 5],
      ],
    )
  })

  it('refuses every kind without rules, and graphics cards and IAS reports under any (N14)', () => {
    const none: AttestationPolicy = {
      ...generousPolicy,
      ...{ simulated: undefined, sgx: undefined, tdx: undefined, snp: undefined, cca: undefined, psa: undefined },
      nitro: undefined,
    }
    for (const facts of kinds) equal(reasonOf(facts, none), 'tee-not-accepted', facts.tee)
    const { measurement, reportData, debug, platform } = simulatedFacts
    const gpu = {
      measurement,
      reportData,
      debug,
      platform,
      driverVersion: '',
      measurements: { requestNonce: measurement, blocks: new Map() },
      certificates: [],
    }
    equal(reasonOf({ ...gpu, tee: 'NvidiaGpu' }), 'tee-not-accepted')
  })

  it('refuses debug of every kind, whatever else is wrong (N9)', () => {
    for (const facts of kinds) {
      equal(reasonOf({ ...facts, debug: true } as Facts), 'debug', facts.tee)
      equal(reasonOf({ ...facts, debug: true } as Facts, generousPolicy, { madeAt: 0 }), 'debug', facts.tee)
    }
    equal(reasonOf(td({ tdAttributes: attributes(0) })), 'debug')
  })

  it('the strict one accepts UpToDate TDX and SGX, and nothing that it has no floor or rules for', () => {
    deepEqual(
      kinds.map((facts) => reasonOf(facts, strictPolicy)),
      [1, 1, 'snp-product-not-accepted', ...Array(4).fill('tee-not-accepted')],
    )
  })

  it('refuses a level that does not exist, zero above all (N72)', () => {
    for (const level of [0, 6, 255]) {
      equal(reasonOf(ccaFacts, { ...generousPolicy, cca: { level } }), 'level-out-of-range')
      equal(reasonOf(snpFacts, withSnp({ floors: [{ ...genoaFloor, level }] })), 'level-out-of-range')
    }
  })
})

describe('the age of evidence', () => {
  it('counts in blocks, up to and including the last', () => {
    const { maxEvidenceBlocks } = generousPolicy
    equal(reasonOf(sgxFacts, generousPolicy, { madeAt: context.block - maxEvidenceBlocks }), 1)
    equal(reasonOf(sgxFacts, generousPolicy, { madeAt: context.block - maxEvidenceBlocks - 1 }), 'evidence-too-old')
  })

  it('of zero blocks accepts this block only (N72)', () => {
    const policy = { ...generousPolicy, maxEvidenceBlocks: 0 }
    equal(reasonOf(sgxFacts, policy, { madeAt: context.block }), 1)
    equal(reasonOf(sgxFacts, policy, { madeAt: context.block - 1 }), 'evidence-too-old')
  })

  it('is never negative', () => {
    equal(reasonOf(sgxFacts, generousPolicy, { madeAt: context.block + 1 }), 'evidence-from-the-future')
  })

  it('of a Nitro document counts in seconds, with a minute of tolerance for clocks', () => {
    const at = (seconds: number) => ({ ...nitroFacts, timestampMs: seconds * 1000 })
    equal(reasonOf(at(NOW - 300)), 2)
    equal(reasonOf(at(NOW - 301)), 'evidence-too-old')
    equal(reasonOf(at(NOW + 60)), 2)
    equal(reasonOf(at(NOW + 61)), 'evidence-from-the-future')
  })
})

describe('lists of hardware', () => {
  const mine = sgxFacts.platform
  const other = new Uint8Array(32)
  const withPlatforms = (platforms: AttestationPolicy['platforms']) => ({ ...generousPolicy, platforms })

  it('refuse a machine that is not listed where only listed ones are allowed (N84)', () => {
    for (const facts of kinds) {
      equal(reasonOf(facts, withPlatforms({ allowed: [other], denied: [] })), 'platform-not-allowed', facts.tee)
      ok(judge(facts, withPlatforms({ allowed: [other, mine], denied: [] })).ok, facts.tee)
    }
  })

  it('tell an absent allow list, which allows all, from an empty one, which allows none (N72)', () => {
    equal(reasonOf(sgxFacts, withPlatforms({ allowed: undefined, denied: [] })), 1)
    equal(reasonOf(sgxFacts, withPlatforms({ allowed: [], denied: [] })), 'platform-not-allowed')
    equal(reasonOf(sgxFacts, withSgx({ fmspcs: { allowed: [], denied: [] } })), 'fmspc-not-allowed')
  })

  it('deny what is denied even if it is allowed too', () => {
    equal(reasonOf(sgxFacts, withPlatforms({ allowed: [mine], denied: [mine] })), 'platform-denied')
    equal(
      reasonOf(sgxFacts, withSgx({ fmspcs: { allowed: [sgxFacts.fmspc], denied: [sgxFacts.fmspc] } })),
      'fmspc-denied',
    )
  })

  it('refuse an FMSPC that is not listed', () => {
    equal(reasonOf(sgxFacts, withSgx({ fmspcs: { allowed: [new Uint8Array(6)], denied: [] } })), 'fmspc-not-allowed')
  })
})

describe('the status of Intel platforms', () => {
  it('gives the levels of the original', () => {
    deepEqual(
      (['UpToDate', 'SWHardeningNeeded', 'ConfigurationNeeded', 'ConfigurationAndSWHardeningNeeded'] as const).map(
        (tcbStatus) => reasonOf(sgx({ tcbStatus, advisoryIds: ['INTEL-SA-00615'] })),
      ),
      [2, 2, 3, 3],
    )
  })

  it('is refused when the policy does not list it', () => {
    equal(
      reasonOf(sgx({ tcbStatus: 'SWHardeningNeeded' }), withSgx({ statuses: [{ type: 'UpToDate' }] })),
      'status-not-accepted',
    )
    equal(reasonOf(sgxFacts, withSgx({ statuses: [] })), 'status-not-accepted')
  })

  it('is refused when nobody knows it (N72)', () => {
    for (const unknown of ['', 'Unknown', 'uptodate', undefined]) {
      equal(reasonOf(sgx({ tcbStatus: unknown as 'UpToDate' })), 'status-not-accepted')
    }
  })

  it('of Revoked is refused under any policy', () => {
    equal(reasonOf(sgx({ tcbStatus: 'Revoked', recoveredAt: NOW - 1 }), withSgx({ graceSeconds: 90 * DAY })), 'revoked')
  })

  it('is refused with an advisory that is not listed, the same for TDX', () => {
    const changes = { tcbStatus: 'SWHardeningNeeded', advisoryIds: ['INTEL-SA-00615', 'INTEL-SA-99999'] } as const
    deepEqual(judge(sgx(changes)), { ok: false, reason: 'advisory-not-listed', detail: 'INTEL-SA-99999' })
    equal(reasonOf({ ...tdxFacts, ...changes }), 'advisory-not-listed')
    equal(reasonOf(sgx({ ...changes, advisoryIds: [''] })), 'advisory-not-listed')
  })

  it('sinks to the level at which an advisory is accepted, and says which', () => {
    deepEqual(judge(sgx({ tcbStatus: 'SWHardeningNeeded', advisoryIds: ['INTEL-SA-00289', 'INTEL-SA-00615'] })), {
      ok: true,
      level: 4,
      because: 'advisory:INTEL-SA-00289',
      until: NOW + 29 * DAY,
    })
  })
})

describe('grace', () => {
  const outOfDate = (
    recoveredAt: number | undefined,
    tcbStatus: 'OutOfDate' | 'OutOfDateConfigurationNeeded' = 'OutOfDate',
  ) => sgx({ tcbStatus, recoveredAt, advisoryIds: ['INTEL-SA-99999'] })

  it('is zero unless the policy gives it', () => {
    equal(reasonOf(outOfDate(NOW)), 'out-of-date')
    // A recovery that is dated tomorrow gives no grace either.
    equal(reasonOf(outOfDate(NOW + DAY)), 'out-of-date')
  })

  it('counts from the recovery and ends by itself at its second (N83)', () => {
    const policy = withSgx({ graceSeconds: 10 * DAY })
    const recoveredAt = NOW - 10 * DAY + 1
    deepEqual(judge(outOfDate(recoveredAt), policy), {
      ok: true,
      level: GRACE_LEVEL,
      because: 'grace:OutOfDate',
      until: NOW,
    })
    equal(reasonOf(outOfDate(recoveredAt), policy, { now: NOW + 1 }), 'out-of-date')
    equal(reasonOf(outOfDate(recoveredAt, 'OutOfDateConfigurationNeeded'), policy), GRACE_LEVEL)
  })

  it('does not start anew with newer collateral', () => {
    const policy = withSgx({ graceSeconds: 10 * DAY })
    const renewed = { ...outOfDate(NOW - 10 * DAY), collateralIssuedAt: NOW, tcbDate: NOW }
    equal(reasonOf(renewed, policy), 'out-of-date')
  })

  it('needs a recovery to count from (N72)', () => {
    equal(reasonOf(outOfDate(undefined), withSgx({ graceSeconds: 90 * DAY })), 'out-of-date')
  })

  it('is never longer than 90 days, whatever a policy says', () => {
    const policy = withSgx({ graceSeconds: 0xffff_ffff })
    equal(reasonOf(outOfDate(NOW - 90 * DAY + 1), policy), GRACE_LEVEL)
    equal(reasonOf(outOfDate(NOW - 90 * DAY), policy), 'out-of-date')
  })
})

describe('collateral', () => {
  it('is refused below the evaluation number of the policy, and below the highest seen', () => {
    equal(
      reasonOf(sgx({ evaluationNumber: 16 }), withSgx({ minimumEvaluationNumber: 17 }), { evaluationFloor: 0 }),
      'evaluation-number-too-low',
    )
    equal(reasonOf(sgx({ evaluationNumber: 16 }), generousPolicy, { evaluationFloor: 17 }), 'evaluation-number-too-low')
    equal(reasonOf(sgx({ evaluationNumber: 0 }), withSgx({ minimumEvaluationNumber: 0 }), { evaluationFloor: 0 }), 1)
  })

  it('is refused when it is expired or too old, from the second after', () => {
    equal(reasonOf(sgx({ collateralExpiresAt: NOW })), 1)
    equal(reasonOf(sgx({ collateralExpiresAt: NOW - 1 })), 'collateral-expired')
    equal(reasonOf(sgxFacts, withSgx({ maxCollateralSeconds: DAY })), 1)
    equal(reasonOf(sgxFacts, withSgx({ maxCollateralSeconds: DAY - 1 })), 'collateral-too-old')
    equal(reasonOf(sgxFacts, withSgx({ maxCollateralSeconds: 0 })), 'collateral-too-old')
  })

  it('of SEV-SNP needs a list of revocations, in date', () => {
    equal(reasonOf(snp({ crl: undefined })), 'collateral-missing')
    equal(reasonOf(snp({ crl: { thisUpdate: NOW - DAY, nextUpdate: NOW - 1 } })), 'collateral-expired')
    equal(reasonOf(snpFacts, withSnp({ maxCollateralSeconds: DAY - 1 })), 'collateral-too-old')
  })
})

describe('rules for trust domains', () => {
  it('refuse each attribute that no policy can allow, and each that this one does not', () => {
    equal(reasonOf(td({ tdAttributes: new Uint8Array(8) })), 'tdx-sept-ve-disable')
    const all = withTdx({ allowedAttributes: 0xffff_ffff_ffff_ffffn })
    equal(reasonOf(td({ tdAttributes: attributes(29) }), all), 'tdx-migratable')
    equal(reasonOf(td({ tdAttributes: attributes(63) }), all), 'tdx-perfmon')
    for (const bit of [1, 4, 6, 8, 16, 26, 31, 32, 62])
      equal(reasonOf(td({ tdAttributes: attributes(bit) })), 'tdx-attributes')
    equal(reasonOf(td({ tdAttributes: attributes(30) })), 1)
  })

  it('refuse extended features outside the mask', () => {
    equal(reasonOf(td({ xfam: Uint8Array.of(0xe7, 0x02, 0x0e, 0, 0, 0, 0, 0) })), 'tdx-xfam')
    equal(reasonOf(tdxFacts, withTdx({ allowedXfam: 3n })), 'tdx-xfam')
  })

  it('refuse a service TD; a body that has no such field is not one', () => {
    equal(reasonOf(td({ mrServiceTd: new Uint8Array(48).fill(1) })), 'tdx-service-td')
    equal(reasonOf(td({ mrServiceTd: undefined })), 1)
  })

  it("refuse a module that is not Intel's", () => {
    equal(reasonOf(td({ mrSignerSeam: new Uint8Array(48).fill(1) })), 'tdx-module-signer')
    equal(reasonOf(td({ seamAttributes: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0) })), 'tdx-module-signer')
  })
})

describe('rules for SEV-SNP guests', () => {
  it('refuse any other VMPL than the expected one', () => {
    equal(reasonOf(snp({ vmpl: 1 })), 'snp-vmpl')
    equal(reasonOf(snpFacts, withSnp({ vmpl: 2 })), 'snp-vmpl')
    equal(reasonOf(snp({ vmpl: 2 }), withSnp({ vmpl: 2 })), 1)
  })

  it('refuse a migration agent, shared cores, missing protections and keys of providers', () => {
    equal(reasonOf(snp({ policy: 0x7_0000n })), 'snp-migration-agent')
    equal(reasonOf(snp({ platformInfo: 0x25n })), 'snp-smt')
    equal(reasonOf(snp({ platformInfo: 0x25n }), withSnp({ smt: { type: 'Allowed' } })), 1)
    deepEqual(judge(snp({ platformInfo: 0x04n })), { ok: false, reason: 'snp-platform-info', detail: '0x20' })
    equal(reasonOf(snp({ signingKey: 'VLEK' })), 'snp-vlek')
    equal(reasonOf(snp({ signingKey: 'VLEK' }), withSnp({ acceptsVlek: true })), 1)
  })

  it('refuse a product without a floor', () => {
    equal(reasonOf(snp({ product: 'Milan' })), 'snp-product-not-accepted')
    equal(reasonOf(snpFacts, withSnp({ floors: [] })), 'snp-product-not-accepted')
  })

  it('refuse each part of the reported and of the committed TCB that is one too low (N86)', () => {
    for (const part of ['bootLoader', 'snp', 'microcode'] as const) {
      const old = { ...snpFacts.reportedTcb, [part]: snpFacts.reportedTcb[part] - 1 }
      equal(reasonOf(snp({ reportedTcb: old })), 'snp-reported-tcb', part)
      equal(reasonOf(snp({ committedTcb: old })), 'snp-committed-tcb', part)
    }
    equal(reasonOf(snpFacts, withSnp({ floors: [{ ...genoaFloor, tee: 1 }] })), 'snp-reported-tcb')
  })

  it('count the FMC of Turin, and take its absence for zero (N72)', () => {
    const floors = [{ ...genoaFloor, product: { type: 'Turin' }, fmc: 1 }] as const
    const turin = { product: 'Turin', committedTcb: { ...snpFacts.committedTcb, fmc: 1 } } as const
    equal(reasonOf(snp({ ...turin, reportedTcb: { ...snpFacts.reportedTcb, fmc: 1 } }), withSnp({ floors })), 1)
    equal(
      reasonOf(snp({ ...turin, reportedTcb: { ...snpFacts.reportedTcb, fmc: 0 } }), withSnp({ floors })),
      'snp-reported-tcb',
    )
    equal(reasonOf(snp({ ...turin }), withSnp({ floors })), 'snp-reported-tcb')
  })

  it('compare committed versions as versions', () => {
    const by = (major: number, minor: number, build: number) =>
      reasonOf(snp({ committedBuild: { major, minor, build } }))
    deepEqual([by(1, 55, 39), by(1, 54, 99), by(0, 99, 99)], Array(3).fill('snp-committed-build'))
    deepEqual([by(1, 55, 41), by(1, 56, 0), by(2, 0, 0)], [1, 1, 1])
  })

  it('give the level of the best floor that is met', () => {
    const lower = { ...genoaFloor, microcode: 80, build: 0, level: 5 }
    const policy = withSnp({ floors: [lower, genoaFloor] })
    const old = { ...snpFacts.committedTcb, microcode: 83 }
    equal(reasonOf(snpFacts, policy), 1)
    equal(reasonOf(snp({ committedTcb: old }), policy), 5)
    equal(reasonOf(snp({ committedTcb: { ...old, microcode: 79 } }), policy), 'snp-committed-tcb')
  })
})

describe('rules for Arm tokens', () => {
  it('refuse every lifecycle but secured', () => {
    for (const lifecycle of [0, 0x1000, 0x2fff, 0x3100, 0x4000, 0x5000, 0x6000, 0x13000]) {
      equal(reasonOf({ ...ccaFacts, lifecycle }), 'lifecycle-not-secured')
      equal(reasonOf({ ...psaFacts, lifecycle }), 'lifecycle-not-secured')
    }
    equal(reasonOf({ ...ccaFacts, lifecycle: 0x30ff }), 2)
  })
})

describe('what an acceptance says about its end', () => {
  it('is the first of the dates at which it stops to hold', () => {
    const until = (facts: Facts, policy = generousPolicy) => {
      const judgement = judge(facts, policy)
      return judgement.ok ? judgement.until : judgement.reason
    }
    equal(until(sgxFacts), NOW + 29 * DAY)
    equal(until(sgxFacts, withSgx({ maxCollateralSeconds: 10 * DAY })), NOW + 9 * DAY)
    equal(until(snpFacts), NOW + 40 * DAY)
    equal(until(snpFacts, withSnp({ maxCollateralSeconds: 10 * DAY })), NOW + 9 * DAY)
    equal(until(nitroFacts), NOW + 240)
    equal(until(ccaFacts), undefined)
  })

  it('is true: accepted at that second, refused at the next', () => {
    for (const facts of [sgxFacts, tdxFacts, snpFacts, nitroFacts]) {
      const judgement = judge(facts)
      ok(judgement.ok && judgement.until !== undefined)
      ok(judge(facts, generousPolicy, { now: judgement.until }).ok, facts.tee)
      ok(!judge(facts, generousPolicy, { now: judgement.until + 1 }).ok, facts.tee)
    }
  })
})

describe('refusals', () => {
  it('each occurred in a test above, and each is explained', () => {
    deepEqual(
      POLICY_REFUSALS.filter((reason) => !seen.has(reason)),
      [],
    )
    for (const reason of POLICY_REFUSALS) ok(explainRefusal(reason).remedy.length > 0)
  })
})
