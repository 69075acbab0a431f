/** What a client does: sends sealed commands, reads sealed replies, asks over sealed sessions. */
import {
  type AgreementKey,
  generateAgreementKey,
  type Keypair,
  keypairFromSeed,
  open,
  openSession,
  Secret,
} from '@pha/core/crypto'
import {
  contexts,
  type Permit,
  permitBytes,
  REPLY_PADDING,
  Reply,
  replyAad,
  SessionRequest,
  SessionResponse,
  sessionInfo,
} from '@pha/core/protocol'
import { bytesOf, type TestChain } from './test-chain.ts'
import type { TestEnclave } from './test-enclave.ts'

export class TestClient {
  readonly account: Keypair
  readonly replies: AgreementKey
  readonly #chain: TestChain

  constructor(name: string, chain: TestChain) {
    this.account = keypairFromSeed('ed25519', Secret.from(bytesOf(name)))
    this.replies = generateAgreementKey(Secret.from(bytesOf(`${name}'s replies`)))
    this.#chain = chain
  }

  async reply(enclave: TestEnclave, contract: Uint8Array, sequence: bigint): Promise<Reply | undefined> {
    const sealed = await enclave.host.request({ type: 'Reply', value: { contract, sequence } })
    if (sealed === undefined) return undefined
    const aad = replyAad(this.#chain.genesis, contract, sequence)
    const plaintext = open({
      seed: this.replies.seed,
      context: contexts.reply,
      aad,
      sealed,
      paddingFloor: REPLY_PADDING,
    })
    return plaintext && Reply.decode(plaintext)
  }

  /** Opens a session; what goes over the wire is kept, as a host could. */
  async connect(enclave: TestEnclave): Promise<TestSession> {
    const identity = enclave.parts?.identity
    if (identity === undefined) throw new Error('not started')
    const info = sessionInfo(this.#chain.genesis, identity.signing.publicKey)
    const { encapsulation, session } = openSession(identity.agreement.publicKey, {
      context: contexts.session,
      info,
    })
    const id = await enclave.host.request({ type: 'OpenSession', value: encapsulation })
    return new TestSession({ enclave, session, name: { encapsulation, id } })
  }

  permit(
    { name }: TestSession,
    contract: Uint8Array,
    expiresAtBlock: number,
    genesis: Uint8Array = this.#chain.genesis,
  ): Permit {
    const permit = { account: this.account.accountId, contract, expiresAtBlock }
    const signature = this.account.sign(permitBytes(genesis, name, permit))
    return { ...permit, signature: { type: 'Ed25519', value: signature } }
  }
}

interface TestSessionInit {
  readonly enclave: TestEnclave
  readonly session: ReturnType<typeof openSession>['session']
  readonly name: { readonly encapsulation: Uint8Array; readonly id: Uint8Array }
}

export class TestSession {
  readonly name: TestSessionInit['name']
  readonly session: TestSessionInit['session']
  readonly #enclave: TestEnclave
  /** Sealed messages that were sent. */
  readonly sent: Uint8Array[] = []

  constructor({ enclave, session, name }: TestSessionInit) {
    this.#enclave = enclave
    this.session = session
    this.name = name
  }

  async ask(request: SessionRequest): Promise<SessionResponse> {
    return this.read(await this.carry(this.seal(request)))
  }

  /** A sealed request, which is not sent. */
  seal(request: SessionRequest): Uint8Array {
    const { message } = this.session.request(SessionRequest.encode(request))
    this.sent.push(message)
    return message
  }

  read(answer: Uint8Array): SessionResponse {
    const opened = this.session.answer(answer)
    if (!opened.ok) throw new Error(opened.reason)
    return SessionResponse.decode(opened.plaintext)
  }

  /** Brings sealed bytes to an enclave, as any host can. */
  carry(message: Uint8Array, enclave = this.#enclave, session = this.name.id): Promise<Uint8Array> {
    return enclave.host.request({ type: 'SessionMessage', value: { session, message } })
  }
}
