/** The TypeScript of docs/guides/vendor-collateral-mirror.md brings real collateral of Intel to a node, run as it is on the page. */
import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { systemClock } from '@pha/host/node'
import { createClient, listCollateral } from '@pha/sdk'
import { bootNetwork } from '@pha/testing'

const root = join(import.meta.dirname, '../..')
const folder = join(root, '../shared/vectors/attestation/intel-tdx/near-tdx-2026-08a')
const skip = !existsSync(folder) && 'skipped: ../shared/vectors/attestation is absent'
if (skip) console.log(skip)

/** The block of the page, with the places that a reader fills in: his folder, his node, his account. */
function snippet(nodeUrl: string): string {
  const page = readFileSync(join(root, 'docs/guides/vendor-collateral-mirror.md'), 'utf8')
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  equal(blocks.length, 1)
  const filled = Object.entries({
    "'collateral/tdx-90c06f000000-platform'": JSON.stringify(folder),
    'ws://127.0.0.1:9944': nodeUrl,
  }).reduce((text, [from, to]) => {
    equal(text.split(from).length, 2, `the page names ${from} once`)
    return text.replace(from, to)
  }, blocks[0] ?? '')
  return `import { deriveDevAccount } from '@pha/sdk'
const signer = deriveDevAccount('//Bob')
${filled}
console.log(JSON.stringify([block.number, events.map(({ type, value }) => type + '.' + value.type)]))
`
}

describe("the guide to a mirror of a vendor's collateral", { skip }, () => {
  it('has code that brings collateral to a chain', async () => {
    const { verifyAt } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as { readonly verifyAt: string }
    const ahead = Date.parse(verifyAt) - Date.now()
    await using network = await bootNetwork({ workers: 0, clock: { ...systemClock, now: () => Date.now() + ahead } })
    const args = ['--input-type=module-typescript', '--eval', snippet(network.nodeUrl)]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 60_000 })
    const [block, events] = JSON.parse(stdout) as [number, readonly string[]]
    equal(block > 0, true)
    match(events.join(), /Registry\.CollateralUpdated/)

    await using client = createClient({ url: network.nodeUrl })
    const { collateral, complete } = await listCollateral(client)
    deepEqual([collateral.length, collateral[0]?.family.type, complete], [1, 'Dcap', true])
  })
})
