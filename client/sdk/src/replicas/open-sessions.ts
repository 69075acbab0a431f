/** Sessions that a client keeps open: opening one costs a key agreement and two round trips, a query in it one. */
import { toHex } from '@pha/core/codec'
import type { ReplicaSession } from './replica-session.ts'

/** The oldest go first: bounds what a service with many accounts holds. */
const MAX_SESSIONS = 64

export class OpenSessions {
  readonly #sessions = new Map<string, ReplicaSession>()
  /** With those that an application holds itself: none may outlive the client. */
  readonly #all = new Set<ReplicaSession>()

  /** To be closed with the client. */
  add(session: ReplicaSession): void {
    for (const one of this.#all) if (one.closed) this.#all.delete(one)
    this.#all.add(session)
  }

  /** A session for this contract and account that is not closed. */
  find(contract: Uint8Array, account: Uint8Array): ReplicaSession | undefined {
    const key = keyOf(contract, account)
    const session = this.#sessions.get(key)
    if (session?.closed) this.#sessions.delete(key)
    return session?.closed ? undefined : session
  }

  /** Keeps a session that waits for no answer now; one that is kept already may be in use, so this one is closed then. */
  keep(contract: Uint8Array, account: Uint8Array, session: ReplicaSession): void {
    if (this.find(contract, account) !== undefined) return session.close()
    this.#sessions.set(keyOf(contract, account), session)
    const [oldest] = this.#sessions
    if (this.#sessions.size <= MAX_SESSIONS || oldest === undefined) return
    oldest[1].close()
    this.#sessions.delete(oldest[0])
  }

  drop(contract: Uint8Array, account: Uint8Array, session: ReplicaSession): void {
    const key = keyOf(contract, account)
    if (this.#sessions.get(key) === session) this.#sessions.delete(key)
    session.close()
  }

  close(): void {
    for (const session of this.#all) session.close()
    this.#all.clear()
    this.#sessions.clear()
  }
}

function keyOf(contract: Uint8Array, account: Uint8Array): string {
  return `${toHex(contract)}/${toHex(account)}`
}
