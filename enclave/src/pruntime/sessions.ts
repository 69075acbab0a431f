/**
 * Sealed sessions with clients: opened to this worker's agreement key, used after a permit, closed by anything odd.
 *
 * Keys of a session follow from the encapsulation alone, and a host can send a recorded one again (to this process or
 * after a restart). Two things make that useless: each opening gets a new random id, and nothing is encrypted before a
 * permit over that id. So no counter nonce is ever used for two plaintexts, and recorded queries are never answered.
 */
import { toHex } from '@pha/core/codec'
import type { Session } from '@pha/core/crypto'
import {
  contexts,
  limits,
  type Permit,
  type SessionName,
  SessionRequest,
  SessionResponse,
  sessionInfo,
} from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { enclaveLimits } from '../limits.ts'
import { random } from '../random.ts'
import type { EnclaveIdentity } from '../service/identity.ts'
import { ServiceError } from '../service/service-error.ts'
import { acceptWithAny } from './accept-with-any.ts'
import { checkPermit } from './permit.ts'

interface OpenSession {
  readonly name: SessionName
  readonly session: Session
  permit: Permit | undefined
  usedAtMs: number
}

export interface SessionKeeperComponents {
  readonly genesis: Uint8Array
  readonly identity: EnclaveIdentity
  readonly nowMs: () => number
  /** Newest proven block, if any. */
  readonly block: () => number | undefined
  /** Answers a query of who holds this permit, from finalised state. */
  readonly query: (permit: Permit, input: Uint8Array) => Promise<SessionResponse> | SessionResponse
}

export class SessionKeeper {
  readonly #components: SessionKeeperComponents
  /** In order of use: the first is the one that was not used for the longest time. */
  readonly #sessions = new Map<string, OpenSession>()

  constructor(components: SessionKeeperComponents) {
    this.#components = components
  }

  get count(): number {
    return this.#sessions.size
  }

  /**
   * @returns the id of the session, which the client's permit has to name
   * @throws ServiceError `session.malformed`
   */
  async open(encapsulation: Uint8Array): Promise<Uint8Array> {
    const { genesis, identity, nowMs } = this.#components
    const info = sessionInfo(genesis, identity.signing.publicKey)
    const session = await acceptWithAny(identity.agreement.opening, { context: contexts.session, info, encapsulation })
    if (session === undefined) throw new ServiceError('session.malformed')
    const id = random(32)
    this.#makeRoom()
    this.#sessions.set(toHex(id), { name: { encapsulation, id }, session, permit: undefined, usedAtMs: nowMs() })
    return id
  }

  /**
   * Answers one sealed message.
   * @throws ServiceError `session.closed`, `session.not-authorized`: unsealed, and the session is gone
   */
  async answer(id: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    const name = toHex(id)
    const open = this.#sessions.get(name)
    if (open === undefined) throw new ServiceError('session.closed')
    const decrypted = open.session.decrypt(message)
    this.#sessions.delete(name)
    if (!decrypted.ok) throw new ServiceError('session.closed')
    open.usedAtMs = this.#components.nowMs()
    this.#sessions.set(name, open)
    const request = tryDecode(SessionRequest, decrypted.plaintext)
    const response: SessionResponse = request.ok
      ? await this.#respond(open, request.value)
      : { type: 'Refused', value: { code: 'session.malformed' } }
    if (open.permit === undefined) {
      this.#close(name)
      throw new ServiceError('session.not-authorized')
    }
    if (open.session.closed) throw new ServiceError('session.closed')
    return open.session.encrypt(SessionResponse.encode(response))
  }

  async #respond(open: OpenSession, request: SessionRequest): Promise<SessionResponse> {
    const { genesis, block, query } = this.#components
    const newest = block()
    if (newest === undefined) return { type: 'Refused', value: { code: 'sync.no-header' } }
    switch (request.type) {
      case 'Authorize': {
        const check = checkPermit(request.value, { genesis, session: open.name, block: newest })
        if (!check.ok) return { type: 'Refused', value: { code: check.reason } }
        open.permit = request.value
        return { type: 'Authorized' }
      }
      case 'Query': {
        const { permit } = open
        if (permit === undefined) return { type: 'Refused', value: { code: 'session.not-authorized' } }
        if (permit.expiresAtBlock < newest) return { type: 'Refused', value: { code: 'permit.expired' } }
        return query(permit, request.value.input)
      }
      default:
        return request satisfies never
    }
  }

  /** Closes idle sessions, and the longest unused one if all are in use; those without a permit go first. */
  #makeRoom(): void {
    const now = this.#components.nowMs()
    for (const [name, { usedAtMs }] of this.#sessions)
      if (now - usedAtMs > enclaveLimits.sessionIdleMs) this.#close(name)
    if (this.#sessions.size < limits.sessions) return
    const names = [...this.#sessions.keys()]
    const victim = names.find((name) => this.#sessions.get(name)?.permit === undefined) ?? names[0]
    if (victim !== undefined) this.#close(victim)
  }

  #close(name: string): void {
    this.#sessions.get(name)?.session.close()
    this.#sessions.delete(name)
  }
}
