/** Sessions that a client keeps open: opening one costs a key agreement and two round trips, a query in it one. */
import { toHex } from '@pha/core/codec'
import type { ReplicaSession } from './replica-session.ts'

/**
 * A session is trusted because the worker was registered and active when it was opened; after this time that is proven
 * anew, so a suspended worker is not asked for longer.
 */
const MAX_AGE_MS = 60_000

/** The oldest go first: bounds what a service with many accounts holds. */
const MAX_SESSIONS = 64

export class OpenSessions {
  readonly #sessions = new Map<string, ReplicaSession>()

  /** A session for this contract and account that may still be used. */
  find(contract: Uint8Array, account: Uint8Array): ReplicaSession | undefined {
    const key = keyOf(contract, account)
    const session = this.#sessions.get(key)
    if (session === undefined) return undefined
    if (!session.closed && Date.now() - session.openedAt < MAX_AGE_MS) return session
    this.#sessions.delete(key)
    return undefined
  }

  keep(contract: Uint8Array, account: Uint8Array, session: ReplicaSession): void {
    const key = keyOf(contract, account)
    this.#sessions.delete(key)
    this.#sessions.set(key, session)
    const [oldest] = this.#sessions
    if (this.#sessions.size > MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest[0])
  }

  drop(contract: Uint8Array, account: Uint8Array, session: ReplicaSession): void {
    const key = keyOf(contract, account)
    if (this.#sessions.get(key) === session) this.#sessions.delete(key)
    session.close()
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close()
    this.#sessions.clear()
  }
}

function keyOf(contract: Uint8Array, account: Uint8Array): string {
  return `${toHex(contract)}/${toHex(account)}`
}
