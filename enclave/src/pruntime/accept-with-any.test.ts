import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { generateAgreementKey, openSession, type Session } from '@pha/core/crypto'
import { contexts, sessionInfo } from '@pha/core/protocol'
import { random, randomSecret } from '../random.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { acceptWithAny } from './accept-with-any.ts'

const listed = generateAgreementKey(randomSecret(32))
const former = generateAgreementKey(randomSecret(32))
const older = generateAgreementKey(randomSecret(32))
const params = { context: contexts.session, info: sessionInfo(bytesOf('genesis'), bytesOf('worker')) }

async function ends(recipient: Uint8Array, keys = [listed, former]): Promise<readonly [Session, Session]> {
  const { encapsulation, session } = await openSession(recipient, { ...params, random })
  const accepted = await acceptWithAny(keys, { ...params, encapsulation })
  if (accepted === undefined) throw new Error('not accepted')
  return [session, accepted]
}

describe('a session that is opened while a key is succeeded', () => {
  for (const [name, { publicKey }] of Object.entries({ listed, former })) {
    it(`is answered if it was opened to the ${name} one`, async () => {
      const [client, worker] = await ends(publicKey)
      for (const asked of ['one', 'two'].map(bytesOf)) {
        deepEqual(worker.decrypt(client.encrypt(asked)), { ok: true, plaintext: asked })
        deepEqual(client.decrypt(worker.encrypt(asked)), { ok: true, plaintext: asked })
      }
      equal(worker.closed, false)
      worker.close()
      equal(worker.closed, true)
    })
  }

  it('is closed by its first message if it was opened to an older one', async () => {
    const [client, worker] = await ends(older.publicKey)
    deepEqual(worker.decrypt(client.encrypt(bytesOf('one'))), { ok: false, reason: 'session.forged' })
    equal(worker.closed, true)
  })

  it('is closed by a message that is not its next, as any other', async () => {
    const [client, worker] = await ends(former.publicKey)
    const first = client.encrypt(bytesOf('one'))
    ok(worker.decrypt(first).ok)
    deepEqual(worker.decrypt(first), { ok: false, reason: 'session.replayed' })
    equal(worker.closed, true)
  })

  it('says nothing before the client does', async () => {
    const [, worker] = await ends(listed.publicKey)
    throws(() => worker.encrypt(bytesOf('one')), { code: 'session.closed' })
  })

  it('does not open with an encapsulation of another form', async () => {
    equal(await acceptWithAny([listed, former], { ...params, encapsulation: new Uint8Array(3) }), undefined)
  })
})
