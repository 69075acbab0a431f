import { deepEqual, equal, notDeepEqual, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromHex } from '@pha/core/codec'
import { certificateTable, filler, snpReport, tdxQuote } from '../testing/test-evidence.ts'
import { type Provider, TestTsm } from '../testing/test-tsm.ts'
import { tsmPlatform } from './configfs-tsm.ts'
import { teeLimits } from './limits.ts'

const reportData = filler('report data', 64)
const VCEK = fromHex('0x63da758de6644564adc5f4b93be8accd')
const VLEK = fromHex('0xa8074bc2a25a483eaae639c045a0b8a1')
const ASK = fromHex('0x4ab7b379bbac4fe4a02f05aef327c782')

const tdx: Provider = { name: 'tdx_guest', report: (inblob) => tdxQuote(inblob) }
const pauses: number[] = []
const pause = async (ms: number): Promise<void> => void pauses.push(ms)

function tdxOn(tsm: TestTsm) {
  return tsmPlatform('tdx_guest', { calls: tsm, pause })
}

describe('a TDX guest, through configfs-tsm', () => {
  it('gives a quote of more than one page, and leaves nothing in the kernel', async () => {
    const tsm = new TestTsm(tdx)
    deepEqual(await tdxOn(tsm).evidence(reportData), { type: 'Tdx', value: tdxQuote(reportData) })
    equal(tsm.leftovers, 0)
  })

  it('gives callers that ask at once each their own', async () => {
    const tsm = new TestTsm(tdx)
    const platform = tdxOn(tsm)
    const asked = Array.from({ length: 8 }, (_, i) => filler(`caller ${i}`, 64))
    const quotes = await Promise.all(asked.map((data) => platform.evidence(data)))
    deepEqual(
      quotes.map(({ value }) => value),
      asked.map((data) => tdxQuote(data)),
    )
    equal(tsm.leftovers, 0)
  })

  it('waits for a kernel that is busy, longer each time, in a new request each time', async () => {
    for (const code of ['EBUSY', 'EINTR', 'EAGAIN', 'ETIMEDOUT']) {
      const tsm = new TestTsm(tdx)
      tsm.failures.push(code, code)
      pauses.length = 0
      equal((await tdxOn(tsm).evidence(reportData)).type, 'Tdx')
      deepEqual(pauses, [50, 100])
      equal(tsm.made, 3)
      equal(tsm.leftovers, 0)
    }
  })

  it('gives up a kernel that stays busy', async () => {
    const tsm = new TestTsm(tdx)
    tsm.failures.push(...Array.from({ length: teeLimits.attempts }, () => 'EBUSY'))
    await rejects(tdxOn(tsm).evidence(reportData), { code: 'tee.busy' })
    equal(tsm.made, teeLimits.attempts)
    equal(tsm.leftovers, 0)
  })

  it('does not repeat what will fail again, and cleans up', async () => {
    const tsm = new TestTsm(tdx)
    tsm.failures.push('EIO')
    await rejects(tdxOn(tsm).evidence(reportData), { code: 'tee.failed', message: /EIO/ })
    equal(tsm.made, 1)
    equal(tsm.leftovers, 0)
  })

  it('throws away a quote if somebody wrote into its request, before the quote or after it', async () => {
    for (const attribute of ['outblob', 'generation']) {
      const tsm = new TestTsm(tdx)
      let intrusions = 0
      tsm.beforeRead = (folder, read) => {
        // The first reading of the generation is before our own write: what comes then is overwritten.
        if (read !== attribute || intrusions === 3) return
        intrusions++
        const descriptor = tsm.open(`${folder}/inblob`, 'write')
        tsm.write(descriptor, filler('an intruder', 64))
        tsm.close(descriptor)
      }
      deepEqual((await tdxOn(tsm).evidence(reportData)).value, tdxQuote(reportData))
      equal(intrusions, 3)
      equal(tsm.made > 1, true)
      equal(tsm.leftovers, 0)
    }
  })

  it('notices bytes that the kernel did not take, though write and close said nothing', async () => {
    const tsm = new TestTsm({ ...tdx, report: () => tdxQuote(filler('of an earlier request', 64)) })
    tsm.readGenerationOfNew = 1n
    await rejects(tdxOn(tsm).evidence(reportData), { code: 'tee.failed', message: /EINVAL/ })
    tsm.beforeRead = (folder, attribute) => {
      if (attribute === 'outblob') tsm.forceInblob(folder)
    }
    await rejects(tdxOn(tsm).evidence(reportData), { code: 'tee.busy' })
    equal(tsm.leftovers, 0)
  })

  it('refuses a short write: the rest would be another value', async () => {
    const tsm = new TestTsm(tdx)
    tsm.takes = 63
    await rejects(tdxOn(tsm).evidence(reportData), { code: 'tee.failed', message: /took 63 of 64/ })
    equal(tsm.leftovers, 0)
  })

  it('refuses a quote above the bound of evidence', async () => {
    const tsm = new TestTsm({ ...tdx, report: () => new Uint8Array(16_385) })
    await rejects(tdxOn(tsm).evidence(reportData), { code: 'tee.oversize' })
    equal(tsm.leftovers, 0)
  })

  it('says what failed where no TEE is registered', async () => {
    await rejects(tdxOn(new TestTsm(undefined)).evidence(reportData), { code: 'tee.failed', message: /ENXIO/ })
  })

  it('has no sealing key', () => {
    equal(tdxOn(new TestTsm(tdx)).sealingSecret, undefined)
  })
})

describe('an SEV-SNP guest, through configfs-tsm', () => {
  const vcek = filler('VCEK', 1_360)
  const vlek = filler('VLEK', 1_319)
  const certificates = certificateTable([ASK, filler('ASK', 1_600)], [VLEK, vlek], [VCEK, vcek])
  const snp: Provider = { name: 'sev_guest', floor: 0, certificates, report: (inblob) => snpReport(inblob) }
  const on = (provider: Provider, certificate?: Uint8Array) =>
    tsmPlatform('sev_guest', { calls: new TestTsm(provider), pause, certificate })

  it('gives the report and the certificate of the key that signed it', async () => {
    const report = snpReport(reportData)
    deepEqual(await on(snp).evidence(reportData), { type: 'SevSnp', value: { report, vek: vcek } })
    const provider = { ...snp, report: (inblob: Uint8Array) => snpReport(inblob, 1) }
    deepEqual((await on(provider).evidence(reportData)).value, { report: snpReport(reportData, 1), vek: vlek })
  })

  it('asks at its own privilege level, under an SVSM too', async () => {
    const levels: number[] = []
    const report = (inblob: Uint8Array, privlevel: number): Uint8Array => {
      levels.push(privlevel)
      return snpReport(inblob)
    }
    for (const floor of [0, 2]) await on({ ...snp, floor, report }).evidence(reportData)
    deepEqual(levels, [0, 2])
  })

  it('takes the certificate from outside where the hypervisor hands none on', async () => {
    for (const table of [new Uint8Array(), new Uint8Array(4096), certificateTable([ASK, filler('ASK', 9)])]) {
      const bare = { ...snp, certificates: table }
      await rejects(on(bare).evidence(reportData), { code: 'tee.no-certificate', fix: /vek\.der/ })
      const { value } = await on(bare, vcek).evidence(reportData)
      deepEqual(value, { report: snpReport(reportData), vek: vcek })
    }
  })

  it('refuses a table whose numbers lead out of it, or that has no end', async () => {
    const beyond = certificates.slice()
    new DataView(beyond.buffer).setUint32(2 * 24 + 16, 0xffff_ffff, true)
    const empty = certificates.slice()
    new DataView(empty.buffer).setUint32(2 * 24 + 20, 0, true)
    const endless = certificateTable(...Array.from({ length: 33 }, () => [ASK, new Uint8Array()] as const))
    for (const table of [beyond, empty, endless, certificates.subarray(0, 40), filler('noise', 23)]) {
      await rejects(on({ ...snp, certificates: table }).evidence(reportData), { code: 'tee.malformed' })
    }
  })

  it('refuses a certificate or a table above its bound', async () => {
    const large = certificateTable([VCEK, new Uint8Array(8_193)])
    await rejects(on({ ...snp, certificates: large }).evidence(reportData), { code: 'tee.oversize' })
    const larger = certificateTable([ASK, new Uint8Array(65_536)], [VCEK, vcek])
    await rejects(on({ ...snp, certificates: larger }).evidence(reportData), { code: 'tee.oversize' })
  })

  it('refuses a report of another size, or of a key that is neither VCEK nor VLEK', async () => {
    const short = { ...snp, report: (inblob: Uint8Array) => snpReport(inblob).subarray(0, 1183) }
    await rejects(on(short).evidence(reportData), { code: 'tee.malformed' })
    const unsigned = { ...snp, report: (inblob: Uint8Array) => snpReport(inblob, 7) }
    await rejects(on(unsigned).evidence(reportData), { code: 'tee.unsupported' })
  })
})

describe('a CCA realm, through configfs-tsm', () => {
  it('gives its token as it is', async () => {
    const token = (inblob: Uint8Array): Uint8Array => Uint8Array.from([0xd9, 0x01, 0x8f, ...inblob])
    const calls = new TestTsm({ name: 'arm_cca_guest', report: token })
    const evidence = await tsmPlatform('arm_cca_guest', { calls, pause }).evidence(reportData)
    deepEqual(evidence, { type: 'Cca', value: token(reportData) })
    notDeepEqual(evidence.value, token(filler('other', 64)))
  })
})
