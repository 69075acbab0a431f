/** Each rule alone, under a public-key infrastructure of our own: everything but one thing is as it should be. */
import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildOf, platformOf } from '../identify.ts'
import { nodeSignatures as signatures } from '../node/node-signatures.ts'
import type { EvidenceFailure } from '../verdict.ts'
import { derInteger } from '../x509/test-pki.ts'
import { checkSnpCollateral, recheckSnpCollateral, type SnpOptions } from './check-collateral.ts'
import { type TestAmd, type TestMachine, type TestReport, testAmd } from './test-snp.ts'
import { verifySnpReport } from './verify-report.ts'
import { verifySnp } from './verify-snp.ts'

const NOW = 1_750_000_000
const amd = testAmd()
const machine = amd.machine()

interface Attempt {
  readonly amd?: TestAmd
  readonly machine?: TestMachine
  readonly vek?: Uint8Array
  readonly report?: TestReport | Uint8Array
  readonly collateral?: Parameters<TestAmd['collateral']>[0]
  readonly now?: number
  readonly options?: SnpOptions
}

function attempt(changes: Attempt = {}) {
  const firm = changes.amd ?? amd
  const by = changes.machine ?? firm.machine()
  const report = changes.report instanceof Uint8Array ? changes.report : by.report(changes.report)
  const context = { now: changes.now ?? NOW, roots: firm.roots, signatures }
  return verifySnp(
    { report, vek: changes.vek ?? by.vek },
    firm.collateral(changes.collateral),
    context,
    changes.options ?? {},
  )
}

function reasonOf(changes: Attempt): EvidenceFailure | 'ok' {
  const verdict = attempt(changes)
  return verdict.ok ? 'ok' : verdict.reason
}

describe('a report under our own root', () => {
  it('is accepted for every product, kind of key and version', () => {
    for (const product of ['Milan', 'Genoa', 'Turin'] as const) {
      const firm = testAmd({ product })
      for (const signingKey of ['VCEK', 'VLEK'] as const) {
        for (const version of [2, 3, 4, 5]) {
          const by = firm.machine({ signingKey })
          const verdict = attempt({
            amd: firm,
            machine: by,
            report: { version },
            collateral: { certifies: signingKey },
          })
          ok(verdict.ok, `${product} ${signingKey} ${version}`)
          deepEqual([verdict.facts.product, verdict.facts.signingKey], [product, signingKey])
          deepEqual(verdict.facts.reportedTcb, { fmc: undefined, ...by.tcb })
          equal(verdict.facts.cpuid === undefined, version === 2)
          equal(verdict.facts.launchMitigations, version === 5 ? 0n : undefined)
        }
      }
    }
  })

  it('gives build, machine and report data as they are compared on chain', () => {
    const [measurement, hostData, reportData] = [48, 32, 64].map((length, i) => new Uint8Array(length).fill(i + 1)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    const verdict = attempt({ report: { measurement, hostData, reportData } })
    ok(verdict.ok)
    deepEqual(verdict.facts.measurement, buildOf('SevSnp', measurement, hostData))
    deepEqual(verdict.facts.platform, platformOf('Amd', machine.chipId))
    deepEqual(verdict.facts.reportData, reportData)
    equal(verdict.facts.certificates.length, 3)
  })

  it('tells debug, VMPL and committed firmware below the reported as facts (N86)', () => {
    const old = { ...machine.tcb, snp: 1 }
    const verdict = attempt({
      report: { policy: 0xb_0000n, vmpl: 3, committedTcb: old, committedBuild: { major: 1, minor: 51, build: 3 } },
    })
    ok(verdict.ok)
    const { debug, vmpl, committedTcb, reportedTcb, committedBuild } = verdict.facts
    deepEqual(
      { debug, vmpl, committedBuild },
      { debug: true, vmpl: 3, committedBuild: { major: 1, minor: 51, build: 3 } },
    )
    deepEqual([committedTcb.snp, reportedTcb.snp], [1, 23])
  })
})

describe('the form of a report', () => {
  it('has 1,184 bytes, a known version and the one algorithm', () => {
    const report = machine.report()
    equal(reasonOf({ report: report.subarray(0, -1) }), 'bad-length')
    equal(reasonOf({ report: new Uint8Array(1_185) }), 'bad-length')
    for (const version of [0, 1, 6, 0xffff_ffff]) equal(reasonOf({ report: { version } }), 'unsupported-version')
    for (const algorithm of [0, 2, 0x101]) equal(reasonOf({ report: { algorithm } }), 'unsupported-algorithm')
  })

  it('has zeros in all of the signature that is not r and s', () => {
    for (const at of [0x2a0 + 48, 0x2e8 - 1, 0x2e8 + 48, 0x330 - 1, 0x330, 0x4a0 - 1]) {
      const report = machine.report()
      report[at] = 1
      equal(reasonOf({ report }), 'report-signature', `byte ${at}`)
    }
  })
})

describe('the key that signs', () => {
  it('is the one that the report names: VCEK under the ASK, VLEK under the ASVK', () => {
    const vlek = amd.machine({ signingKey: 'VLEK' })
    equal(reasonOf({ machine: vlek, collateral: { certifies: 'VLEK' } }), 'ok')
    // Under the other authority, by the name of the certificate or by that of the report.
    equal(reasonOf({ machine: vlek }), 'chain:vek')
    equal(reasonOf({ machine: vlek, report: { signingKey: 0 } }), 'chain:vek')
    equal(reasonOf({ collateral: { certifies: 'VLEK' } }), 'chain:vek')
    equal(reasonOf({ report: { signingKey: 1 }, collateral: { certifies: 'VLEK' } }), 'chain:vek')
  })

  it('is refused when authority and certificate are of different kinds', () => {
    const vcekUnderAsvk = amd.machine({ isUnderWrongAuthority: true })
    const vlekUnderAsk = amd.machine({ signingKey: 'VLEK', isUnderWrongAuthority: true })
    equal(
      reasonOf({ machine: vcekUnderAsvk, report: { signingKey: 1 }, collateral: { certifies: 'VLEK' } }),
      'signing-key',
    )
    equal(reasonOf({ machine: vlekUnderAsk, report: { signingKey: 0 } }), 'signing-key')
  })

  it('is refused when its certificate has the ids of the other kind, or of both', () => {
    const { vek } = amd.machine({ signingKey: 'VLEK' })
    ok(vek.length > 0)
    equal(reasonOf({ machine: amd.machine({ extensions: { 4: undefined } }) }), 'signing-key')
    equal(reasonOf({ machine: amd.machine({ extensions: { 5: derInteger(1) } }) }), 'signing-key')
    const both = amd.machine({ signingKey: 'VLEK', extensions: { 4: new Uint8Array(64) } })
    equal(reasonOf({ machine: both, collateral: { certifies: 'VLEK' } }), 'signing-key')
  })

  it('is none, or one that nobody knows', () => {
    for (const signingKey of [2, 3, 7]) equal(reasonOf({ report: { signingKey } }), 'signing-key')
  })

  it('is on P-384 and no CA', () => {
    equal(reasonOf({ machine: amd.machine({ issue: { curve: 'P-256' } }) }), 'chain:vek')
    equal(reasonOf({ machine: amd.machine({ issue: { isCa: true } }) }), 'chain:vek')
  })

  it("is not another chip's of the same firm", () => {
    equal(reasonOf({ vek: amd.machine({ name: 'other' }).vek }), 'report-signature')
  })
})

describe('the chain', () => {
  it('ends in the pinned root of its product, and of no other (N1, N2)', () => {
    const impostor = testAmd({ seed: 'impostor ' })
    const { report, vek } = { report: impostor.machine().report(), vek: impostor.machine().vek }
    const context = { now: NOW, roots: amd.roots, signatures }
    const verdict = verifySnp({ report, vek }, impostor.collateral(), context)
    deepEqual(verdict, { ok: false, reason: 'untrusted-ark' })
  })

  it('counts for the product of the root only, whatever the certificates say', () => {
    // A Genoa root that certifies machines as Milan.
    const asMilan = { 2: Uint8Array.of(0x16, 5, ...new TextEncoder().encode('Milan')) }
    equal(reasonOf({ machine: amd.machine({ extensions: asMilan }) }), 'product-mismatch')
    equal(reasonOf({ machine: amd.machine({ extensions: { 2: undefined } }) }), 'product-mismatch')
    for (const [family, model] of [
      [0x19, 0x01],
      [0x19, 0x20],
      [0x19, 0xb0],
      [0x1a, 0x02],
      [0x17, 0x31],
    ] as const) {
      equal(reasonOf({ report: { cpuid: { family, model, stepping: 0 } } }), 'product-mismatch')
    }
    // Siena and Bergamo are of Genoa's root.
    equal(reasonOf({ report: { cpuid: { family: 0x19, model: 0xa0, stepping: 2 } } }), 'ok')
  })

  it('names authorities as AMD does, with the rights of CAs', () => {
    equal(reasonOf({ amd: testAmd({ ask: { subject: 'SEV-Milan' } }) }), 'chain:ask')
    equal(reasonOf({ amd: testAmd({ ask: { isCa: false } }) }), 'chain:ask')
    equal(reasonOf({ amd: testAmd({ ask: { issuer: 'ARK-Milan' } }) }), 'chain:ask')
    equal(reasonOf({ amd: testAmd({ ask: { keyUsage: 1 } }) }), 'chain:vek')
    equal(reasonOf({ amd: testAmd({ ark: { keyUsage: 1 << 6 } }) }), 'chain:ask')
    equal(reasonOf({ amd: testAmd({ ark: { pathLength: 0 } }) }), 'chain:ask')
    equal(reasonOf({ machine: amd.machine({ issue: { issuer: 'SEV-Milan' } }) }), 'chain:vek')
  })

  it('is refused under swapped authorities with the same names', () => {
    const other = testAmd({ seed: 'other ' })
    const context = { now: NOW, roots: amd.roots, signatures }
    const evidence = { report: machine.report(), vek: machine.vek }
    const own = amd.collateral()
    const swap = (changes: Partial<typeof own>) => verifySnp(evidence, { ...own, ...changes }, context)
    deepEqual(swap({ ask: other.ask.certificate }), { ok: false, reason: 'chain:ask' })
    deepEqual(swap({ crl: other.ark.crl() }), { ok: false, reason: 'crl-signature' })
    deepEqual(verifySnp({ ...evidence, vek: other.machine().vek }, own, context), { ok: false, reason: 'chain:vek' })
  })

  it('counts from the first to the last second of each certificate', () => {
    const window = { notBefore: NOW - 10, notAfter: NOW + 10 }
    for (const [reason, changes] of [
      ['ark-expired', { amd: testAmd({ ark: window }) }],
      ['ask-expired', { amd: testAmd({ ask: window }) }],
      ['vek-expired', { machine: amd.machine({ issue: window }) }],
    ] as const) {
      const at = (now: number) => reasonOf({ ...changes, now })
      deepEqual([NOW - 11, NOW - 10, NOW + 10, NOW + 11].map(at), [reason, 'ok', 'ok', reason])
    }
  })
})

describe('the list of revocations', () => {
  it('is demanded, unless the caller only looks (N3)', () => {
    equal(reasonOf({ collateral: { crl: undefined } }), 'crl-missing')
    const verdict = attempt({ collateral: { crl: undefined }, options: { crls: 'optional' } })
    ok(verdict.ok)
    equal(verdict.facts.crl, undefined)
  })

  it('refuses a revoked ASK and a revoked ASVK, and each of them only (N4)', () => {
    for (const [certifies, serial, other] of [
      ['VCEK', amd.askSerial, amd.asvkSerial],
      ['VLEK', amd.asvkSerial, amd.askSerial],
    ] as const) {
      const by = amd.machine({ signingKey: certifies })
      const revoked = (...serials: number[]) =>
        reasonOf({ machine: by, collateral: { certifies, crl: { revoked: serials } } })
      deepEqual([revoked(7), revoked(other), revoked(7, serial)], ['ok', 'ok', 'ask-revoked'])
    }
  })

  it('refuses a key that it names, also where lists are optional', () => {
    const by = amd.machine({ issue: { serial: 0x777 } })
    equal(reasonOf({ machine: by, collateral: { crl: { revoked: [0x777] } } }), 'vek-revoked')
    equal(
      reasonOf({ machine: by, collateral: { crl: { revoked: [0x777] } }, options: { crls: 'optional' } }),
      'vek-revoked',
    )
  })

  it('counts from its first to its last second', () => {
    const collateral = { crl: { thisUpdate: NOW - 10, nextUpdate: NOW + 10 } }
    const at = (now: number) => reasonOf({ collateral, now })
    deepEqual([NOW - 11, NOW - 10, NOW + 10, NOW + 11].map(at), ['crl-expired', 'ok', 'ok', 'crl-expired'])
  })

  it("is the root's own", () => {
    equal(reasonOf({ collateral: { crl: { issuer: 'ARK-Milan' } } }), 'crl-signature')
    equal(reasonOf({ amd: testAmd({ ark: { keyUsage: 1 << 5 } }) }), 'crl-signature')
    const context = { now: NOW, roots: amd.roots, signatures }
    const byAsk = verifySnp(
      { report: machine.report(), vek: machine.vek },
      { ...amd.collateral(), crl: amd.ask.crl({ issuer: 'ARK-Genoa' }) },
      context,
    )
    deepEqual(byAsk, { ok: false, reason: 'crl-signature' })
  })
})

describe('the version of the firmware', () => {
  it('is the one of the certificate, in each part', () => {
    for (const product of ['Milan', 'Genoa', 'Turin'] as const) {
      const firm = testAmd({ product })
      const { tcb } = firm.machine()
      for (const part of Object.keys(tcb) as (keyof typeof tcb)[]) {
        for (const step of [-1, 1]) {
          const reportedTcb = { ...tcb, [part]: (tcb[part] as number) + step }
          equal(reasonOf({ amd: firm, report: { reportedTcb } }), 'tcb-mismatch', `${product} ${part}`)
        }
      }
    }
  })

  it('of Turin is read in the order of Turin: no byte may change its place', () => {
    const turin = testAmd({ product: 'Turin' })
    // Parts that before Turin stood at the first two bytes.
    equal(reasonOf({ amd: turin, report: { bytes: { 384: 10, 385: 1, 386: 0 } } }), 'tcb-mismatch')
    equal(reasonOf({ amd: turin, machine: turin.machine({ extensions: { '3.9': undefined } }) }), 'tcb-mismatch')
  })

  it('has zeros where nothing is defined, in report and certificate', () => {
    for (const at of [0x182, 0x185]) equal(reasonOf({ report: { bytes: { [at]: 1 } } }), 'tcb-mismatch')
    equal(reasonOf({ report: { bytes: { 482: 1 } } }), 'tcb-mismatch')
    equal(reasonOf({ machine: amd.machine({ extensions: { '3.5': derInteger(1) } }) }), 'tcb-mismatch')
  })

  it('is complete in the certificate, one INTEGER each', () => {
    for (const arc of ['3.1', '3.2', '3.3', '3.8']) {
      equal(reasonOf({ machine: amd.machine({ extensions: { [arc]: undefined } }) }), 'tcb-mismatch')
    }
    equal(reasonOf({ machine: amd.machine({ extensions: { '3.1': new Uint8Array() } }) }), 'malformed')
    const trailing = Uint8Array.of(...derInteger(10), 0)
    equal(reasonOf({ machine: amd.machine({ extensions: { '3.1': trailing } }) }), 'malformed')
  })
})

describe('the chip', () => {
  it('is the one of the certificate, in every byte', () => {
    for (const product of ['Genoa', 'Turin'] as const) {
      const firm = testAmd({ product })
      const { chipId } = firm.machine()
      // On Turin the first 8 bytes name the chip, and the rest is zero.
      for (const at of [0, 7, 8, 63]) {
        const other = chipId.map((byte, i) => (i === at ? byte ^ 1 : byte))
        equal(reasonOf({ amd: firm, report: { chipId: other } }), 'hwid-mismatch', `${product} ${at}`)
      }
    }
  })

  it('must not be masked, unless the key is of a provider', () => {
    const masked = new Uint8Array(64)
    equal(reasonOf({ report: { chipId: masked } }), 'hwid-mismatch')
    equal(
      reasonOf({ machine: amd.machine({ extensions: { 4: masked } }), report: { chipId: masked } }),
      'hwid-mismatch',
    )
    const vlek = (chipId: Uint8Array) => {
      const verdict = attempt({
        machine: amd.machine({ signingKey: 'VLEK' }),
        report: { chipId },
        collateral: { certifies: 'VLEK' },
      })
      ok(verdict.ok)
      return verdict.facts
    }
    equal(vlek(masked).isChipIdMasked, true)
    // The firmware vouches for a chip id that is there; without one, all machines of the provider look the same.
    deepEqual(vlek(machine.chipId).platform, platformOf('Amd', machine.chipId))
    notDeepEqual(vlek(masked).platform, platformOf('Amd', masked))
  })

  it('has an id of the length of its product', () => {
    for (const length of [0, 8, 63, 65]) {
      equal(
        reasonOf({
          machine: amd.machine({ extensions: { 4: Uint8Array.from({ length }, (_, i) => machine.chipId[i] ?? 0) } }),
        }),
        'hwid-mismatch',
      )
    }
  })
})

describe('collateral that was checked before', () => {
  const context = { now: NOW, roots: amd.roots, signatures }
  const evidence = { report: machine.report(), vek: machine.vek }

  it('verifies reports as new collateral does, with its dates as of now', () => {
    const checked = checkSnpCollateral(amd.collateral({ crl: { nextUpdate: NOW + 10 } }), context)
    ok(checked.ok)
    deepEqual(
      verifySnpReport(evidence, checked.facts, context),
      attempt({ collateral: { crl: { nextUpdate: NOW + 10 } } }),
    )
    const late = verifySnpReport(evidence, checked.facts, { ...context, now: NOW + 11 })
    deepEqual(late, { ok: false, reason: 'crl-expired' })
  })

  it('is read again without a signature, and with roots and dates as of now', () => {
    const collateral = amd.collateral({ crl: { nextUpdate: NOW + 10 } })
    const recheck = (now: number, roots = amd.roots) => recheckSnpCollateral(collateral, { now, roots })
    ok(recheck(NOW).ok)
    deepEqual(recheck(NOW + 11), { ok: false, reason: 'crl-expired' })
    deepEqual(recheck(NOW, testAmd({ product: 'Milan' }).roots), { ok: false, reason: 'untrusted-ark' })
  })
})
