import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildContract } from '@pha/contract/build'
import { HealthCohort } from '@pha/health-cohort'
import {
  createClient,
  deployContract,
  deriveDevAccount,
  encodeInit,
  getStatus,
  type Hex,
  toHex,
  uploadCode,
  verifyReceipt,
} from '@pha/sdk'
import { type Browser, chromium, type Page } from 'playwright-core'
import { ensureChromium } from '../../scripts/ensure-chromium.mjs'
import { bootNetwork, type TestNetwork } from '../src/index.ts'
import type { PageParameters } from './page.ts'
import { type ServedPage, servePage } from './serve-page.ts'

const [alice, bob] = [deriveDevAccount('//Alice'), deriveDevAccount('//Bob')]
/** As many as no other bytes are by chance. */
const answers = crypto.getRandomValues(new Uint16Array(16))
/** A quarter above the size of today: more is a dependency that nobody looked at. */
const MAX_GZIPPED_BYTES = 270_000

const installed = ensureChromium()

describe('the SDK in a browser', { skip: installed.ok ? false : installed.reason }, () => {
  const resources = new AsyncDisposableStack()
  let network: TestNetwork
  let served: ServedPage
  let browser: Browser
  let parameters: PageParameters
  let codeHash: Hex
  before(async () => {
    network = resources.use(await bootNetwork({ record: true }))
    const deployed = await deployCohort()
    codeHash = deployed.codeHash
    parameters = { node: network.nodeUrl, answers: answers.join(), ...deployed }
    served = resources.use(await servePage('page'))
    browser = resources.use(await chromium.launch(installed.ok ? { executablePath: installed.path } : {}))
  })
  after(() => resources.disposeAsync())

  async function deployCohort() {
    await using client = createClient({ url: network.nodeUrl })
    const { genesisHash } = await getStatus(client)
    const { code } = await buildContract(fileURLToPath(import.meta.resolve('@pha/health-cohort')))
    const { codeHash } = await uploadCode(client, { code, signer: alice })
    const init = encodeInit(HealthCohort, { analysts: [], columns: answers.length })
    const { contract } = await deployContract(client, { codeHash, init, signer: alice })
    return { genesisHash, contract: toHex(contract), codeHash: toHex(codeHash) }
  }

  /** Opens the page and waits until it is through; `errors` are those that the page itself did not catch. */
  async function visit(changes: Partial<PageParameters> = {}) {
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(`${served.url}?${new URLSearchParams({ ...parameters, ...changes })}`)
    await page.locator('#state:not(:text-is("works"))').waitFor({ timeout: 90_000 })
    return { page, errors, shows: (id: string) => page.locator(`#${id}`).textContent() }
  }

  it('fits into a page', (t) => {
    const { minified, gzipped } = served.bytes
    t.diagnostic(`SDK, contract and page: ${minified} bytes minified, ${gzipped} gzipped`)
    ok(gzipped < MAX_GZIPPED_BYTES)
  })

  it('signs and seals a command, verifies its reply, asks over a session, and verifies a receipt', async (t) => {
    const { page, errors, shows } = await visit()
    t.diagnostic(`${browser.version()}; screenshot: ${await screenshot(page)}`)
    equal(await shows('state'), 'done')
    equal(await shows('signer'), toHex(bob.accountId))
    match((await shows('chain')) ?? '', new RegExp(`^${parameters.genesisHash}, block \\d+$`))
    match((await shows('settled')) ?? '', /^Ok, by [23] replicas$/)
    equal(await shows('row'), answers.join())
    equal(await shows('verdict'), `proves Ok of code ${codeHash}`)
    match((await shows('changed')) ?? '', /^receipt\./)
    deepEqual(errors, [])

    const { genesisHash, contract } = parameters
    const verdict = verifyReceipt(await shows('receipt'), { genesisHash })
    ok(verdict.ok, 'the receipt that the browser made verifies in Node')
    equal(verdict.facts.contract, contract)
    await page.close()
  })

  it('lets nobody on the way read the row', () => {
    const row = HealthCohort.interface.commands.contribute.args.answers.encode(answers)
    const saw = (bytes: Uint8Array) => network.recorders.some((recorder) => recorder.saw(bytes))
    ok(saw(bob.accountId), 'the recorders see what a browser sends')
    equal(saw(row.subarray(-2 * answers.length)), false)
  })

  it('refuses a node of another chain than the one that the page pins', async () => {
    const { page, errors, shows } = await visit({ genesisHash: `0x${'00'.repeat(32)}` })
    equal(await shows('state'), 'sdk.wrong-chain')
    equal(await shows('signer'), '')
    deepEqual(errors, [])
    await page.close()
  })
})

async function screenshot(page: Page): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'pha-browser-')), 'page.png')
  await page.screenshot({ path, fullPage: true })
  return path
}
