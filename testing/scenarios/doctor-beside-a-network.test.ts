import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bootNetwork } from '@pha/testing'

const CLI = fileURLToPath(new URL('../../client/cli/src/main.ts', import.meta.url))

interface Check {
  readonly about: string
  readonly level: string
  readonly found: string
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
  })
})

function doctor(url: string): Promise<readonly Check[]> {
  return new Promise((resolve) => {
    const args = ['--url', url, '--json', 'doctor', '--ports', '0,0,0']
    execFile(process.execPath, [CLI, ...args], (_, out) => resolve(JSON.parse(out).checks))
  })
}
