import { deepEqual, equal, notDeepEqual, rejects } from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fromHex, utf8Encode } from '@pha/core/codec'
import { Secret, sha256 } from '@pha/core/crypto'
import { bind, contexts, type Evidence } from '@pha/core/protocol'
import { filler, sgxQuote, snpReport, tdxQuote } from '../testing/test-evidence.ts'
import { claimedBuild } from './claimed-build.ts'
import { hardwareTee } from './hardware-tee.ts'
import type { Platform } from './platform.ts'

const VECTORS = fileURLToPath(new URL('../../../../shared/vectors/attestation', import.meta.url))

function platform(changes: Partial<Platform> = {}): Platform {
  return {
    kind: 'Sgx',
    sealingSecret: Secret.from(filler('fuses', 16)),
    evidence: async (reportData) => ({ type: 'Sgx', value: sgxQuote(reportData) }),
    ...changes,
  }
}

describe('a driver of a real TEE', () => {
  it('quotes 64 bytes, and is called what its own evidence says', async () => {
    const tee = await hardwareTee(platform())
    const reportData = filler('report data', 64)
    deepEqual(await tee.quote(reportData), { type: 'Sgx', value: sgxQuote(reportData) })
    deepEqual(tee.measurement(), filler('MRENCLAVE', 32))
    await rejects(tee.quote(reportData.subarray(1)), { code: 'crypto.wrong-length' })
  })

  it('refuses evidence over other bytes, as of a request that others overwrote', async () => {
    const others = filler('others', 64)
    let of: Uint8Array | undefined
    const tee = await hardwareTee(
      platform({ evidence: async (reportData) => ({ type: 'Sgx', value: sgxQuote(of ?? reportData) }) }),
    )
    of = others
    await rejects(tee.quote(filler('report data', 64)), { code: 'tee.other-report-data' })
    // Half of it is not enough.
    of = Uint8Array.from([...filler('report data', 64).subarray(0, 32), ...others.subarray(32)])
    await rejects(tee.quote(filler('report data', 64)), { code: 'tee.other-report-data' })
  })

  it('does not open where no evidence comes', async () => {
    const evidence = async (): Promise<Evidence> => ({ type: 'Sgx', value: new Uint8Array(64) })
    await rejects(hardwareTee(platform({ evidence })), { code: 'tee.malformed' })
  })

  it('has a sealing key for each machine, program, TEE and purpose', async () => {
    const key = async (changes: Partial<Platform> = {}, context: keyof typeof contexts = 'sealedStore') =>
      (await hardwareTee(platform(changes))).sealingKey(contexts[context])?.expose()
    deepEqual(await key(), await key())
    const program = async (reportData: Uint8Array): Promise<Evidence> => ({
      type: 'Sgx',
      value: sgxQuote(reportData, filler('another program', 32)),
    })
    const tdx = async (reportData: Uint8Array): Promise<Evidence> => ({ type: 'Tdx', value: tdxQuote(reportData) })
    for (const other of [
      key({ sealingSecret: Secret.from(filler('another machine', 16)) }),
      key({ evidence: program }),
      key({ kind: 'Tdx', evidence: tdx }),
      key({}, 'delta'),
    ]) {
      notDeepEqual(await key(), await other)
    }
    equal(await key({ sealingSecret: undefined }), undefined)
  })
})

describe('the build that evidence claims', () => {
  it('is one name over all registers that measure code', () => {
    const reportData = filler('report data', 64)
    const report = filler('report of a TD', 584)
    const registers = [136, 328, 376, 424, 472].map((at) => report.slice(at, at + 48))
    deepEqual(
      claimedBuild({ type: 'Tdx', value: tdxQuote(reportData) }),
      sha256(bind(contexts.attestationBuild, utf8Encode('Tdx'), ...registers)),
    )
    const snp = snpReport(reportData)
    deepEqual(
      claimedBuild({ type: 'SevSnp', value: { report: snp, vek: new Uint8Array() } }),
      sha256(bind(contexts.attestationBuild, utf8Encode('SevSnp'), snp.slice(0x90, 0xc0), snp.slice(0xc0, 0xe0))),
    )
  })

  it('is found in genuine quotes of every version', (test) => {
    if (!existsSync(VECTORS)) return test.skip('no ../shared/vectors/attestation here')
    let compared = 0
    for (const folder of ['intel-sgx', 'intel-tdx', 'amd-sev-snp'].flatMap(foldersIn)) {
      const { quoteFile, expect } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'))
      if (expect.ok !== true) continue
      const bytes = new Uint8Array(readFileSync(join(folder, quoteFile)))
      const of = (...names: readonly string[]): Uint8Array[] =>
        names.map((name) => fromHex(`0x${expect.measurements[name]}`))
      const named = (tee: Evidence['type'], ...registers: readonly Uint8Array[]): Uint8Array =>
        sha256(bind(contexts.attestationBuild, utf8Encode(tee), ...registers))
      compared++
      if (expect.measurements.mrEnclave !== undefined) {
        deepEqual([claimedBuild({ type: 'Sgx', value: bytes })], of('mrEnclave'), folder)
      } else if (expect.measurements.mrTd !== undefined) {
        const registers = of('mrTd', 'rtmr0', 'rtmr1', 'rtmr2', 'rtmr3')
        deepEqual(claimedBuild({ type: 'Tdx', value: bytes }), named('Tdx', ...registers), folder)
      } else {
        const report = { report: bytes, vek: new Uint8Array() }
        const registers = of('measurement', 'hostData')
        deepEqual(claimedBuild({ type: 'SevSnp', value: report }), named('SevSnp', ...registers), folder)
      }
    }
    equal(compared, 22)
  })
})

function foldersIn(vendor: string): string[] {
  return readdirSync(join(VECTORS, vendor)).map((name) => join(VECTORS, vendor, name))
}
