import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { SignedRelease } from '@pha/core/protocol'
import { deliverRelease } from './deliver-release.ts'
import { workerLimits } from './limits.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(length)

const signed: SignedRelease = {
  release: {
    worker: bytes(32),
    contract: bytes(32),
    root: 1,
    epoch: 2,
    sharing: 3,
    index: 4,
    recipient: bytes(32),
    commitment: bytes(32),
    sealed: bytes(1392),
  },
  signature: bytes(64),
}

/** A server at whose address a worker claims to be. */
async function serving(answer: RequestListener) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}

describe('a release is delivered', () => {
  it('as its bytes, below the endpoint, and counts when the host there says that it was taken', async () => {
    let body: Uint8Array | undefined
    await using worker = await serving(async (request, response) => {
      body = new Uint8Array(await buffer(request))
      response.end()
    })
    await deliverRelease(`${worker.endpoint}/behind/a/proxy/`, signed)
    deepEqual(worker.asked, ['POST /behind/a/proxy/key-release'])
    deepEqual(body, SignedRelease.encode(signed))
  })

  it('nowhere, if the chain has no address that may be asked', async () => {
    for (const endpoint of [
      undefined,
      '',
      'worker',
      'file:///etc/passwd',
      'ftp://a/',
      'http://a:b@c/',
      'http://a/?b=',
    ]) {
      await rejects(deliverRelease(endpoint, signed), { code: 'worker.no-endpoint' }, `${endpoint}`)
    }
  })

  it('not, if the host there refuses, says too much, or leads elsewhere', async () => {
    await using elsewhere = await serving((_, response) => response.end())
    const answers: readonly RequestListener[] = [
      (_, response) => response.writeHead(422).end('{"code":"key.not-awaited"}'),
      (_, response) => response.writeHead(204).end(),
      (_, response) => response.end('taken'),
      (_, response) => response.writeHead(307, { location: `${elsewhere.endpoint}/key-release` }).end(),
      (request) => request.destroy(),
    ]
    for (const answer of answers) {
      await using worker = await serving(answer)
      await rejects(deliverRelease(worker.endpoint, signed), { code: 'worker.not-delivered' })
      equal(worker.asked.length, 1)
    }
    deepEqual(elsewhere.asked, [])
    await rejects(deliverRelease(elsewhere.endpoint.replace(/\d+$/, '1'), signed), { code: 'worker.not-delivered' })
  })

  it('or given up soon, if the host there does not answer', async () => {
    await using worker = await serving(() => {})
    const began = performance.now()
    await rejects(deliverRelease(worker.endpoint, signed), { code: 'worker.not-delivered' })
    ok(performance.now() - began < 3 * workerLimits.deliveryMs)
  })
})
