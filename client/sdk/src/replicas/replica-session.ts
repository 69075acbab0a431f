/**
 * A sealed session with one pRuntime. The key comes from proven state, so what opens here was said by the measured
 * program; its host carries bytes that it can only drop.
 */
import { toHex } from '@pha/core/codec'
import { CryptoError, openSession } from '@pha/core/crypto'
import {
  contexts,
  limits,
  permitBytes,
  type SessionName,
  SessionRequest,
  SessionResponse,
  sessionInfo,
} from '@pha/core/protocol'
import { type Infer, tryDecode } from '@pha/core/schema'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import { type Signer, signAs } from '../signer.ts'
import { askHost } from './ask-host.ts'

/** A registered worker as proven from state. */
export interface Replica {
  readonly identity: Uint8Array
  readonly agreement: Uint8Array
  readonly endpoint: string
}

export interface ReplicaSession {
  readonly replica: Replica
  /** What permits are bound to. The id passed through the host; a wrong one makes a permit that is refused. */
  readonly name: SessionName
  readonly openedAt: number
  readonly closed: boolean
  /** One request at a time reaches the worker: it closes a session whose messages come out of order. */
  ask(request: Infer<typeof SessionRequest>, signal: AbortSignal): Promise<Infer<typeof SessionResponse>>
  close(): void
}

const ID_LENGTH = 32

/** @throws PhaError `sdk.replica-failed` */
export async function connectReplica(
  client: Pick<Client, 'fetch' | 'random'>,
  genesis: Uint8Array,
  replica: Replica,
  signal: AbortSignal,
): Promise<ReplicaSession> {
  const { identity, agreement, endpoint } = replica
  const { encapsulation, session } = await openSession(agreement, {
    context: contexts.session,
    info: sessionInfo(genesis, identity),
    random: client.random,
  }).catch((cause: unknown) => {
    // One worker that registered an unusable key must not stop who could ask the others.
    if (cause instanceof CryptoError && cause.code === 'crypto.bad-public-key') throw broken(replica, cause.message)
    throw cause
  })
  const id = await askHost(client, { endpoint, path: 'session', body: encapsulation, limit: ID_LENGTH }, signal)
  if (id === undefined || id.length !== ID_LENGTH) throw broken(replica, 'opened no session')
  const path = `session/${toHex(id)}`
  let last: Promise<unknown> = Promise.resolve()

  async function exchange(request: Infer<typeof SessionRequest>, signal: AbortSignal) {
    if (session.closed) throw broken(replica, 'the session is closed')
    const body = session.encrypt(SessionRequest.encode(request))
    try {
      const sealed = await askHost(client, { endpoint, path, body, limit: limits.sessionMessage }, signal)
      if (sealed === undefined) throw broken(replica, 'forgot the session')
      const opened = session.decrypt(sealed)
      if (!opened.ok) throw broken(replica, opened.reason)
      const response = tryDecode(SessionResponse, opened.plaintext)
      if (!response.ok) throw broken(replica, response.reason)
      return response.value
    } catch (error) {
      session.close() // whether the worker saw the request is unknown, so counters may be out of step
      throw error
    }
  }

  return {
    replica,
    name: { encapsulation, id },
    openedAt: Date.now(),
    get closed() {
      return session.closed
    },
    ask(request, signal) {
      const turn = last.then(() => exchange(request, signal))
      last = turn.catch(() => {})
      return turn
    },
    close: () => session.close(),
  }
}

/** Shows the worker for whom and about which contract the session asks. */
export async function authorize(
  session: ReplicaSession,
  { genesis, contract, signer, expiresAtBlock }: Authorization,
  signal: AbortSignal,
): Promise<void> {
  const unsigned = { account: signer.accountId, contract, expiresAtBlock }
  const signature = await signAs(signer, permitBytes(genesis, session.name, unsigned))
  const answer = await session.ask({ type: 'Authorize', value: { ...unsigned, signature } }, signal)
  if (answer.type === 'Authorized') return
  session.close()
  throw broken(session.replica, answer.type === 'Refused' ? answer.value.code : 'answered something else')
}

export interface Authorization {
  readonly genesis: Uint8Array
  readonly contract: Uint8Array
  readonly signer: Signer
  readonly expiresAtBlock: number
}

function broken({ endpoint }: Replica, what: string): PhaError {
  return new PhaError('sdk.replica-failed', `worker at ${endpoint}: ${what}`)
}
