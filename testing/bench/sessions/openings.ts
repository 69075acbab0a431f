/** Session openings: both ends, in this process, with the first sealed exchange. */
import {
  acceptSession,
  generateAgreementKey,
  keypairFromSeed,
  multiSign,
  openSession,
  Secret,
  verifySignatureHere,
} from '@pha/core/crypto'
import { contexts, SessionRequest, sessionInfo, sessionPermitBytes } from '@pha/core/protocol'
import { compare } from './figure.ts'
import { handshakes, ownCertificate } from './tls-peer.ts'

const bytes32 = (n: number) => new Uint8Array(32).fill(n)

/** The worker's key is the one that the chain shows, as a certificate's authority is known before a handshake. */
const worker = generateAgreementKey(Secret.from(bytes32(1)))
const params = { context: contexts.session, info: sessionInfo(bytes32(2), bytes32(3)) }
const message = new Uint8Array(252)

async function open(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { encapsulation, session } = openSession(worker.publicKey, params)
    const end = acceptSession(worker.seed, { ...params, encapsulation })
    const asked = session.request(message)
    const received = end?.receive(asked.message)
    if (end === undefined || received?.ok !== true) throw new Error('not accepted')
    if (!session.answer(end.answer(received.counter, message)).ok) throw new Error('not answered')
  }
}

const ann = keypairFromSeed('ed25519', Secret.from(bytes32(4)))
const unsigned = { account: ann.accountId, contract: bytes32(5), expiresAtBlock: 100 }

/** With the signature over the session's id, and without the proof of the account, which takes a request to a node. */
async function openAuthorised(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { encapsulation, session } = openSession(worker.publicKey, params)
    const end = acceptSession(worker.seed, { ...params, encapsulation })
    const bytes = sessionPermitBytes(bytes32(2), { encapsulation, id: bytes32(i % 256) }, unsigned)
    const value = { ...unsigned, signature: multiSign(ann, bytes) }
    const asked = session.request(SessionRequest.encode({ type: 'Authorize', value }))
    const received = end?.receive(asked.message)
    if (end === undefined || received?.ok !== true || received.type !== 'new') throw new Error('not accepted')
    const request = SessionRequest.decode(received.plaintext)
    if (request.type !== 'Authorize' || !verifySignatureHere(request.value.signature, bytes, ann.accountId)) {
      throw new Error('not authorised')
    }
    if (!session.answer(end.answer(received.counter, message)).ok) throw new Error('not answered')
  }
}

export async function openings(rounds: number): Promise<void> {
  const certificate = await ownCertificate()
  for (const group of ['X25519MLKEM768', 'X25519']) {
    const peer = { name: `Node TLS 1.3, ${group}`, run: handshakes(certificate, group) }
    const ways = [
      { name: 'session, X-Wing', run: open },
      { name: "and its account's signature", run: openAuthorised },
      peer,
    ]
    await compare(`session openings, beside ${group}`, ways, rounds, 1)
  }
}
