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
import { contexts, limits, type SessionName, SessionRequest, SessionResponse, sessionInfo } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { permits, type Worker } from '@pha/runtime/pallets'
import { enclaveLimits } from '../limits.ts'
import { random } from '../random.ts'
import type { EnclaveIdentity } from '../service/identity.ts'
import { ServiceError } from '../service/service-error.ts'
import type { Journal } from '../store/journal.ts'
import { at, type ProvenView } from '../sync/proven-view.ts'
import { SyncError } from '../sync/sync-error.ts'
import { acceptWithAny } from './accept-with-any.ts'
import { isRevoked, issuersOf, KnownAccounts, readRevocations } from './account-standing.ts'
import { KeptAnswers, type SessionAnswers } from './kept-answers.ts'
import { type Asker, checkPermitUse, checkSessionPermit, type PermitCheck, refuseQuery } from './permit.ts'
import { PermitUses } from './permit-uses.ts'

/** Why a session ends although its client did nothing wrong; told to it under seal, as the last answer. */
type SessionEnd = 'session.worker-not-active' | 'session.level-too-low' | 'permit.revoked'

interface OpenSession {
  readonly name: SessionName
  readonly end: AnsweringEnd
  readonly answers: SessionAnswers
  asker: Asker | undefined
  /** Whether the chain knows the asker's account. */
  isKnown: boolean
  ended: SessionEnd | undefined
  usedAtMs: number
}

export interface SessionKeeperComponents {
  readonly genesis: Uint8Array
  readonly identity: EnclaveIdentity
  readonly nowMs: () => number
  /** State at the newest proven block, if any. */
  readonly view: () => ProvenView | undefined
  /** The worst level that a contract accepts, once it is known here. */
  readonly worstLevel: (contract: Uint8Array) => number | undefined
  /** Keeps how often permits were used. */
  readonly journal: Journal
  /** Answers a query from finalised state. */
  readonly query: (asker: Asker, input: Uint8Array) => Promise<SessionResponse> | SessionResponse
}

const refusal = (code: string): SessionResponse => ({ type: 'Refused', value: { code } })

export class SessionKeeper {
  readonly #components: SessionKeeperComponents
  /** In order of use: the first is the one that was not used for the longest time. */
  readonly #sessions = new Map<string, OpenSession>()
  readonly #answers = new KeptAnswers(enclaveLimits.keptAnswerBytes)
  readonly #uses: PermitUses
  readonly #known = new KnownAccounts()
  /** How often permits were taken back on this chain, as of the newest block that was worked on. */
  #revocations = 0n
  #worker: Worker | undefined

  constructor(components: SessionKeeperComponents) {
    this.#components = components
    this.#uses = new PermitUses(components.journal)
  }

  get count(): number {
    return this.#sessions.size
  }

  /**
   * Ends the sessions that a new block took the ground from. Has to be done before anything is answered from the state of
   * that block: then no answer is newer than the revocation of what it was asked with.
   *
   * @param worker this enclave's record, if the chain believes it
   * @throws SyncError if the host does not prove what the chain says; the block was not worked on then
   */
  async update(view: ProvenView, worker: Worker | undefined): Promise<void> {
    this.#worker = worker
    for (const open of this.#sessions.values()) open.ended ??= this.#whyEnded(open)
    const [changes] = await view.read(at(permits.storage.changes))
    if (changes === this.#revocations) return
    this.#revocations = changes
    const revocations = await readRevocations(view, [...this.#sessions.values()].flatMap(authoritiesOf))
    for (const open of this.#sessions.values()) {
      const { asker } = open
      if (asker?.permit && isRevoked(asker.permit.links, asker.account, revocations)) open.ended ??= 'permit.revoked'
    }
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
    const fresh = { asker: undefined, isKnown: false, ended: undefined, usedAtMs: nowMs() }
    this.#sessions.set(toHex(id), { name, end, answers, ...fresh })
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
    if (open.asker === undefined) {
      this.#close(name)
      throw new ServiceError('session.not-authorized')
    }
    if (open.end.closed) throw new ServiceError('session.closed')
    const sealed = open.end.answer(counter, SessionResponse.encode(response))
    if (open.ended !== undefined) this.#close(name)
    return sealed
  }

  async #respond(open: OpenSession, request: SessionRequest): Promise<SessionResponse> {
    const view = this.#components.view()
    if (view === undefined) return refusal('sync.no-header')
    const { genesis, identity } = this.#components
    const { number: block } = view.block
    const place = { genesis, session: open.name, worker: identity.signing.publicKey, block }
    switch (request.type) {
      case 'Authorize':
        return this.#authorize(open, checkSessionPermit(request.value, place))
      case 'UsePermit':
        return this.#authorize(open, checkPermitUse(request.value, place))
      case 'Query':
        return this.#query(open, request.value.input)
      default:
        return request satisfies never
    }
  }

  async #authorize(open: OpenSession, check: PermitCheck): Promise<SessionResponse> {
    // Requests may be answered in another order than they were sent in, so they all have to mean the same account.
    if (open.asker !== undefined) return refusal('session.already-authorized')
    if (!check.ok) return refusal(check.reason)
    try {
      const standing = await this.#standing(check.asker)
      if (standing.isRevoked) return refusal('permit.revoked')
      if (open.asker !== undefined) return refusal('session.already-authorized') // another one was quicker
      open.asker = check.asker
      open.isKnown = standing.isKnown
      this.#makeRoomFor(open, check.asker.account)
      return { type: 'Authorized' }
    } catch (error) {
      if (error instanceof SyncError) return refusal(error.code)
      throw error
    }
  }

  async #standing({ account, permit }: Asker): Promise<{ isKnown: boolean; isRevoked: boolean }> {
    for (;;) {
      const view = this.#components.view()
      if (view === undefined) throw new SyncError('sync.no-header')
      const asOf = this.#revocations
      const [isKnown, revocations] = await Promise.all([
        this.#known.has(view, account),
        permit && readRevocations(view, [account, ...issuersOf(permit.links)]),
      ])
      const taken = permit !== undefined && revocations !== undefined && isRevoked(permit.links, account, revocations)
      // A block that was worked on in between looked at sessions that had an asker: this one had none.
      if (asOf === this.#revocations) return { isKnown, isRevoked: taken }
    }
  }

  #query(open: OpenSession, input: Uint8Array): Promise<SessionResponse> | SessionResponse {
    const { asker } = open
    if (asker === undefined) return refusal('session.not-authorized')
    const reason = this.#whyNotNow(open, asker) ?? refuseQuery(asker, input)
    if (reason !== undefined) return refusal(reason)
    const counted = this.#take(asker)
    if (!(counted instanceof Promise))
      return counted === undefined ? this.#components.query(asker, input) : refusal(counted)
    return counted.then((refused) => {
      // Blocks may have come while the count went to the disk, and taken the permit back.
      const why = refused ?? this.#whyNotNow(open, asker)
      return why === undefined ? this.#components.query(asker, input) : refusal(why)
    })
  }

  #take({ account, permit }: Asker): ReturnType<PermitUses['take']> {
    return permit && this.#uses.take(account, permit.links, this.#block)
  }

  #whyNotNow(open: OpenSession, asker: Asker): SessionEnd | 'permit.expired' | undefined {
    open.ended ??= this.#whyEnded(open)
    return open.ended ?? (asker.expiresAtBlock < this.#block ? 'permit.expired' : undefined)
  }

  /** Of the newest proven block; there is one when a session asks. */
  get #block(): number {
    return this.#components.view()?.block.number ?? 0
  }

  #whyEnded({ asker }: OpenSession): SessionEnd | undefined {
    if (this.#worker === undefined) return 'session.worker-not-active'
    const worst = asker && this.#components.worstLevel(asker.contract)
    if (worst !== undefined && !isConfident(this.#worker.level, worst)) return 'session.level-too-low'
    return undefined
  }

  /**
   * Closes idle sessions, and the longest unused one if all are in use: one that shows no account first, then one of an
   * account that the chain does not know.
   */
  #makeRoom(): void {
    const now = this.#components.nowMs()
    for (const [name, { usedAtMs }] of this.#sessions)
      if (now - usedAtMs > enclaveLimits.sessionIdleMs) this.#close(name)
    if (this.#sessions.size < limits.sessions) return
    const victim =
      this.#idlest(({ asker }) => asker === undefined) ?? this.#idlest(({ isKnown }) => !isKnown) ?? this.#idlest()
    if (victim !== undefined) this.#close(victim)
  }

  /** Closes the idlest of an account that has too many, or of those that nothing was paid for; never the new one. */
  #makeRoomFor(newest: OpenSession, account: Uint8Array): void {
    const ofAccount = ({ asker }: OpenSession) => asker !== undefined && equalBytes(asker.account, account)
    const unknown = ({ asker, isKnown }: OpenSession) => asker !== undefined && !isKnown
    this.#keepAtMost(limits.sessionsOfAccount, newest, ofAccount)
    if (!newest.isKnown) this.#keepAtMost(enclaveLimits.sessionsOfUnknown, newest, unknown)
  }

  #keepAtMost(most: number, newest: OpenSession, isOne: (open: OpenSession) => boolean): void {
    let count = 0
    for (const open of this.#sessions.values()) if (isOne(open)) count++
    const victim = count > most ? this.#idlest((open) => open !== newest && isOne(open)) : undefined
    if (victim !== undefined) this.#close(victim)
  }

  #idlest(isOne: (open: OpenSession) => boolean = () => true): string | undefined {
    for (const [name, open] of this.#sessions) if (isOne(open)) return name
    return undefined
  }

  #close(name: string): void {
    const open = this.#sessions.get(name)
    open?.end.close()
    open?.answers.drop()
    this.#sessions.delete(name)
  }
}

function authoritiesOf({ asker }: OpenSession): readonly Uint8Array[] {
  return asker?.permit === undefined ? [] : [asker.account, ...issuersOf(asker.permit.links)]
}
