import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createServer } from 'node:http'
import { describe, it } from 'node:test'
import { nodeCalls } from '../tee/system-calls.ts'
import { errno } from '../testing/errno.ts'
import { kernelTree } from '../testing/kernel-tree.ts'
import { listenOnSocket } from '../testing/socket-server.ts'
import { filler, snpReport, tdxQuote } from '../testing/test-evidence.ts'
import { TestGramine } from '../testing/test-gramine.ts'
import { TestTsm } from '../testing/test-tsm.ts'
import type { Finding } from './finding.ts'
import { machineFindings } from './machine-findings.ts'
import { teeFindings } from './tee-findings.ts'

const tdx = { name: 'tdx_guest', report: (inblob: Uint8Array) => tdxQuote(inblob) }
const levels = (findings: readonly Finding[]): string[] => findings.map(({ about, level }) => `${about} ${level}`)

describe('what a doctor finds of a TEE', () => {
  it('is the evidence that an enclave would get, and whether it could seal', async () => {
    const guest = await teeFindings(new TestTsm(tdx))
    equal(guest.kind, 'Tdx')
    deepEqual(levels(guest.findings), ['TEE ok', 'sealing warn'])
    match(guest.findings[0]?.found ?? '', /^Intel TDX through configfs-tsm, evidence in \d+ ms$/)
    const enclave = await teeFindings(new TestGramine())
    equal(enclave.kind, 'Sgx')
    deepEqual(levels(enclave.findings), ['TEE ok', 'sealing ok'])
  })

  it('is what stops one that is there, with the remedy', async () => {
    const epid = await teeFindings(new TestGramine({ attestation: 'epid' }))
    deepEqual([epid.kind, levels(epid.findings)], [undefined, ['TEE lack']])
    match(epid.findings[0]?.fix ?? '', /sgx\.remote_attestation/)

    const bare = { name: 'sev_guest', floor: 0, report: (inblob: Uint8Array) => snpReport(inblob) }
    match((await teeFindings(new TestTsm(bare))).findings[0]?.fix ?? '', /vek\.der/)

    const forRoot = new TestTsm(tdx)
    forRoot.makeDirectory = () => {
      throw errno('EACCES')
    }
    match((await teeFindings(forRoot)).findings[0]?.fix ?? '', /as root/)

    const root = kernelTree({ '/var/run/dstack.sock': 'a file, not a socket' })
    const dead = await teeFindings(nodeCalls(root))
    deepEqual(levels(dead.findings), ['TEE lack'])
    match(dead.findings[0]?.found ?? '', /through dstack.*tee\.failed.*(ECONNREFUSED|ENOTSOCK)/)
  })

  it('is found through an agent below another root', async (test) => {
    const server = createServer((_, response) => {
      response.end(JSON.stringify({ quote: Buffer.from(tdxQuote(new Uint8Array(64))).toString('hex') }))
    })
    const root = await listenOnSocket(test, server, 'var/run/dstack.sock')
    const { kind, findings } = await teeFindings(nodeCalls(root))
    equal(kind, 'Tdx')
    match(findings[0]?.found ?? '', /through dstack/)
  })

  const nearly: readonly (readonly [path: string, content: string, says: RegExp, level: string])[] = [
    ['/dev/tdx_guest', '', /TDX guest/, 'lack'],
    ['/dev/sev-guest', '', /SEV-SNP guest/, 'lack'],
    ['/sys/firmware/cca/realm_guest', '1\n', /Arm CCA realm/, 'lack'],
    ['/dev/nsm', '', /without a sidecar/, 'lack'],
    ['/dev/sgx_enclave', '', /outside of an enclave/, 'warn'],
    ['/proc/cpuinfo', 'flags\t\t: fpu sgx sgx_lc\n', /no \/dev\/sgx_enclave/, 'warn'],
    ['/sys/module/kvm_intel/parameters/tdx', 'Y\n', /host of TDX/, 'warn'],
    ['/sys/module/kvm_amd/parameters/sev_snp', 'Y\n', /host of SEV-SNP/, 'warn'],
  ]
  for (const [path, content, says, level] of nearly) {
    it(`is how near a machine with ${path} is to one`, async () => {
      const { kind, findings } = await teeFindings(nodeCalls(kernelTree({ [path]: content })))
      equal(kind, undefined)
      deepEqual(levels(findings), ['TEE warn', `TEE ${level}`])
      match(findings[1]?.found ?? '', says)
      ok(findings[1]?.fix)
    })
  }

  it('is nothing on any other machine', async () => {
    const other = { '/proc/cpuinfo': 'flags : fpu sgxx\n', '/sys/module/kvm_intel/parameters/tdx': 'N\n' }
    deepEqual(levels((await teeFindings(nodeCalls(kernelTree(other)))).findings), ['TEE warn'])
  })
})

describe('what a doctor finds of a machine', () => {
  const on = async (files: { readonly [path: string]: string }) => machineFindings(nodeCalls(kernelTree(files)))

  it('is the kernel, and whether it is new enough for reports', async () => {
    for (const [release, level] of [
      ['6.7.0', 'ok'],
      ['6.18.4-custom', 'ok'],
      ['10.0.1', 'ok'],
      ['6.6.99', 'warn'],
      ['5.15.0-101-generic', 'warn'],
    ]) {
      deepEqual(levels(await on({ '/proc/sys/kernel/osrelease': `${release}\n` })), [`kernel ${level}`])
    }
  })

  it('is the processor and its microcode, as far as they are told', async () => {
    const intel = 'processor\t: 0\nmodel name\t: Intel(R) Xeon(R)\nmicrocode\t: 0x21000290\n\nprocessor\t: 1\n'
    equal((await on({ '/proc/cpuinfo': intel }))[0]?.found, 'Intel(R) Xeon(R), microcode 0x21000290')
    equal((await on({ '/proc/cpuinfo': 'CPU implementer\t: 0x41\n' }))[0]?.found, '0x41')
    deepEqual(await on({ '/proc/cpuinfo': '' }), [])
  })

  it('of many processors is read to its end', async () => {
    const many = `${Buffer.from(filler('processors', 100_000)).toString('hex')}\nmodel name\t: the last\n`
    equal((await on({ '/proc/cpuinfo': many }))[0]?.found, 'the last')
  })
})
