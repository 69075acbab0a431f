import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { concatBytes, lengthPrefixed } from '@pha/core/codec'
import { listenOnSocket } from '../testing/socket-server.ts'
import { filler } from '../testing/test-evidence.ts'
import { nitroPlatform } from './nitro.ts'
import { NitroRequest, NitroResponse } from './nitro-protocol.ts'

const reportData = filler('report data', 64)

/** The sidecar: one request, then whatever `answer` does with its connection. */
async function sidecar(test: TestContext, answer: (socket: Socket, request: Uint8Array) => void, timeoutMs = 60_000) {
  const server = createServer(async (socket) => {
    socket.on('error', () => {})
    socket.once('data', (bytes: Buffer) => answer(socket, new Uint8Array(bytes)))
  })
  return { socketPath: await listenOnSocket(test, server), timeoutMs }
}

const document = (of: Uint8Array): Uint8Array => concatBytes(filler('COSE_Sign1', 4_400), of)
const answerOf = (value: Uint8Array): Uint8Array => lengthPrefixed(NitroResponse.encode({ type: 'Document', value }))

describe('a Nitro enclave, through its sidecar', () => {
  it('gives a document over the report data, sent as user data', async (test) => {
    const agent = await sidecar(test, (socket, request) => {
      const { value } = NitroRequest.decode(request.subarray(4))
      deepEqual(request, lengthPrefixed(request.subarray(4)))
      socket.end(answerOf(document(value.userData)))
    })
    deepEqual(await nitroPlatform(agent).evidence(reportData), { type: 'Nitro', value: document(reportData) })
  })

  it('sends the bytes that docs/nitro-sidecar.md shows', () => {
    const none = new Uint8Array()
    const request = NitroRequest.encode({
      type: 'Attest',
      value: { userData: reportData, nonce: none, publicKey: none },
    })
    // 64 as a compact number of two bytes.
    deepEqual(request, concatBytes(Uint8Array.of(1, 0x01, 0x01), reportData, Uint8Array.of(0, 0)))
    deepEqual(NitroResponse.encode({ type: 'Document', value: Uint8Array.of(0xd2) }), Uint8Array.of(1, 4, 0xd2))
    deepEqual(NitroResponse.encode({ type: 'Refused', value: { code: 'E' } }), Uint8Array.of(2, 4, 0x45))
  })

  it('reads an answer however its bytes fall', async (test) => {
    const agent = await sidecar(test, async (socket) => {
      const bytes = answerOf(document(reportData))
      for (const [from, to] of [
        [0, 1],
        [1, 4],
        [4, 5],
        [5, bytes.length],
      ]) {
        socket.write(bytes.subarray(from, to))
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    })
    equal((await nitroPlatform(agent).evidence(reportData)).type, 'Nitro')
  })

  it("passes on the module's own word for a refusal", async (test) => {
    const refusal = lengthPrefixed(NitroResponse.encode({ type: 'Refused', value: { code: 'InputTooLarge' } }))
    const agent = await sidecar(test, (socket) => void socket.end(refusal))
    await rejects(nitroPlatform(agent).evidence(reportData), { code: 'tee.refused', message: /InputTooLarge/ })
  })

  const broken: readonly (readonly [what: string, code: string, bytes: Uint8Array])[] = [
    ['an answer above its bound, before its bytes', 'tee.oversize', Uint8Array.of(0xff, 0xff, 0xff, 0x7f)],
    ['a document above its bound', 'tee.malformed', lengthPrefixed(Uint8Array.of(1, 0x05, 0x00, 0x01, 0x00))],
    ['an answer that is cut', 'tee.malformed', answerOf(document(reportData)).subarray(0, -1)],
    ['nothing at all', 'tee.malformed', new Uint8Array()],
    ['more than one answer', 'tee.malformed', concatBytes(answerOf(reportData), Uint8Array.of(0))],
    ['an unknown kind of answer', 'tee.malformed', lengthPrefixed(Uint8Array.of(9))],
  ]
  for (const [what, code, bytes] of broken) {
    it(`reports ${what} as ${code}`, async (test) => {
      const agent = await sidecar(test, (socket) => void socket.end(bytes))
      await rejects(nitroPlatform(agent).evidence(reportData), { code })
    })
  }

  it('does not wait forever, for an answer or for its end', async (test) => {
    for (const begin of [new Uint8Array(), Uint8Array.of(5, 0)]) {
      const agent = await sidecar(test, (socket) => void socket.write(begin), 300)
      await rejects(nitroPlatform(agent).evidence(reportData), { code: 'tee.timeout' })
    }
  })

  it('reports a sidecar that is not there', async () => {
    await rejects(nitroPlatform({ socketPath: '/nowhere/nsm.sock' }).evidence(reportData), { code: 'tee.failed' })
  })
})
