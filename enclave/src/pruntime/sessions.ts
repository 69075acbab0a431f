/**
 * Sealed sessions with clients: opened to this worker's agreement key, used after a permit, closed by anything odd.
 *
 * Keys of a session follow from the encapsulation alone, and a host can send a recorded one again (to this process or
 * after a restart). Two things make that useless: each opening gets a new random id, and nothing is encrypted before a
 * permit over that id (docs/adr/0007). So no counter nonce is ever used for two plaintexts, and recorded queries are
 * never answered. What comes again within a session gets the sealed bytes that it got before (docs/adr/0024).
 */
import { isConfident } from '@pha/core/attestation'
import { equalBytes, toHex } from '@pha/core/codec'
import type { AnsweringEnd } from '@pha/core/crypto'
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
import type { Worker } from '@pha/runtime/pallets'
import { enclaveLimits } from '../limits.ts'
import { random } from '../random.ts'
import type { EnclaveIdentity } from '../service/identity.ts'
import { ServiceError } from '../service/service-error.ts'
import { acceptWithAny } from './accept-with-any.ts'
import { KeptAnswers, type SessionAnswers } from './kept-answers.ts'
import { checkPermit } from './permit.ts'

/** Why a session ends although its client did nothing wrong; told to it under seal, as the last answer. */
type SessionEnd = 'session.worker-not-active' | 'session.level-too-low'

interface OpenSession {
  readonly name: SessionName
  readonly end: AnsweringEnd
  readonly answers: SessionAnswers
  permit: Permit | undefined
  ended: SessionEnd | undefined
  usedAtMs: number
}

export interface SessionKeeperComponents {
  readonly genesis: Uint8Array
  readonly identity: EnclaveIdentity
  readonly nowMs: () => number
  /** Newest proven block, if any. */
  readonly block: () => number | undefined
  /** The worst level that a contract accepts, once it is known here. */
  readonly worstLevel: (contract: Uint8Array) => number | undefined
  /** Answers a query of who holds this permit, from finalised state. */
  readonly query: (permit: Permit, input: Uint8Array) => Promise<SessionResponse> | SessionResponse
}

const refusal = (code: string): SessionResponse => ({ type: 'Refused', value: { code } })

export class SessionKeeper {
  readonly #components: SessionKeeperComponents
  /** In order of use: the first is the one that was not used for the longest time. */
  readonly #sessions = new Map<string, OpenSession>()
  readonly #answers = new KeptAnswers(enclaveLimits.keptAnswerBytes)
  #worker: Worker | undefined

  constructor(components: SessionKeeperComponents) {
    this.#components = components
  }

  get count(): number {
    return this.#sessions.size
  }

  /**
   * Ends the sessions that a new block took the ground from.
   * @param worker this enclave's record, if the chain believes it
   */
  update(worker: Worker | undefined): void {
    this.#worker = worker
    for (const open of this.#sessions.values()) open.ended ??= this.#whyEnded(open)
  }

  /**
   * @returns the id of the session, which the client's permit has to name
   * @throws ServiceError `session.malformed`, `session.worker-not-active`
   */
  open(encapsulation: Uint8Array): Uint8Array {
    const { genesis, identity, nowMs } = this.#components
    if (this.#worker === undefined) throw new ServiceError('session.worker-not-active')
    const info = sessionInfo(genesis, identity.signing.publicKey)
    const end = acceptWithAny(identity.agreement.opening, { context: contexts.session, info, encapsulation })
    if (end === undefined) throw new ServiceError('session.malformed')
    const id = random(32)
    this.#makeRoom()
    const [name, answers] = [{ encapsulation, id }, this.#answers.session()]
    const open: OpenSession = { name, end, answers, permit: undefined, ended: undefined, usedAtMs: nowMs() }
    this.#sessions.set(toHex(id), open)
    return id
  }

  /**
   * Answers one sealed message; the same bytes get the same answer.
   * @throws ServiceError `session.closed`, `session.not-authorized`: unsealed, and the session is gone
   */
  async answer(id: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    const name = toHex(id)
    const open = this.#sessions.get(name)
    if (open === undefined) throw new ServiceError('session.closed')
    const received = open.end.receive(message)
    const kept = received.ok && received.type === 'repeated' ? open.answers.find(received.counter) : undefined
    if (kept !== undefined) return kept
    if (!received.ok || received.type === 'repeated') {
      this.#close(name)
      throw new ServiceError('session.closed')
    }
    this.#sessions.delete(name)
    open.usedAtMs = this.#components.nowMs()
    this.#sessions.set(name, open)
    const { counter, plaintext } = received
    const answer = this.#sealed(name, open, counter, plaintext)
    open.answers.keep(counter, answer)
    return answer
  }

  async #sealed(name: string, open: OpenSession, counter: number, plaintext: Uint8Array): Promise<Uint8Array> {
    const request = tryDecode(SessionRequest, plaintext)
    const response = request.ok ? await this.#respond(open, request.value) : refusal('session.malformed')
    if (open.permit === undefined) {
      this.#close(name)
      throw new ServiceError('session.not-authorized')
    }
    if (open.end.closed) throw new ServiceError('session.closed')
    const sealed = open.end.answer(counter, SessionResponse.encode(response))
    if (open.ended !== undefined) this.#close(name)
    return sealed
  }

  async #respond(open: OpenSession, request: SessionRequest): Promise<SessionResponse> {
    const { genesis, block, query } = this.#components
    const newest = block()
    if (newest === undefined) return refusal('sync.no-header')
    switch (request.type) {
      case 'Authorize': {
        // Requests may be answered in another order than they were sent in, so they all have to mean the same account.
        if (open.permit !== undefined) return refusal('session.already-authorized')
        const check = checkPermit(request.value, { genesis, session: open.name, block: newest })
        if (!check.ok) return refusal(check.reason)
        open.permit = request.value
        this.#makeRoomOf(open, request.value.account)
        return { type: 'Authorized' }
      }
      case 'Query': {
        const { permit } = open
        if (permit === undefined) return refusal('session.not-authorized')
        open.ended ??= this.#whyEnded(open)
        if (open.ended !== undefined) return refusal(open.ended)
        if (permit.expiresAtBlock < newest) return refusal('permit.expired')
        return query(permit, request.value.input)
      }
      default:
        return request satisfies never
    }
  }

  #whyEnded({ permit }: OpenSession): SessionEnd | undefined {
    if (this.#worker === undefined) return 'session.worker-not-active'
    const worst = permit && this.#components.worstLevel(permit.contract)
    if (worst !== undefined && !isConfident(this.#worker.level, worst)) return 'session.level-too-low'
    return undefined
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

  /** Closes the longest unused session of an account that has too many, but never the one that is new. */
  #makeRoomOf(newest: OpenSession, account: Uint8Array): void {
    const others: string[] = []
    for (const [name, open] of this.#sessions) {
      if (open !== newest && open.permit !== undefined && equalBytes(open.permit.account, account)) others.push(name)
    }
    const [idlest] = others
    if (others.length >= limits.sessionsOfAccount && idlest !== undefined) this.#close(idlest)
  }

  #close(name: string): void {
    const open = this.#sessions.get(name)
    open?.end.close()
    open?.answers.drop()
    this.#sessions.delete(name)
  }
}
