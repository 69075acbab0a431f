/**
 * A sealed session with one pRuntime. The key comes from proven state, so what opens here was said by the measured
 * program; its host carries bytes that it can only drop.
 */
import { type AskingEnd, CryptoError, openSession } from '@pha/core/crypto'
import {
  contexts,
  permitUseBytes,
  type SessionName,
  SessionRequest,
  SessionResponse,
  sessionInfo,
  sessionPermitBytes,
} from '@pha/core/protocol'
import { type Infer, tryDecode } from '@pha/core/schema'
import { join, waitFor } from '../call-options.ts'
import type { Client } from '../client.ts'
import type { PhaError } from '../errors.ts'
import { type HeldPermit, lastLink, siteHere } from '../permits/held-permit.ts'
import { type Signer, signAs } from '../signer.ts'
import { httpTransport } from './http-transport.ts'
import { isTransient, replicaFailed, type SessionTransport } from './session-transport.ts'
import { socketTransport } from './socket-transport.ts'

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
  /** When the chain was last asked about the worker, in milliseconds of `Date.now`; whoever asks again says so here. */
  provenAt: number
  readonly closed: boolean
  /**
   * Asks the worker. Several requests may be in flight; more than a session can have wait here. A connection that is lost
   * is replaced and what was not answered is sent again, which has its effect once. When `signal` ends the wait, the
   * session goes on.
   *
   * @throws PhaError `sdk.replica-failed`, and the session is closed; `sdk.timeout`
   */
  ask(request: Infer<typeof SessionRequest>, signal: AbortSignal): Promise<Infer<typeof SessionResponse>>
  close(): void
}

/** @throws PhaError `sdk.replica-failed` */
export async function connectReplica(
  client: Pick<Client, 'fetch' | 'WebSocket' | 'sessionTransport' | 'sessions'>,
  genesis: Uint8Array,
  replica: Replica,
  signal: AbortSignal,
): Promise<ReplicaSession> {
  const { identity, agreement, endpoint } = replica
  const { encapsulation, session } = openTo(agreement, sessionInfo(genesis, identity), endpoint)
  const transport = (client.sessionTransport === 'http' ? httpTransport : socketTransport)(client, endpoint)
  const provenAt = Date.now()
  try {
    const id = await transport.open(encapsulation, signal)
    const connected = new Connected({ session, transport, replica, name: { encapsulation, id }, provenAt })
    client.sessions.add(connected)
    return connected
  } catch (error) {
    session.close()
    throw error
  }
}

interface ConnectedInit {
  readonly session: AskingEnd
  readonly transport: SessionTransport
  readonly replica: Replica
  readonly name: SessionName
  readonly provenAt: number
}

class Connected implements ReplicaSession {
  readonly replica: Replica
  readonly name: SessionName
  provenAt: number
  readonly #session: AskingEnd
  readonly #transport: SessionTransport
  /** Those who wait for room in the session. */
  readonly #waiting = new Set<() => void>()

  constructor({ session, transport, replica, name, provenAt }: ConnectedInit) {
    this.replica = replica
    this.name = name
    this.provenAt = provenAt
    this.#session = session
    this.#transport = transport
  }

  get closed(): boolean {
    return this.#session.closed
  }

  async ask(request: SessionRequest, signal: AbortSignal): Promise<SessionResponse> {
    while (!this.closed && !this.#session.hasRoom) await this.#room(signal)
    if (this.closed) throw this.#failed('the session is closed')
    const { counter, message } = this.#session.request(SessionRequest.encode(request))
    const answer = this.#answer(counter, message)
    answer.catch(() => {}) // whoever waits may have gone
    return join(answer, signal, 'asking a worker')
  }

  close(): void {
    this.#session.close()
    this.#transport.close()
    this.#wake()
  }

  async #answer(counter: number, message: Uint8Array): Promise<SessionResponse> {
    try {
      const opened = this.#session.answer(await this.#transport.exchange(counter, message))
      if (!opened.ok) throw this.#failed(opened.reason)
      const response = tryDecode(SessionResponse, opened.plaintext)
      if (!response.ok) throw this.#failed(response.reason)
      this.#wake()
      return response.value
    } catch (error) {
      this.close() // a counter without an answer would stand in the way of all later ones
      throw error
    }
  }

  #room(signal: AbortSignal): Promise<void> {
    return waitFor<void>(signal, 'room in a session', (resolve) => {
      this.#waiting.add(resolve)
      return () => this.#waiting.delete(resolve)
    })
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
  }

  #failed(what: string): PhaError {
    return replicaFailed(this.replica.endpoint, what)
  }
}

function openTo(agreement: Uint8Array, info: Uint8Array, endpoint: string): ReturnType<typeof openSession> {
  try {
    return openSession(agreement, { context: contexts.session, info })
  } catch (cause) {
    // One worker that registered an unusable key must not stop who could ask the others.
    const isBadKey = cause instanceof CryptoError && cause.code === 'crypto.bad-public-key'
    throw isBadKey ? replicaFailed(endpoint, cause.message) : cause
  }
}

/** Shows the worker for whom and about which contract the session asks. */
export async function authorize(
  session: ReplicaSession,
  { genesis, contract, signer, expiresAtBlock }: Authorization,
  signal: AbortSignal,
): Promise<void> {
  const unsigned = { account: signer.accountId, contract, expiresAtBlock }
  const signature = await signAs(signer, sessionPermitBytes(genesis, session.name, unsigned))
  await introduce(session, { type: 'Authorize', value: { ...unsigned, signature } }, signal)
}

/** Shows the worker a permit, and that its key is here. */
export async function usePermit(
  session: ReplicaSession,
  { genesis, contract, permit: { chain, key } }: PermitToUse,
  signal: AbortSignal,
): Promise<void> {
  const { id: permit, terms } = lastLink(chain)
  const site = siteHere(terms.site)
  const signature = key.sign(permitUseBytes(genesis, session.name, { permit, contract, site }))
  await introduce(session, { type: 'UsePermit', value: { chain, contract, site, signature } }, signal)
}

async function introduce(session: ReplicaSession, request: SessionRequest, signal: AbortSignal): Promise<void> {
  const answer = await session.ask(request, signal)
  if (answer.type === 'Authorized') return
  session.close()
  const why = answer.type === 'Refused' ? answer.value.code : 'answered something else'
  throw replicaFailed(session.replica.endpoint, why, { isTransient: isTransient(why) })
}

export interface PermitToUse {
  readonly genesis: Uint8Array
  readonly contract: Uint8Array
  readonly permit: HeldPermit
}

export interface Authorization {
  readonly genesis: Uint8Array
  readonly contract: Uint8Array
  readonly signer: Signer
  readonly expiresAtBlock: number
}
