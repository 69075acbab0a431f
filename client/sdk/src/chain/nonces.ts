/** Consecutive nonces for the calls that one client has in flight, by account. */
import { toHex } from '@pha/core/codec'

interface Account {
  next: number
  inFlight: number
  /** Nonces below `next` whose extrinsics the node refused: the next calls must fill them, or all later ones wait. */
  readonly free: Set<number>
}

/**
 * A nonce that was given back is given out again, so of two attempts at a call that a lying node "refused" at most one
 * can ever be in a block.
 */
export class Nonces {
  readonly #accounts = new Map<string, Account>()

  /** @param onChain the account's nonce in the newest proven state */
  take(accountId: Uint8Array, onChain: number): number {
    const key = toHex(accountId)
    const account = this.#accounts.get(key) ?? { next: onChain, inFlight: 0, free: new Set() }
    this.#accounts.set(key, account)
    if (account.inFlight === 0) {
      account.next = onChain // whatever was abandoned before, the chain knows what counts
      account.free.clear()
    }
    account.inFlight++
    const free = Math.min(...[...account.free].filter((nonce) => nonce >= onChain))
    if (Number.isFinite(free)) {
      account.free.delete(free)
      return free
    }
    const nonce = Math.max(account.next, onChain)
    account.next = nonce + 1
    return nonce
  }

  /** The call with this nonce is over: in a block, or given up with its fate unknown. */
  settle(accountId: Uint8Array): void {
    const account = this.#accounts.get(toHex(accountId))
    if (account !== undefined) account.inFlight--
  }

  /** The call with this nonce was refused: it is in no block. */
  giveBack(accountId: Uint8Array, nonce: number): void {
    this.#accounts.get(toHex(accountId))?.free.add(nonce)
    this.settle(accountId)
  }
}
