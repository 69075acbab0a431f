/** Cases that no public evidence shows, with platforms and collateral of a vendor of our own. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes, fromHex, utf8Encode } from '../../codec/index.ts'
import { platformOf } from '../identify.ts'
import { nodeSignatures } from '../node/index.ts'
import { productionRoots } from '../production-roots.ts'
import type { SignatureVerifier } from '../signatures.ts'
import type { EvidenceFailure, Verdict } from '../verdict.ts'
import { testAuthority } from '../x509/test-pki.ts'
import { checkDcapCollateral, recheckDcapCollateral } from './check-collateral.ts'
import type { DcapTee } from './quote.ts'
import { quotedPlatform } from './quoted-platform.ts'
import {
  type CollateralOptions,
  type PlatformOptions,
  pemOf,
  SVN_LEVELS,
  TEST_PCK,
  tcbLevel,
  testIntel,
} from './test-dcap.ts'
import type { TestEnclave, TestTd } from './test-quote.ts'
import { verifyDcap } from './verify-dcap.ts'
import { type DcapFacts, verifyDcapQuote } from './verify-quote.ts'

const intel = testIntel()
const roots = { ...productionRoots, intel: [intel.pin] }
const now = 1_760_000_000
const context = { now, roots, signatures: nodeSignatures }

interface Given {
  readonly platform?: PlatformOptions
  readonly collateral?: CollateralOptions
  readonly now?: number
}

function sgx(given: Given & { readonly enclave?: TestEnclave } = {}): Verdict<DcapFacts> {
  const quote = intel.platform(given.platform).sgxQuote(given.enclave)
  return verifyDcap({ type: 'Sgx', quote }, intel.collateral('Sgx', given.collateral), {
    ...context,
    now: given.now ?? now,
  })
}

function tdx(given: Given & { readonly td?: TestTd } = {}): Verdict<DcapFacts> {
  const quote = intel.platform(given.platform).tdxQuote(given.td)
  return verifyDcap({ type: 'Tdx', quote }, intel.collateral('Tdx', given.collateral), {
    ...context,
    now: given.now ?? now,
  })
}

function refuses(verdict: Verdict<unknown>, reason: EvidenceFailure): void {
  deepEqual(verdict, { ok: false, reason })
}

function factsOf(verdict: Verdict<DcapFacts>): DcapFacts {
  ok(verdict.ok, verdict.ok ? '' : verdict.reason)
  return verdict.facts
}

const zeros = (length: number) => new Uint8Array(length)
const at = (iso: string) => Date.parse(iso) / 1000
const teeTcbSvn = (...svns: number[]) => concatBytes(Uint8Array.from(svns), zeros(16 - svns.length))

describe('a platform with all fixes', () => {
  it('is up to date, for SGX and for each form of TDX quote', () => {
    const verdicts = [
      sgx(),
      tdx(),
      tdx({ td: { version: 5 } }),
      tdx({ td: { version: 5, bodyType: 3, mrServiceTd: Uint8Array.of(7) } }),
    ]
    deepEqual(
      verdicts.map(factsOf).map(({ tcbStatus, advisoryIds, recoveredAt }) => [tcbStatus, advisoryIds, recoveredAt]),
      verdicts.map(() => ['UpToDate', [], undefined]),
    )
  })

  it('gives what the quote, its platform and its collateral say', () => {
    const reportData = new Uint8Array(64).fill(9)
    const facts = factsOf(sgx({ enclave: { reportData, trailing: Uint8Array.of(1, 2, 3) } }))
    const platform = intel.platform()
    deepEqual(facts, {
      tee: 'Sgx',
      measurement: new Uint8Array(32).fill(0xe1),
      reportData,
      debug: false,
      platform: platformOf('Intel', platform.ppid),
      quoteVersion: 3,
      tcbStatus: 'UpToDate',
      platformTcbStatus: 'UpToDate',
      qeTcbStatus: 'UpToDate',
      advisoryIds: [],
      tcbDate: at('2025-05-14T00:00:00Z'),
      recoveredAt: undefined,
      evaluationNumber: 20,
      collateralIssuedAt: at('2025-01-01T00:00:00Z'),
      collateralExpiresAt: at('2040-01-01T00:00:00Z'),
      fmspc: TEST_PCK.fmspc,
      ppid: platform.ppid,
      pceSvn: TEST_PCK.pceSvn,
      cpuSvn: Uint8Array.from(TEST_PCK.components),
      trailingBytes: 3,
      certificates: platform.certificates,
      measurements: {
        mrEnclave: new Uint8Array(32).fill(0xe1),
        mrSigner: new Uint8Array(32).fill(0xe2),
        isvProdId: 0,
        isvSvn: 0,
        attributes: fromHex('0x0500000000000000e700000000000000'),
        reportData,
      },
    })
  })

  it('has one name for both TEEs, which other platforms do not share', () => {
    const name = factsOf(sgx()).platform
    deepEqual(factsOf(tdx()).platform, name)
    ok(!Buffer.from(factsOf(sgx({ platform: { name: 'another' } })).platform).equals(name))
  })
})

describe('debug', () => {
  it('is a fact, not a refusal', () => {
    const enclave = { attributes: fromHex('0x0700000000000000e700000000000000') }
    deepEqual(
      [sgx({ enclave }), tdx({ td: { tdAttributes: fromHex('0x0100001000000000') } })]
        .map(factsOf)
        .map(({ debug }) => debug),
      [true, true],
    )
  })
})

describe('the platform level', () => {
  const statuses = (level: object) => factsOf(sgx(level)).tcbStatus

  it('is the first that every component reaches', () => {
    equal(
      statuses({ platform: { components: [9, 9, 2, 2, 4, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0] } }),
      'ConfigurationNeeded',
    )
    equal(statuses({ platform: { components: [8, 9, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0] } }), 'OutOfDate')
    equal(statuses({ platform: { components: [255, 9, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1] } }), 'UpToDate')
  })

  it('counts the PCE too', () => {
    const tcbInfo = {
      tcbLevels: [tcbLevel('Sgx', { pceSvn: 14 }), tcbLevel('Sgx', { tcbStatus: 'SWHardeningNeeded' })],
    }
    equal(statuses({ collateral: { tcbInfo } }), 'SWHardeningNeeded')
  })

  it('is refused where none is reached', () => {
    for (let i = 0; i < 16; i++) {
      const tcbInfo = {
        tcbLevels: [tcbLevel('Sgx', { components: TEST_PCK.components.map((svn, k) => (k === i ? svn + 1 : svn)) })],
      }
      refuses(sgx({ collateral: { tcbInfo } }), 'no-matching-tcb-level')
    }
  })

  it('dates what it lacks by the oldest level that is newer', () => {
    const old = factsOf(sgx({ platform: { components: [8, 8, 2, 2, 4, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0] } }))
    deepEqual([old.tcbDate, old.recoveredAt], [at('2024-03-13T00:00:00Z'), at('2025-05-14T00:00:00Z')])
    const dates = ['2025-08-13', '2025-05-14', '2024-11-13', '2024-03-13'].map((date) => `${date}T00:00:00Z`)
    const tcbLevels = dates.map((tcbDate, i) =>
      tcbLevel('Sgx', { tcbDate, pceSvn: 16 - i, tcbStatus: i < 3 ? 'UpToDate' : 'OutOfDate' }),
    )
    equal(factsOf(sgx({ collateral: { tcbInfo: { tcbLevels } } })).recoveredAt, at('2024-11-13T00:00:00Z'))
  })

  it('may be revoked, which is a fact: no policy accepts it', () => {
    equal(statuses({ collateral: { tcbInfo: { tcbLevels: [tcbLevel('Sgx', { tcbStatus: 'Revoked' })] } } }), 'Revoked')
  })

  it('is refused if its status is a word that is not known, and only if it is the matched one', () => {
    const strange = tcbLevel('Sgx', { tcbStatus: 'Fine' })
    refuses(sgx({ collateral: { tcbInfo: { tcbLevels: [strange] } } }), 'unknown-tcb-status')
    equal(statuses({ collateral: { tcbInfo: { tcbLevels: [tcbLevel('Sgx'), strange] } } }), 'UpToDate')
  })
})

describe('TDX components', () => {
  const levels = { tcbLevels: [tcbLevel('Tdx', { tdxComponents: [5, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] })] }

  it('count from the third on where the module has an identity of its own', () => {
    equal(
      factsOf(tdx({ td: { teeTcbSvn: teeTcbSvn(8, 1, 3) }, collateral: { tcbInfo: levels } })).tcbStatus,
      'UpToDate',
    )
    refuses(tdx({ td: { teeTcbSvn: teeTcbSvn(8, 1, 2) }, collateral: { tcbInfo: levels } }), 'no-matching-tcb-level')
  })

  it('count from the first on for major version 0, whose module the platform level covers', () => {
    refuses(tdx({ td: { teeTcbSvn: teeTcbSvn(4, 0, 3) } }), 'no-matching-tcb-level')
    const facts = factsOf(tdx({ td: { teeTcbSvn: teeTcbSvn(5, 0, 3) } }))
    deepEqual([facts.tcbStatus, facts.tee === 'Tdx' && facts.tdxModuleStatus], ['UpToDate', undefined])
  })

  it('belong to TCB info of TDX', () => {
    const tcbInfo = { tcbLevels: [tcbLevel('Sgx')] }
    refuses(tdx({ collateral: { tcbInfo } }), 'malformed')
  })
})

describe('the TDX module', () => {
  const module = (svn: number) => ({ td: { teeTcbSvn: teeTcbSvn(svn, 1, 3) } })

  it('lowers the whole where it is old or revoked, with its advisories', () => {
    const old = factsOf(tdx(module(7)))
    deepEqual(
      [old.tcbStatus, old.platformTcbStatus, old.tee === 'Tdx' && old.tdxModuleStatus, old.advisoryIds],
      ['OutOfDate', 'UpToDate', 'OutOfDate', ['INTEL-SA-00003']],
    )
    equal(old.recoveredAt, at('2025-05-14T00:00:00Z'))
    equal(factsOf(tdx(module(5))).tcbStatus, 'Revoked')
  })

  it('keeps what the platform needs besides', () => {
    const platform = { components: [9, 9, 2, 2, 4, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0] }
    const facts = factsOf(tdx({ ...module(6), platform }))
    deepEqual(
      [facts.tcbStatus, facts.advisoryIds],
      ['OutOfDateConfigurationNeeded', ['INTEL-SA-00001', 'INTEL-SA-00003']],
    )
  })

  it('is refused below its lowest level', () => refuses(tdx(module(3)), 'tdx-module-no-matching-level'))

  it('is refused where Intel names none of its version', () => {
    refuses(tdx({ td: { teeTcbSvn: teeTcbSvn(8, 2, 3) } }), 'tdx-module-missing')
    refuses(tdx({ collateral: { tcbInfo: { tdxModuleIdentities: undefined } } }), 'tdx-module-missing')
    refuses(
      tdx({ td: { teeTcbSvn: teeTcbSvn(5, 0, 3) }, collateral: { tcbInfo: { tdxModule: undefined } } }),
      'tdx-module-missing',
    )
  })

  it('is refused with another signer or other attributes, for version 0 too', () => {
    for (const version of [0, 1]) {
      const svn = { teeTcbSvn: teeTcbSvn(8, version, 3) }
      refuses(tdx({ td: { ...svn, mrSignerSeam: Uint8Array.of(1) } }), 'tdx-module-mismatch')
      refuses(tdx({ td: { ...svn, seamAttributes: Uint8Array.of(0, 0, 0, 1) } }), 'tdx-module-mismatch')
    }
  })

  it('is named by its major version in hexadecimal, whatever the case', () => {
    const identities = (id: string) => [
      {
        id,
        mrsigner: '00'.repeat(48),
        attributes: '00'.repeat(8),
        attributesMask: '00'.repeat(8),
        tcbLevels: SVN_LEVELS,
      },
    ]
    for (const id of ['TDX_1A', 'TDX_1a']) {
      equal(
        factsOf(
          tdx({
            td: { teeTcbSvn: teeTcbSvn(8, 26, 3), seamAttributes: Uint8Array.of(1) },
            collateral: { tcbInfo: { tdxModuleIdentities: identities(id) } },
          }),
        ).tcbStatus,
        'UpToDate',
      )
    }
    const twice = [...identities('TDX_1A'), ...identities('TDX_1a')]
    refuses(tdx({ collateral: { tcbInfo: { tdxModuleIdentities: twice } } }), 'malformed')
  })
})

describe('the quoting enclave', () => {
  it('lowers the whole where it is old or revoked', () => {
    const old = factsOf(sgx({ enclave: { qe: { isvSvn: 6 } } }))
    deepEqual([old.tcbStatus, old.qeTcbStatus, old.advisoryIds], ['OutOfDate', 'OutOfDate', ['INTEL-SA-00003']])
    equal(factsOf(sgx({ enclave: { qe: { isvSvn: 4 } } })).tcbStatus, 'Revoked')
  })

  it('is refused where it is not the one that Intel names', () => {
    const qe = (qe: TestEnclave['qe']) => sgx({ enclave: { qe: qe ?? {} } })
    refuses(qe({ mrSigner: new Uint8Array(32) }), 'qe-mrsigner')
    refuses(qe({ isvProdId: 2 }), 'qe-prodid')
    refuses(qe({ attributes: fromHex('0x1700000000000000e700000000000000') }), 'qe-attributes')
    refuses(qe({ miscSelect: Uint8Array.of(0, 0, 0, 1) }), 'qe-miscselect')
    refuses(qe({ isvSvn: 3 }), 'qe-no-matching-level')
  })

  it('has levels of three statuses only', () => {
    const tcbLevels = [{ ...SVN_LEVELS[0], tcbStatus: 'SWHardeningNeeded' }]
    refuses(sgx({ collateral: { qeIdentity: { tcbLevels } } }), 'unknown-tcb-status')
  })
})

describe('collateral of something else', () => {
  it('is refused for the other TEE, and with a foreign part of it', () => {
    const sgxQuote = intel.platform().sgxQuote()
    const verify = (collateral: ReturnType<typeof intel.collateral>) =>
      verifyDcap({ type: 'Sgx', quote: sgxQuote }, collateral, context)
    const [own, other] = [intel.collateral('Sgx'), intel.collateral('Tdx')]
    refuses(verify(other), 'tcb-info-wrong-tee')
    refuses(verify({ ...own, tcbInfo: other.tcbInfo }), 'tcb-info-signature')
    refuses(verify({ ...own, tcbInfo: other.tcbInfo, tcbInfoSignature: other.tcbInfoSignature }), 'tcb-info-wrong-tee')
    refuses(
      verify({ ...own, qeIdentity: other.qeIdentity, qeIdentitySignature: other.qeIdentitySignature }),
      'qe-identity-wrong-id',
    )
    refuses(
      verify({ ...own, qeIdentity: own.tcbInfo, qeIdentitySignature: own.tcbInfoSignature }),
      'qe-identity-wrong-version',
    )
  })

  it('is refused for other FMSPCs, PCEs and versions', () => {
    refuses(sgx({ collateral: { tcbInfo: { fmspc: '00A0B1C2D3E5' } } }), 'fmspc-mismatch')
    refuses(sgx({ collateral: { tcbInfo: { pceId: '0001' } } }), 'pceid-mismatch')
    refuses(sgx({ collateral: { tcbInfo: { version: 4 } } }), 'tcb-info-wrong-version')
    refuses(tdx({ collateral: { tcbInfo: { version: 2 } } }), 'tcb-info-wrong-version')
    refuses(sgx({ collateral: { qeIdentity: { version: 1 } } }), 'qe-identity-wrong-version')
    refuses(sgx({ collateral: { tcbInfo: { tcbType: 1 } } }), 'malformed')
  })
})

describe('dates of collateral', () => {
  const issued = at('2025-10-01T00:00:00Z')
  const due = at('2025-10-31T00:00:00Z')
  const iso = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
  const part = (name: 'tcbInfo' | 'qeIdentity') => ({ [name]: { issueDate: iso(issued), nextUpdate: iso(due) } })

  for (const [name, label] of [
    ['tcbInfo', 'tcb-info'],
    ['qeIdentity', 'qe-identity'],
  ] as const) {
    it(`count to the second: ${label}`, () => {
      const collateral = part(name)
      refuses(sgx({ collateral, now: issued - 1 }), `${label}:not-yet-valid`)
      refuses(sgx({ collateral, now: due + 1 }), `${label}:expired`)
      for (const now of [issued, due]) {
        const facts = factsOf(sgx({ collateral, now }))
        deepEqual([facts.collateralIssuedAt, facts.collateralExpiresAt], [at('2025-01-01T00:00:00Z'), due])
      }
    })
  }

  it('count to the second: revocation lists', () => {
    const own = intel.collateral('Sgx')
    const evidence = { type: 'Sgx', quote: intel.platform().sgxQuote() } as const
    const times = { thisUpdate: issued, nextUpdate: due }
    const lists = [
      ['root_crl', { ...own, rootCaCrl: intel.root.crl(times) }],
      ['pck_crl', { ...own, pckCrl: intel.cas.Platform.crl(times) }],
    ] as const
    for (const [list, collateral] of lists) {
      for (const now of [issued - 1, due + 1])
        refuses(verifyDcap(evidence, collateral, { ...context, now }), `${list}:expired`)
      for (const now of [issued, due]) ok(verifyDcap(evidence, collateral, { ...context, now }).ok)
    }
  })

  it('count to the second: the PCK certificate', () => {
    const platform = { notBefore: issued, notAfter: due }
    for (const now of [issued - 1, due + 1]) refuses(sgx({ platform, now }), 'pck:cert-expired')
    for (const now of [issued, due]) ok(sgx({ platform, now }).ok)
  })
})

describe('revocation', () => {
  it('refuses a revoked platform', () => {
    refuses(sgx({ collateral: { revokedPcks: [999, 1000] } }), 'pck:revoked')
    ok(sgx({ collateral: { revokedPcks: [999, 1001] } }).ok)
  })

  it('refuses every platform under a revoked CA, and what a revoked signer says', () => {
    refuses(sgx({ collateral: { revokedByRoot: [intel.serials.Platform] } }), 'pck-ca:revoked')
    refuses(sgx({ collateral: { revokedByRoot: [intel.serials.tcbSigner] } }), 'tcbchain:revoked')
    ok(sgx({ collateral: { revokedByRoot: [intel.serials.Processor] } }).ok)
  })

  it('refuses a second certificate of a good CA whose serial is revoked', () => {
    const revoked = intel.root.issue({
      subject: 'Test Intel SGX PCK Platform CA',
      isCa: true,
      pathLength: 0,
      serial: 77,
    })
    const [pck, , root] = intel.platform().certificates as [Uint8Array, Uint8Array, Uint8Array]
    const quote = intel.platform().sgxQuote({ certification: { type: 1, data: zeros(36) } })
    const collateral = {
      ...intel.collateral('Sgx', { revokedByRoot: [77] }),
      pckCertificateChain: [pck, revoked.certificate, root],
    }
    refuses(verifyDcap({ type: 'Sgx', quote }, collateral, context), 'pck-ca:revoked')
  })

  it('needs both lists', () => {
    const own = intel.collateral('Sgx')
    const evidence = { type: 'Sgx', quote: intel.platform().sgxQuote() } as const
    refuses(verifyDcap(evidence, { ...own, rootCaCrl: undefined }, context), 'root_crl:missing')
    refuses(verifyDcap(evidence, { ...own, pckCrl: undefined }, context), 'pck_crl:missing')
  })

  it('refuses the list of another issuer', () => {
    const own = intel.collateral('Sgx')
    const evidence = { type: 'Sgx', quote: intel.platform().sgxQuote() } as const
    const foreign = testIntel('Another')
    const lists = [
      own.rootCaCrl,
      intel.cas.Processor.crl(),
      foreign.cas.Platform.crl(),
      foreign.cas.Platform.crl({ issuer: 'Test Intel SGX PCK Platform CA' }),
    ]
    for (const pckCrl of lists)
      refuses(verifyDcap(evidence, { ...own, pckCrl }, context), 'pck_crl:bad-signature/issuer')
    for (const rootCaCrl of [own.pckCrl, foreign.root.crl()])
      refuses(verifyDcap(evidence, { ...own, rootCaCrl }, context), 'root_crl:bad-signature/issuer')
  })

  it('refuses the lists of the other CA, though they are genuine', () => {
    refuses(sgx({ platform: { ca: 'Processor' } }), 'pck_crl:bad-signature/issuer')
    refuses(sgx({ collateral: { ca: 'Processor' } }), 'pck_crl:bad-signature/issuer')
    ok(sgx({ platform: { ca: 'Processor' }, collateral: { ca: 'Processor' } }).ok)
  })

  it('refuses a list whose issuer has no chain to the root', () => {
    const own = intel.collateral('Sgx')
    const evidence = { type: 'Sgx', quote: intel.platform().sgxQuote() } as const
    const foreign = testIntel('Another').collateral('Sgx').pckCrlIssuerChain
    for (const pckCrlIssuerChain of [[], foreign, own.pckCrlIssuerChain.slice(0, 1), own.tcbInfoIssuerChain]) {
      refuses(verifyDcap(evidence, { ...own, pckCrlIssuerChain }, context), 'pck_crl:bad-signature/issuer')
    }
  })
})

describe('who may say what', () => {
  const evidence = { type: 'Sgx', quote: intel.platform().sgxQuote() } as const

  function signedBy(
    signer: { readonly certificate: Uint8Array; sign(message: Uint8Array): Uint8Array },
    chain: readonly Uint8Array[],
  ) {
    const own = intel.collateral('Sgx')
    return verifyDcap(
      evidence,
      { ...own, tcbInfoSignature: signer.sign(own.tcbInfo), tcbInfoIssuerChain: chain },
      context,
    )
  }

  it('refuses TCB info signed by a platform, though its key has a chain to the root', () => {
    const pck = intel.cas.Platform.issue({ subject: 'Intel SGX TCB Signing', seed: 'broken platform', serial: 5 })
    refuses(
      signedBy(pck, [pck.certificate, intel.cas.Platform.certificate, intel.root.certificate]),
      'tcbchain:cert-chain',
    )
    refuses(signedBy(pck, [pck.certificate, intel.root.certificate]), 'tcbchain:cert-chain')
  })

  it('refuses TCB info signed by a CA, and by a certificate of the root for something else', () => {
    const ca = intel.cas.Platform
    refuses(signedBy(ca, [ca.certificate, intel.root.certificate]), 'tcbchain:cert-chain')
    const other = intel.root.issue({ subject: 'Intel SGX Something Else', serial: 6 })
    refuses(signedBy(other, [other.certificate, intel.root.certificate]), 'tcbchain:cert-chain')
  })

  it('refuses a PCK under a CA with the name and key of the real one that the root did not sign', () => {
    const other = testAuthority({ subject: 'Test Intel SGX Root CA', seed: 'somebody' })
    const ca = { subject: 'Test Intel SGX PCK Platform CA', isCa: true, pathLength: 0, serial: intel.serials.Platform }
    const [pck, , root] = intel.platform().certificates as [Uint8Array, Uint8Array, Uint8Array]
    const data = pemOf([pck, other.issue(ca).certificate, root])
    refuses(sgx({ enclave: { certification: { type: 5, data } } }), 'pck:cert-chain')
    const same = pemOf([pck, intel.root.issue(ca).certificate, root])
    ok(sgx({ enclave: { certification: { type: 5, data: same } } }).ok)
  })

  it('refuses a quote certified by the signer of TCB info', () => {
    const quote = intel.platform().sgxQuote({ certification: { type: 1, data: zeros(36) } })
    const chain = [intel.tcbSigner.certificate, intel.root.certificate]
    const verdict = verifyDcap(
      { type: 'Sgx', quote },
      { ...intel.collateral('Sgx'), pckCertificateChain: chain },
      context,
    )
    refuses(verdict, 'pck:cert-chain')
  })

  it('refuses a PCK without the SGX extension, and one that is a CA', () => {
    const quote = intel.platform().sgxQuote({ certification: { type: 1, data: zeros(36) } })
    const certificates = (options: object) => {
      const leaf = intel.cas.Platform.issue({ subject: 'x', seed: 'Test Intel PCK platform', ...options })
      return [leaf.certificate, intel.cas.Platform.certificate, intel.root.certificate]
    }
    for (const options of [{}, { isCa: true }]) {
      const collateral = { ...intel.collateral('Sgx'), pckCertificateChain: certificates(options) }
      refuses(verifyDcap({ type: 'Sgx', quote }, collateral, context), 'pck:cert-chain')
    }
  })

  it('refuses parts that end in different roots, though both are trusted', () => {
    const another = testIntel('Another')
    const both = { ...context, roots: { ...roots, intel: [intel.pin, another.pin] } }
    const [own, foreign] = [intel.collateral('Sgx'), another.collateral('Sgx')]
    ok(verifyDcap(evidence, own, both).ok)
    refuses(verifyDcap(evidence, foreign, both), 'pck:untrusted-root')
    const { qeIdentity, qeIdentitySignature, qeIdentityIssuerChain } = foreign
    refuses(
      verifyDcap(evidence, { ...own, qeIdentity, qeIdentitySignature, qeIdentityIssuerChain }, both),
      'qechain:untrusted-root',
    )
  })

  it('refuses everything of a root that is not trusted', () => {
    refuses(
      verifyDcap(evidence, intel.collateral('Sgx'), { ...context, roots: productionRoots }),
      'tcbchain:untrusted-root',
    )
  })
})

describe('certification data', () => {
  it('may only name the platform, whose chain then comes with the collateral', () => {
    const { certificates } = intel.platform()
    for (const type of [1, 2, 3, 4]) {
      const quote = intel.platform().sgxQuote({ certification: { type, data: zeros(36) } })
      const verify = (pckCertificateChain: readonly Uint8Array[] | undefined) =>
        verifyDcap({ type: 'Sgx', quote }, { ...intel.collateral('Sgx'), pckCertificateChain }, context)
      ok(verify(certificates).ok)
      refuses(verify(undefined), 'pck:missing')
      refuses(verify(intel.platform({ name: 'another' }).certificates), 'qe-report-signature')
    }
  })

  it('counts before a chain of the collateral', () => {
    const collateral = {
      ...intel.collateral('Sgx'),
      pckCertificateChain: intel.platform({ name: 'another' }).certificates,
    }
    ok(verifyDcap({ type: 'Sgx', quote: intel.platform().sgxQuote() }, collateral, context).ok)
  })

  it('is refused of types that certify nothing', () => {
    for (const type of [0, 6, 7]) refuses(sgx({ enclave: { certification: { type, data: zeros(36) } } }), 'malformed')
    refuses(sgx({ enclave: { certification: { type: 5, data: utf8Encode('no certificates') } } }), 'malformed')
    refuses(sgx({ enclave: { certification: { type: 5, data: zeros(0) } } }), 'pck:cert-chain')
  })
})

describe('bytes after the signature', () => {
  it('are counted and part of nothing', () => {
    const { trailingBytes: _, ...facts } = factsOf(tdx({ td: { trailing: Uint8Array.of(1, 2, 3) } }))
    const { trailingBytes: none, ...same } = factsOf(tdx())
    equal(none, 0)
    deepEqual(facts, same)
  })

  it('count against the size of a quote', () => {
    const length = intel.platform().sgxQuote().length
    ok(sgx({ enclave: { trailing: zeros(16_384 - length) } }).ok)
    refuses(sgx({ enclave: { trailing: zeros(16_385 - length) } }), 'bad-length')
  })
})

describe('which collateral a quote needs', () => {
  it('is told by its PCK certificate', () => {
    for (const ca of ['Platform', 'Processor'] as const) {
      const quote = intel.platform({ ca }).tdxQuote()
      deepEqual(quotedPlatform({ tee: 'Tdx', quote }), { ok: true, facts: { tee: 'Tdx', fmspc: TEST_PCK.fmspc, ca } })
    }
  })

  it('is told by the chain that comes with it, if the quote only names its platform', () => {
    const { certificates, sgxQuote } = intel.platform()
    const quote = sgxQuote({ certification: { type: 2, data: zeros(36) } })
    refuses(quotedPlatform({ tee: 'Sgx', quote }), 'pck:missing')
    ok(quotedPlatform({ tee: 'Sgx', quote, pckCertificateChain: certificates }).ok)
  })

  it('is not told by certificates that are no PCK, nor by other bytes', () => {
    const quote = (der: readonly Uint8Array[]) =>
      intel.platform().sgxQuote({ certification: { type: 5, data: pemOf(der) } })
    refuses(quotedPlatform({ tee: 'Sgx', quote: quote([intel.tcbSigner.certificate]) }), 'pck:cert-chain')
    refuses(quotedPlatform({ tee: 'Sgx', quote: quote([]) }), 'pck:missing')
    refuses(quotedPlatform({ tee: 'Tdx', quote: quote([]) }), 'wrong-tee')
    refuses(quotedPlatform({ tee: 'Sgx', quote: zeros(5000) }), 'unsupported-version')
  })
})

describe('collateral that was checked before', () => {
  /** Counts what it is asked. */
  function counting(): { readonly signatures: SignatureVerifier; asked(): number } {
    let count = 0
    const ecdsa: SignatureVerifier['ecdsa'] = (...args) => {
      count++
      return nodeSignatures.ecdsa(...args)
    }
    return { asked: () => count, signatures: { ...nodeSignatures, ecdsa } }
  }

  it('verifies quotes for the price of their own signatures', () => {
    const collateral = intel.collateral('Tdx')
    ok(checkDcapCollateral('Tdx', collateral, context).ok)
    const again = recheckDcapCollateral('Tdx', collateral, context)
    ok(again.ok)
    const { signatures, asked } = counting()
    const verdict = verifyDcapQuote({ tee: 'Tdx', quote: intel.platform().tdxQuote() }, again.facts, {
      ...context,
      signatures,
    })
    deepEqual(verdict, tdx())
    equal(asked(), 3)
    const all = counting()
    const evidence = { type: 'Tdx', quote: intel.platform().tdxQuote() } as const
    ok(verifyDcap(evidence, collateral, { ...context, signatures: all.signatures }).ok)
    equal(all.asked(), 10)
  })

  it('is refused once its time is over, and once its root is not trusted any more', () => {
    const collateral = intel.collateral('Tdx', { nextUpdate: now })
    const kept = checkDcapCollateral('Tdx', collateral, context)
    ok(kept.ok)
    const later = { ...context, now: now + 1 }
    const quote = intel.platform().tdxQuote()
    refuses(verifyDcapQuote({ tee: 'Tdx', quote }, kept.facts, later), 'tcb-info:expired')
    refuses(recheckDcapCollateral('Tdx', collateral, later), 'root_crl:expired')
    const distrusting = { ...context, roots: productionRoots }
    refuses(verifyDcapQuote({ tee: 'Tdx', quote }, kept.facts, distrusting), 'pck:untrusted-root')
    refuses(recheckDcapCollateral('Tdx', collateral, distrusting), 'tcbchain:untrusted-root')
  })

  it('is refused for quotes of the other TEE', () => {
    const kept = checkDcapCollateral('Sgx', intel.collateral('Sgx'), context)
    ok(kept.ok)
    const quote = intel.platform().tdxQuote()
    for (const tee of ['Sgx', 'Tdx'] satisfies DcapTee[]) {
      refuses(verifyDcapQuote({ tee, quote }, kept.facts, context), tee === 'Sgx' ? 'wrong-tee' : 'tcb-info-wrong-tee')
    }
  })
})
