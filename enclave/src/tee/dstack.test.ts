import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { listenOnSocket } from '../testing/socket-server.ts'
import { filler, tdxQuote } from '../testing/test-evidence.ts'
import { dstackPlatform } from './dstack.ts'

const reportData = filler('report data', 64)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const keyProvider = (name: string): string => hex(new TextEncoder().encode(JSON.stringify({ name, id: '' })))

type Json = { readonly [field: string]: unknown }
type Answer = (asked: Json) => Json | ((response: ServerResponse) => void)

interface Answers {
  readonly quote?: Answer
  readonly info?: Answer
  readonly key?: Answer
}

/** The guest agent, as far as it is asked. */
async function agent(test: TestContext, answers: Answers = {}) {
  const asked: [path: string | undefined, body: Json][] = []
  const quote: Answer = ({ report_data }) => ({
    quote: hex(tdxQuote(Buffer.from(String(report_data), 'hex'))),
    event_log: '[]',
    report_data,
    vm_config: '{}',
  })
  const routes: { readonly [path: string]: Answer } = {
    '/GetQuote': answers.quote ?? quote,
    '/Info': answers.info ?? (() => ({ key_provider_info: keyProvider('local-sgx') })),
    '/GetKey': answers.key ?? (({ path }) => ({ key: hex(filler(`key ${path}`, 32)), signature_chain: [] })),
  }
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as Json
    asked.push([request.url, body])
    const answer = request.method === 'POST' ? routes[request.url ?? '']?.(body) : undefined
    if (typeof answer === 'function') return answer(response)
    response.statusCode = answer === undefined ? 404 : 200
    response.end(JSON.stringify(answer ?? {}))
  })
  return { socketPath: await listenOnSocket(test, server), asked }
}

describe('a TDX guest, through the dstack agent', () => {
  it('gives a quote over the report data', async (test) => {
    const { socketPath, asked } = await agent(test)
    const platform = await dstackPlatform({ socketPath })
    deepEqual(await platform.evidence(reportData), { type: 'Tdx', value: tdxQuote(reportData) })
    deepEqual(asked.at(-1), ['/GetQuote', { report_data: hex(reportData) }])
  })

  it('seals with the key of an app that can not change', async (test) => {
    const { socketPath, asked } = await agent(test)
    const { sealingSecret } = await dstackPlatform({ socketPath })
    deepEqual(sealingSecret?.expose(), filler('key pha/tee/sealing/v1', 32))
    deepEqual(asked.at(-1), ['/GetKey', { path: 'pha/tee/sealing/v1', purpose: 'sealing' }])
  })

  it('seals nothing where the key would go to whom the owner of the app lets have it', async (test) => {
    for (const name of ['kms', 'tpm', 'none', '']) {
      const { socketPath, asked } = await agent(test, { info: () => ({ key_provider_info: keyProvider(name) }) })
      equal((await dstackPlatform({ socketPath })).sealingSecret, undefined)
      deepEqual(
        asked.map(([path]) => path),
        ['/Info'],
      )
    }
    for (const info of [{}, { key_provider_info: 7 }, { key_provider_info: 'zz' }, { key_provider_info: '7b' }]) {
      const { socketPath } = await agent(test, { info: () => info })
      equal((await dstackPlatform({ socketPath })).sealingSecret, undefined)
    }
  })

  it('refuses a key of another length', async (test) => {
    for (const [length, code] of [
      [31, 'tee.malformed'],
      [33, 'tee.oversize'],
    ] as const) {
      const { socketPath } = await agent(test, { key: () => ({ key: hex(new Uint8Array(length)) }) })
      await rejects(dstackPlatform({ socketPath }), { code })
    }
  })

  it('refuses answers that are no quote', async (test) => {
    for (const [quote, code] of [
      [{}, 'tee.malformed'],
      [{ quote: '' }, 'tee.malformed'],
      [{ quote: '0x00' }, 'tee.malformed'],
      [{ quote: 'abc' }, 'tee.malformed'],
      [{ quote: ['00'] }, 'tee.malformed'],
      [{ quote: '00'.repeat(16_385) }, 'tee.oversize'],
    ] as const) {
      const { socketPath } = await agent(test, { quote: () => quote })
      const platform = await dstackPlatform({ socketPath })
      await rejects(platform.evidence(reportData), { code })
    }
  })

  const broken: readonly (readonly [what: string, code: string, answer: (response: ServerResponse) => void])[] = [
    ['an error', 'tee.refused', (response) => void response.writeHead(500).end('{"error":"no quote for you"}')],
    ['no JSON', 'tee.malformed', (response) => void response.end('quote')],
    ['JSON that is no object', 'tee.malformed', (response) => void response.end('"quote"')],
    ['more than a quote can have', 'tee.oversize', (response) => void response.end(new Uint8Array(1_048_577))],
    [
      'less than it announced',
      'tee.failed',
      (response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('{"quote":')
        setImmediate(() => response.destroy())
      },
    ],
    ['silence', 'tee.timeout', () => {}],
    ['the beginning of an answer, then silence', 'tee.timeout', (response) => void response.write('{"quote":')],
  ]
  for (const [what, code, answer] of broken) {
    it(`reports ${what} as ${code}`, async (test) => {
      const { socketPath } = await agent(test, { quote: () => answer })
      const asked = { socketPath, timeoutMs: 60_000 }
      const platform = await dstackPlatform(asked)
      // Before that, and for the others, a machine that is busy may take its time.
      if (code === 'tee.timeout') asked.timeoutMs = 300
      await rejects(platform.evidence(reportData), { code })
    })
  }

  it('reports an agent that is not there', async () => {
    await rejects(dstackPlatform({ socketPath: '/nowhere/dstack.sock' }), { code: 'tee.failed', message: /ENOENT/ })
  })
})
