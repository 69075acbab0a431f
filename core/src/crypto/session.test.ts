import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes, toHex, utf8Encode } from '@pha/core/codec'
import fc from 'fast-check'
import type { AnsweringEnd, AskingEnd } from './index.ts'
import { acceptSession, generateAgreementKey, openSession, SESSION_WINDOW, Secret } from './index.ts'

const seed = Secret.from(new Uint8Array(32).fill(3))
const recipient = generateAgreementKey(seed).publicKey
const context = 'pha/test/session/v1'
const info = utf8Encode('genesis, worker')
const hello = utf8Encode('hello')
const { encapsulation } = openSession(recipient, { context, info })

function connect(): { client: AskingEnd; worker: AnsweringEnd } {
  const opened = openSession(recipient, { context, info })
  return { client: opened.session, worker: accept(opened.encapsulation) }
}

function accept(from: Uint8Array, other: { context?: string; info?: Uint8Array } = {}): AnsweringEnd {
  return acceptSession(seed, { context, info, ...other, encapsulation: from }) ?? assert.fail('not accepted')
}

function refused(worker: AnsweringEnd, message: Uint8Array): string {
  const received = worker.receive(message)
  return received.ok ? assert.fail('was accepted') : received.reason
}

function exchange(client: AskingEnd, worker: AnsweringEnd, plaintext = hello): Uint8Array {
  const { counter, message } = client.request(plaintext)
  assert.deepEqual(worker.receive(message), { ok: true, type: 'new', counter, plaintext })
  return worker.answer(counter, plaintext)
}

function changed(message: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(message)
  const index = at < 0 ? copy.length + at : at
  copy[index] = (copy[index] as number) ^ 1
  return copy
}

describe('a session', () => {
  it('carries requests, and one answer to each', () => {
    const { client, worker } = connect()
    for (let counter = 0; counter < 3 * SESSION_WINDOW; counter++) {
      assert.deepEqual(client.answer(exchange(client, worker)), { ok: true, counter, plaintext: hello })
    }
  })

  it('takes what is in its window once, in any order, and answers it in any order', () => {
    const counters = Array.from({ length: SESSION_WINDOW }, (_, i) => i)
    const order = () => fc.shuffledSubarray(counters, { minLength: SESSION_WINDOW })
    fc.assert(
      fc.property(order(), order(), (arrival, answering) => {
        const { client, worker } = connect()
        const messages = counters.map((i) => client.request(Uint8Array.of(i)).message)
        for (const i of arrival) {
          const plaintext = Uint8Array.of(i)
          assert.deepEqual(worker.receive(messages[i] as Uint8Array), { ok: true, type: 'new', counter: i, plaintext })
        }
        for (const i of answering) {
          assert.deepEqual(client.answer(worker.answer(i, Uint8Array.of(i))), {
            ok: true,
            counter: i,
            plaintext: Uint8Array.of(i),
          })
        }
      }),
      { numRuns: 25 },
    )
  })

  it('allows gaps: a lost request does not end it', () => {
    const { client, worker } = connect()
    client.request(hello)
    assert.ok(worker.receive(client.request(hello).message).ok)
  })

  it('knows a request that comes again, and encrypts no second answer', () => {
    const { client, worker } = connect()
    const { counter, message } = client.request(hello)
    worker.receive(message)
    assert.deepEqual(worker.receive(message), { ok: true, type: 'repeated', counter })
    const answer = worker.answer(counter, hello)
    assert.throws(() => worker.answer(counter, utf8Encode('something else')), { code: 'session.answered' })
    assert.deepEqual(worker.receive(message), { ok: true, type: 'repeated', counter })
    assert.ok(client.answer(answer).ok)
    assert.deepEqual(client.answer(answer), { ok: false, reason: 'session.not-awaited' })
    assert.equal(client.closed, false)
  })

  it('encrypts no answer to what was never asked', () => {
    const { worker } = connect()
    assert.throws(() => worker.answer(0, hello), { code: 'session.answered' })
  })

  it('is closed by other bytes under a counter that was seen', () => {
    const { client, worker } = connect()
    const { message } = client.request(hello)
    worker.receive(message)
    assert.equal(refused(worker, changed(message, -1)), 'session.forged')
    assert.ok(worker.closed)
  })

  it('is closed by a request from before its window', () => {
    const { client, worker } = connect()
    const old = client.request(hello).message
    worker.receive(old)
    client.answer(worker.answer(0, hello))
    for (let i = 0; i < SESSION_WINDOW; i++) client.answer(exchange(client, worker))
    assert.equal(refused(worker, old), 'session.replayed')
    assert.equal(refused(worker, client.request(hello).message), 'session.closed')
    assert.throws(() => worker.answer(0, hello), { code: 'session.closed' })
  })

  it('asks no further than its window', () => {
    const { client, worker } = connect()
    const first = client.request(hello)
    for (let i = 1; i < SESSION_WINDOW; i++) client.answer(exchange(client, worker))
    assert.equal(client.hasRoom, false, 'the first one is still unanswered')
    assert.throws(() => client.request(hello), { code: 'session.window-full' })
    worker.receive(first.message)
    client.answer(worker.answer(0, hello))
    assert.ok(client.hasRoom)
  })

  it('is closed by any change of counter, ciphertext or tag, at both ends', () => {
    for (const at of [0, 7, 8, 100, -1]) {
      const { client, worker } = connect()
      const { message } = client.request(hello)
      assert.ok(['session.forged', 'session.malformed'].includes(refused(worker, changed(message, at))))
      assert.ok(worker.closed)
    }
    for (const at of [8, 100, -1]) {
      const { client, worker } = connect()
      assert.deepEqual(client.answer(changed(exchange(client, worker), at)), { ok: false, reason: 'session.forged' })
      assert.ok(client.closed)
    }
  })

  it('is closed by a message reflected to its sender', () => {
    const { client } = connect()
    assert.deepEqual(client.answer(client.request(hello).message), { ok: false, reason: 'session.forged' })
  })

  it('is closed by an answer moved to another request', () => {
    const { client, worker } = connect()
    const [first, second] = [exchange(client, worker, hello), exchange(client, worker, utf8Encode('other'))]
    const moved = concatBytes(second.subarray(0, 8), first.subarray(8))
    assert.deepEqual(client.answer(moved), { ok: false, reason: 'session.forged' })
  })

  it('is closed by bytes that are no message, and by a counter above its bound', () => {
    for (let length = 0; length < 24; length++) {
      assert.equal(refused(accept(encapsulation), new Uint8Array(length)), 'session.malformed')
    }
    const counter = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0)
    assert.equal(refused(accept(encapsulation), concatBytes(counter, new Uint8Array(272))), 'session.malformed')
  })

  it('decrypts nothing when context or info differ between the ends', () => {
    for (const other of [{ context: 'pha/test/other/v1' }, { info: utf8Encode('another worker') }]) {
      const opened = openSession(recipient, { context, info })
      const { message } = opened.session.request(hello)
      assert.equal(refused(accept(opened.encapsulation, other), message), 'session.forged')
    }
  })

  it('is not accepted from bytes that are no encapsulation', () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(1119), new Uint8Array(1121), new Uint8Array(1120)]) {
      assert.equal(acceptSession(seed, { context, info, encapsulation: bytes }), undefined)
    }
  })

  it('accepts a forged encapsulation only to close at the first message', () => {
    const opened = openSession(recipient, { context, info })
    const worker = accept(changed(opened.encapsulation, 5))
    assert.equal(refused(worker, opened.session.request(hello).message), 'session.forged')
  })

  it('shows one length for all small messages', () => {
    const { client } = connect()
    const lengths = [0, 252].map((length) => client.request(new Uint8Array(length)).message.length)
    assert.equal(lengths[0], lengths[1])
  })

  it('has other keys each time', () => {
    const messages = [connect(), connect()].map(({ client }) => toHex(client.request(hello).message))
    assert.notEqual(messages[0], messages[1])
  })
})
