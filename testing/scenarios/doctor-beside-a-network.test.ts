import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testIntel } from '@pha/core/attestation/testing'
import { createClient, deriveDevAccount, sendCall } from '@pha/sdk'
import { bootNetwork, builtEnclaves, type TestNetwork, temporaryFolder } from '@pha/testing'
import { intelCollateral, playedVendors } from './played-vendors.ts'

const CLI = fileURLToPath(new URL('../../client/cli/src/main.ts', import.meta.url))
const DAY = 86_400

interface Check {
  readonly about: string
  readonly level: string
  readonly found: string
  readonly fix?: string
}

describe('a doctor beside a running network', () => {
  it('names its chain, and compares the clock with the newest block', async () => {
    await using network = await bootNetwork({ workers: 0 })
    const checks = await doctor(network.nodeUrl)
    const named = (about: string): Check | undefined => checks.find((check) => check.about === about)
    match(named('node')?.found ?? '', /chain 0x[0-9a-f]{64}, block \d+$/)
    equal(named('clock')?.level, 'ok')
    match(named('clock')?.found ?? '', /^[\d.]+ s after the newest block$/)
    deepEqual(named('ports')?.level, 'ok')
    equal(named('collateral'), undefined)
  })

  it('says how old the collateral for this machine is, when it expires, and who can renew it', async () => {
    await using folder = await temporaryFolder()
    const root = await sgxMachine(folder.path)
    const { worker } = await builtEnclaves()
    const vendors = playedVendors({ intel: worker, amd: worker })
    await using network = await bootNetwork({ workers: 0, vendors })
    const collateral = async () =>
      (await doctor(network.nodeUrl, '--root', root)).filter(({ about }) => about === 'collateral')

    const fix = 'anyone can bring newer collateral, you too: docs/guides/vendor-collateral-mirror.md'
    const found = 'none in force for Sgx on this chain'
    deepEqual(await collateral(), [{ about: 'collateral', level: 'lack', found, fix }])

    await bring(network, { agoDays: 3, validDays: 5 })
    const [soon, ...others] = await collateral()
    deepEqual(others, [])
    deepEqual([soon?.level, soon?.fix], ['warn', fix])
    match(soon?.found ?? '', /^Sgx [0-9a-f]{12} \(CA [0-9a-f]{8}\): 3\.0 d old, expires in 2\.0 d$/)

    await bring(network, { agoDays: 1, validDays: 30 })
    const [fresh] = await collateral()
    deepEqual([fresh?.level, fresh?.fix], ['ok', undefined])
    match(fresh?.found ?? '', /: 1\.0 d old, expires in 29\.0 d$/)
  })
})

async function bring(network: TestNetwork, { agoDays, validDays }: { agoDays: number; validDays: number }) {
  await using client = createClient({ url: network.nodeUrl })
  const issuedAt = Math.floor(Date.now() / 1_000) - agoDays * DAY
  const call = intelCollateral(issuedAt, { knowsFault: false, validity: validDays * DAY })
  await sendCall(client, { call, signer: deriveDevAccount('//Bob') })
}

/** What Gramine shows on a machine with SGX, as plain files: good for one quote. */
async function sgxMachine(folder: string): Promise<string> {
  const files: { readonly [path: string]: string | Uint8Array } = {
    'dev/attestation/attestation_type': 'dcap',
    'dev/attestation/user_report_data': '',
    'dev/attestation/quote': testIntel()
      .platform()
      .sgxQuote({ reportData: new Uint8Array(64) }),
    'dev/attestation/keys/_sgx_mrenclave': new Uint8Array(16),
    'proc/sys/kernel/osrelease': '6.12.0\n',
  }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

function doctor(url: string, ...more: readonly string[]): Promise<readonly Check[]> {
  return new Promise((resolve) => {
    const args = ['--url', url, '--json', 'doctor', '--ports', '0,0,0', ...more]
    execFile(process.execPath, [CLI, ...args], (_, out) => resolve(JSON.parse(out).checks))
  })
}
