import assert from 'node:assert/strict'
import { getRandomValues } from 'node:crypto'
import { describe, it } from 'node:test'
import { concatBytes, utf8Encode } from '@pha/core/codec'
import type { RandomBytes, Session } from './index.ts'
import { acceptSession, generateAgreementKey, openSession, Secret } from './index.ts'

const random: RandomBytes = (length) => getRandomValues(new Uint8Array(length))
const seed = Secret.from(new Uint8Array(32).fill(3))
const recipient = generateAgreementKey(seed).publicKey
const context = 'pha/test/session/v1'
const info = utf8Encode('genesis, worker')
const hello = utf8Encode('hello')

async function connect(): Promise<{ client: Session; worker: Session }> {
  const { encapsulation, session } = await openSession(recipient, { context, info, random })
  const worker = await acceptSession(seed, { context, info, encapsulation })
  return { client: session, worker: worker ?? assert.fail('not accepted') }
}

function refused(session: Session, message: Uint8Array, aad?: Uint8Array): string {
  const result = session.decrypt(message, aad)
  return result.ok ? assert.fail('was accepted') : result.reason
}

describe('a session', () => {
  it('carries messages both ways, in order', async () => {
    const { client, worker } = await connect()
    for (let i = 0; i < 5; i++) {
      assert.deepEqual(worker.decrypt(client.encrypt(hello)), { ok: true, plaintext: hello })
      assert.deepEqual(client.decrypt(worker.encrypt(hello)), { ok: true, plaintext: hello })
    }
  })

  it('allows gaps: a lost message does not end it', async () => {
    const { client, worker } = await connect()
    client.encrypt(hello)
    assert.ok(worker.decrypt(client.encrypt(hello)).ok)
  })

  it('is closed by a message seen before', async () => {
    const { client, worker } = await connect()
    const message = client.encrypt(hello)
    assert.ok(worker.decrypt(message).ok)
    assert.equal(refused(worker, message), 'session.replayed')
    assert.equal(refused(worker, client.encrypt(hello)), 'session.closed')
    assert.throws(() => worker.encrypt(hello), { code: 'session.closed' })
  })

  it('is closed by a message that arrives after a later one', async () => {
    const { client, worker } = await connect()
    const first = client.encrypt(hello)
    assert.ok(worker.decrypt(client.encrypt(hello)).ok)
    assert.equal(refused(worker, first), 'session.replayed')
    assert.ok(worker.closed)
  })

  it('is closed by any change of counter, ciphertext, tag or aad', async () => {
    for (const at of [0, 7, 8, 100, -1]) {
      const { client, worker } = await connect()
      const message = client.encrypt(hello)
      const index = at < 0 ? message.length + at : at
      message[index] = (message[index] as number) ^ 1
      assert.ok(['session.forged', 'session.malformed'].includes(refused(worker, message)))
      assert.ok(worker.closed)
    }
    const { client, worker } = await connect()
    assert.equal(refused(worker, client.encrypt(hello, utf8Encode('a')), utf8Encode('b')), 'session.forged')
  })

  it('is closed by a message reflected to its sender', async () => {
    const { client } = await connect()
    assert.equal(refused(client, client.encrypt(hello)), 'session.forged')
  })

  it('is closed by bytes that are no message, and by a counter above its bound', async () => {
    for (let length = 0; length < 24; length++) {
      const { worker } = await connectOnce()
      assert.equal(refused(worker, new Uint8Array(length)), 'session.malformed')
    }
    const { worker } = await connectOnce()
    assert.equal(
      refused(worker, concatBytes(Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0), new Uint8Array(272))),
      'session.malformed',
    )
  })

  it('decrypts nothing when context or info differ between the ends', async () => {
    for (const other of [
      { context: 'pha/test/other/v1', info },
      { context, info: utf8Encode('another worker') },
    ]) {
      const { encapsulation, session } = await openSession(recipient, { context, info, random })
      const worker = await acceptSession(seed, { ...other, encapsulation })
      assert.equal(refused(worker ?? assert.fail(), session.encrypt(hello)), 'session.forged')
    }
  })

  it('is not accepted from bytes that are no encapsulation', async () => {
    for (const encapsulation of [new Uint8Array(0), new Uint8Array(1119), new Uint8Array(1121), new Uint8Array(1120)]) {
      assert.equal(await acceptSession(seed, { context, info, encapsulation }), undefined)
    }
  })

  it('accepts a forged encapsulation only to close at the first message', async () => {
    const { encapsulation, session } = await openSession(recipient, { context, info, random })
    encapsulation[5] = (encapsulation[5] as number) ^ 1
    const worker = await acceptSession(seed, { context, info, encapsulation })
    assert.equal(refused(worker ?? assert.fail(), session.encrypt(hello)), 'session.forged')
  })

  it('shows one length for all small messages', async () => {
    const { client } = await connect()
    assert.equal(client.encrypt(new Uint8Array(0)).length, client.encrypt(new Uint8Array(252)).length)
  })
})

let accepted: Uint8Array | undefined

/** Many fresh ends from one encapsulation, since the key agreement is the slow part. */
async function connectOnce(): Promise<{ worker: Session }> {
  accepted ??= (await openSession(recipient, { context, info, random })).encapsulation
  const worker = await acceptSession(seed, { context, info, encapsulation: accepted })
  return { worker: worker ?? assert.fail('not accepted') }
}
