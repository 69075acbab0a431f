import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { testIntel } from '@pha/core/attestation/testing'
import type { Check } from '../doctor/check.ts'
import { memoryCheck } from '../doctor/memory.ts'
import type { Diagnosis } from './doctor.ts'

const MAIN = join(import.meta.dirname, '../main.ts')
const folder = mkdtempSync(join(tmpdir(), 'pha-doctor-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A machine: plain files below a folder. */
function machine(files: { readonly [path: string]: string | Uint8Array }): string {
  const root = mkdtempSync(join(folder, 'root-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return root
}

/** Gramine's files, as long as nobody asks for more than one quote: its report data are zeros. */
const GRAMINE = {
  '/dev/attestation/attestation_type': 'dcap',
  '/dev/attestation/user_report_data': '',
  '/dev/attestation/quote': testIntel()
    .platform()
    .sgxQuote({ reportData: new Uint8Array(64) }),
  '/dev/attestation/keys/_sgx_mrenclave': new Uint8Array(16),
  '/proc/sys/kernel/osrelease': '6.12.0\n',
}

async function pha(...args: string[]) {
  const nobody = ['--url', 'ws://127.0.0.1:1']
  const child = spawn(process.execPath, [MAIN, ...nobody, ...args], { cwd: folder })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { out, err, code: child.exitCode }
}

async function diagnosis(...args: string[]): Promise<Diagnosis> {
  const { out } = await pha('--json', 'doctor', '--ports', '0,0,0', ...args)
  return JSON.parse(out)
}

const about = ({ checks }: Diagnosis, name: string): readonly Check[] => checks.filter((check) => check.about === name)

describe('pha doctor', () => {
  it('says that this machine can be a worker in its TEE', async () => {
    const found = await diagnosis('--root', machine(GRAMINE))
    deepEqual(found.canBe, { node: true, worker: 'Sgx', gatekeeper: 'Sgx' })
    match(about(found, 'TEE')[0]?.found ?? '', /^Intel SGX through gramine/)
    equal(about(found, 'kernel')[0]?.found, 'Linux 6.12.0')
  })

  it('says to a person what lacks and what to do, and ends with 1', async () => {
    const root = machine({ ...GRAMINE, '/dev/attestation/attestation_type': 'none' })
    const { out, code } = await pha('doctor', '--ports', '0,0,0', '--root', root)
    match(out, /^lack {2}TEE {9}there is one, through gramine.*\n {18}fix: sign the manifest/)
    match(out, /\nworker {6}on development networks only \(SIMULATED TEE\)\n/)
    equal(code, 1)
  })

  it('says of a machine without a TEE that it is for development, and ends with 0', async () => {
    const { out, code } = await pha('doctor', '--ports', '0,0,0', '--root', machine({}))
    match(out, /^warn {2}TEE {9}none/)
    equal(code, 0)
  })

  it('finds ports that are in use, and those that are free', async (test) => {
    const server = createServer()
    test.after(() => server.close())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as { port: number }
    const [taken] = about(await diagnosis('--root', machine({}), '--ports', `${port},0,0`), 'ports')
    deepEqual([taken?.level, taken?.found], ['warn', `${port} in use`])
  })

  it('measures the disk where the data would lie, and leaves nothing there', async () => {
    const before = readdirSync(folder).length
    const found = await diagnosis('--root', machine({}), '--data', join(folder, 'not/yet/there'))
    const disk = about(found, 'disk')
    ok(disk.some((check) => check.found.endsWith(`free in ${folder}`)))
    ok(disk.some((check) => /on disk after [\d.]+ ms/.test(check.found)))
    equal(readdirSync(folder).length, before + 1)
  })

  it('says that no node was there to compare the clock with', async () => {
    const [node] = about(await diagnosis('--root', machine({})), 'node')
    equal(node?.level, 'warn')
    match(node?.fix ?? '', /--url/)
  })
})

describe('memory', () => {
  it('is enough for what stays, for development, or for nothing', () => {
    const gib = 2 ** 30
    deepEqual(
      [16, 4, 1].map((total) => memoryCheck({ total: total * gib, free: gib }).level),
      ['ok', 'warn', 'lack'],
    )
  })
})
