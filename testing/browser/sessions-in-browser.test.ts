import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  type Client,
  createClient,
  deriveDevAccount,
  getContract,
  getStatus,
  type SessionTransportKind,
  toHex,
} from '@pha/sdk'
import { type Browser, chromium, type Page } from 'playwright-core'
import { ensureChromium } from '../../scripts/ensure-chromium.mjs'
import { deploySource } from '../scenarios/deploy-source.ts'
import { bootNetwork, type NetworkHost, type TestNetwork, type TrafficRecorder } from '../src/index.ts'
import type { AskingPageParameters } from './asking-page.ts'
import { Echo } from './echo.ts'
import { type ServedPage, servePage } from './serve-page.ts'

/** Queries of the permit: all that are asked below, and none more. */
const USES = 60

const installed = ensureChromium()

describe('sessions of a browser', { skip: installed.ok ? false : installed.reason }, () => {
  const resources = new AsyncDisposableStack()
  let network: TestNetwork
  let client: Client
  let served: ServedPage
  let browser: Browser
  let parameters: Omit<AskingPageParameters, 'transport'>
  let worker: NetworkHost
  /** In front of the worker's port: the browser's way to it. */
  let way: TrafficRecorder
  before(async () => {
    network = resources.use(await bootNetwork({ workers: 1, record: true }))
    client = resources.use(createClient({ url: network.nodeUrl }))
    worker = network.workers[0] as NetworkHost
    const port = Number(new URL(worker.url).port)
    way = network.recorders.find((recorder) => recorder.port === port) as TrafficRecorder
    parameters = await deployEcho()
    served = resources.use(await servePage('asking-page'))
    browser = resources.use(await chromium.launch(installed.ok ? { executablePath: installed.path } : {}))
  })
  after(() => resources.disposeAsync())

  async function deployEcho() {
    const [{ genesisHash }, { contract }] = await Promise.all([
      getStatus(client),
      deploySource(client, {
        contract: Echo,
        source: new URL('echo.ts', import.meta.url),
        signer: deriveDevAccount('//Alice'),
        policy: { replicas: 1, vendors: 1 },
      }),
    ])
    const [replica] = (await getContract(client, contract)).replicas
    if (replica === undefined) throw new Error('no replica')
    const uses = String(USES)
    return { node: network.nodeUrl, genesisHash, contract: toHex(contract), worker: toHex(replica), uses }
  }

  /** Opens the page, which has a session when it says so. */
  async function visit(transport: SessionTransportKind): Promise<Page> {
    const page = await browser.newPage()
    await page.goto(`${served.url}?${new URLSearchParams({ ...parameters, transport })}`)
    const state = page.locator('#state:not(:text-is("works"))')
    await state.waitFor({ timeout: 60_000 })
    equal(await state.textContent(), 'open')
    return page
  }

  const ask = (page: Page, texts: readonly string[]) => page.evaluate((all) => globalThis.askAll(all), texts)

  async function openSessions(): Promise<number> {
    const { status } = await (await fetch(`${worker.running.endpoint}/status`)).json()
    return status.sessions
  }

  for (const transport of ['websocket', 'http'] as const) {
    it(`go on over ${transport} when connections break: no answer is lost, and no query counts twice`, async () => {
      const page = await visit(transport)
      const [sessions, connections] = [await openSessions(), way.connections().length]
      const questions = (about: string) => Array.from({ length: USES / 4 }, (_, i) => `${about} ${i}`)

      const whole = questions('nothing lost')
      deepEqual(await ask(page, whole), whole)
      for (const [about, direction] of [
        ['requests lost', 'toTarget'],
        ['answers lost', 'fromTarget'],
        ['answers lost again', 'fromTarget'],
      ] as const) {
        way.lose(direction, 4)
        const texts = questions(about)
        deepEqual(await ask(page, texts), texts)
        equal(way.toLose, 0, 'connections did break')
      }
      ok(way.connections().length > connections)
      equal(await openSessions(), sessions, 'it is the same session')
      // Each query was answered, and counted, exactly once: one more is one too many, and none was before.
      deepEqual(await ask(page, ['one more']), ['permit.used-up'])
      await page.close()
    })
  }
})
