/** What a client does: sends sealed commands, reads sealed replies, asks over sealed sessions. */
import {
  type AgreementKey,
  generateAgreementKey,
  type Keypair,
  keypairFromSeed,
  multiSign,
  open,
  openSession,
  Secret,
} from '@pha/core/crypto'
import { permitText, verifyChain, wrapped } from '@pha/core/permits'
import {
  contexts,
  type PermitChain,
  type PermitTerms,
  permitUseBytes,
  REPLY_PADDING,
  Reply,
  replyAad,
  type SessionPermit,
  SessionRequest,
  SessionResponse,
  sessionInfo,
  sessionPermitBytes,
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

  /** Signs a text, so that a key may ask in this account's name. */
  grant(key: Keypair, contract: Uint8Array, changes: Partial<PermitTerms> = {}): PermitChain {
    const genesis = this.#chain.genesis
    const block = this.#chain.nextNumber - 1
    const terms: PermitTerms = {
      genesis,
      key: key.publicKey,
      site: SITE,
      contracts: [{ contract, methods: undefined }],
      workers: undefined,
      issuedAtBlock: block,
      expiresAtBlock: block + 100,
      uses: 100,
      ...changes,
    }
    const { accountId: account } = this.account
    const signature = multiSign(this.account, wrapped(permitText({ account, terms })))
    return { permit: { account, terms, signature }, delegations: [] }
  }

  permit(
    { name }: TestSession,
    contract: Uint8Array,
    expiresAtBlock: number,
    genesis: Uint8Array = this.#chain.genesis,
  ): SessionPermit {
    const permit = { account: this.account.accountId, contract, expiresAtBlock }
    const signature = this.account.sign(sessionPermitBytes(genesis, name, permit))
    return { ...permit, signature: { type: 'Ed25519', value: signature } }
  }
}

/** Where the permits of the tests are for. */
export const SITE = 'https://app.example'

/** What the last key of a chain shows a worker. */
export function usePermit(
  { name }: TestSession,
  chain: PermitChain,
  key: Keypair,
  { contract, site = SITE }: { readonly contract: Uint8Array; readonly site?: string },
): SessionRequest {
  const verdict = verifyChain(chain, chain.permit.terms.genesis)
  const permit = verdict.ok ? (verdict.links.at(-1) ?? verdict.links[0]).id : new Uint8Array(32)
  const signature = key.sign(permitUseBytes(chain.permit.terms.genesis, name, { permit, contract, site }))
  return { type: 'UsePermit', value: { chain, contract, site, signature } }
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
