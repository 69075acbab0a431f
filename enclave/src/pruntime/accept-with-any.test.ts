import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type AnsweringEnd, type AskingEnd, generateAgreementKey, openSession } from '@pha/core/crypto'
import { contexts, sessionInfo } from '@pha/core/protocol'
import { randomSecret } from '../random.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { acceptWithAny } from './accept-with-any.ts'

const listed = generateAgreementKey(randomSecret(32))
const former = generateAgreementKey(randomSecret(32))
const older = generateAgreementKey(randomSecret(32))
const params = { context: contexts.session, info: sessionInfo(bytesOf('genesis'), bytesOf('worker')) }

function ends(recipient: Uint8Array, keys = [listed, former]): readonly [AskingEnd, AnsweringEnd] {
  const { encapsulation, session } = openSession(recipient, params)
  const accepted = acceptWithAny(keys, { ...params, encapsulation })
  if (accepted === undefined) throw new Error('not accepted')
  return [session, accepted]
}

/** The last byte is of the tag, and random: set to a constant it would once in 256 times be what it was. */
const damaged = (message: Uint8Array) => message.with(-1, (message.at(-1) as number) ^ 1)

describe('a session that is opened while a key is succeeded', () => {
  for (const [name, { publicKey }] of Object.entries({ listed, former })) {
    it(`is answered if it was opened to the ${name} one`, () => {
      const [client, worker] = ends(publicKey)
      for (const asked of ['one', 'two'].map(bytesOf)) {
        const { counter, message } = client.request(asked)
        deepEqual(worker.receive(message), { ok: true, type: 'new', counter, plaintext: asked })
        deepEqual(client.answer(worker.answer(counter, asked)), { ok: true, counter, plaintext: asked })
      }
      equal(worker.closed, false)
      worker.close()
      equal(worker.closed, true)
    })
  }

  it('is closed by its first message if it was opened to an older one', () => {
    const [client, worker] = ends(older.publicKey)
    deepEqual(worker.receive(client.request(bytesOf('one')).message), { ok: false, reason: 'session.forged' })
    equal(worker.closed, true)
  })

  it('knows what comes again, and is closed by a message that no client sends, as any other', () => {
    const [client, worker] = ends(former.publicKey)
    const { counter, message } = client.request(bytesOf('one'))
    ok(worker.receive(message).ok)
    deepEqual(worker.receive(message), { ok: true, type: 'repeated', counter })
    deepEqual(worker.receive(damaged(message)), { ok: false, reason: 'session.forged' })
    equal(worker.closed, true)
  })

  it('says nothing before the client does', () => {
    const [, worker] = ends(listed.publicKey)
    throws(() => worker.answer(0, bytesOf('one')), { code: 'session.answered' })
  })

  it('does not open with an encapsulation of another form', () => {
    equal(acceptWithAny([listed, former], { ...params, encapsulation: new Uint8Array(3) }), undefined)
  })
})
