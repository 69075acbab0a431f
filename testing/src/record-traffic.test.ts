import { equal, ok, rejects } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { WebSocket, WebSocketServer } from 'ws'
import { holds, recordTraffic } from './record-traffic.ts'

describe('the traffic recorder', () => {
  it('sees what passes over HTTP and in masked WebSocket frames, in both directions, and passes it on', async () => {
    const http = createServer((request, response) => request.pipe(response))
    const sockets = new WebSocketServer({ server: http, perMessageDeflate: false })
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)))
    await once(http.listen(0, '127.0.0.1'), 'listening')
    await using recorder = await recordTraffic((http.address() as AddressInfo).port)

    const posted = randomBytes(16)
    const response = await fetch(`http://127.0.0.1:${recorder.port}`, { method: 'POST', body: posted })
    ok(posted.equals(Buffer.from(await response.arrayBuffer())))
    ok(recorder.saw(posted))

    const socket = new WebSocket(`ws://127.0.0.1:${recorder.port}`)
    await once(socket, 'open')
    const canary = randomBytes(16)
    for (const size of [0, 200, 70_000]) {
      const text = `${'.'.repeat(size)}${canary.toString('hex')}`
      socket.send(text)
      const [data] = await once(socket, 'message')
      equal(String(data), `echo ${text}`)
    }
    ok(recorder.saw(canary))
    equal(recorder.saw(randomBytes(16)), false)
    const [connection] = recorder.connections().filter(({ toTarget }) => toTarget.includes('Upgrade: websocket'))
    equal(connection?.toTarget.includes(canary.toString('hex')), false, 'the frames of a client are masked')

    socket.terminate()
    sockets.close()
    http.closeAllConnections()
    http.close()
  })

  it('loses what it is told to lose, and the connection with it', async () => {
    let asked = 0
    const http = createServer((_, response) => response.end(String(++asked)))
    await once(http.listen(0, '127.0.0.1'), 'listening')
    await using recorder = await recordTraffic((http.address() as AddressInfo).port)
    const ask = async () => (await fetch(`http://127.0.0.1:${recorder.port}`)).text()

    recorder.lose('toTarget', 1)
    await rejects(ask())
    equal(asked, 0)
    recorder.lose('fromTarget', 2)
    await rejects(ask())
    await rejects(ask())
    equal(recorder.toLose, 0)
    equal(await ask(), '3')

    http.closeAllConnections()
    http.close()
  })

  it('finds bytes as they are, in hexadecimal and in base64, wherever they begin', () => {
    const bytes = fc.uint8Array({ minLength: 12, maxLength: 40 })
    fc.assert(
      fc.property(bytes, fc.uint8Array(), fc.uint8Array(), (needle, before, after) => {
        const whole = Buffer.concat([before, needle, after])
        ok(holds(whole, needle))
        ok(holds(Buffer.from(whole.toString('hex')), needle))
        ok(holds(Buffer.from(whole.toString('hex').toUpperCase()), needle))
        ok(holds(Buffer.from(whole.toString('base64')), needle))
        ok(holds(Buffer.from(whole.toString('base64url')), needle))
      }),
    )
    equal(holds(randomBytes(4_096), randomBytes(12)), false)
  })
})
