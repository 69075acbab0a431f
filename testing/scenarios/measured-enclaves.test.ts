import { deepEqual, equal } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { toHex } from '@pha/core/codec'
import { type Client, createClient, listWorkers } from '@pha/sdk'
import { bootNetwork } from '@pha/testing'

const CLI = fileURLToPath(new URL('../../client/cli/src/main.ts', import.meta.url))

/** What `pha --json` prints, also when it fails. */
function pha(...args: string[]): Promise<{ readonly [name: string]: unknown }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, '--json', ...args], (_, out) => resolve(JSON.parse(out)))
  })
}

describe('who measures the enclaves from their sources', () => {
  it('finds what the chain allows and the running enclaves have proven, and that the chain allows nothing else', async () => {
    await using network = await bootNetwork({ workers: 1 })
    await using client = createClient({ url: network.nodeUrl })
    for (const [kind, name] of [
      ['worker', 'Worker'],
      ['gatekeeper', 'Gatekeeper'],
    ] as const) {
      const { tee, build } = await pha('enclave', 'measure', '--kind', kind)
      equal(tee, 'simulated')
      deepEqual(await registered(client, name), [build])
      const allowed = await pha('--url', network.nodeUrl, 'enclave', 'allowed', String(build))
      deepEqual([allowed['kind'], allowed['tee'], allowed['state']], [name, 'Simulated', 'active'])
    }
    const other = `0x${'12'.repeat(32)}`
    const refused = await pha('--url', network.nodeUrl, 'enclave', 'allowed', other)
    equal((refused['error'] as { code: string }).code, 'cli.not-allowed')
  })
})

async function registered(client: Client, kind: string): Promise<readonly string[]> {
  const { workers } = await listWorkers(client)
  return workers.filter((worker) => worker.kind.type === kind).map(({ measurement }) => toHex(measurement))
}
