/** What a running contract may ask of its executor; set for the time of one call. */

export interface GuestHost {
  get(key: Uint8Array): Uint8Array | undefined
  set(key: Uint8Array, value: Uint8Array | undefined): void
  /** The smallest key that starts with `prefix` and is greater than `after`. */
  nextKey(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined
  gasLeft(): bigint
}

let current: GuestHost | undefined

/** Runs `body` with `host` as the contract's world. Calls never nest: a contract is not re-entered. */
export function withHost<T>(host: GuestHost, body: () => T): T {
  if (current !== undefined) throw new Error('contract.re-entered: a call is running')
  current = host
  try {
    return body()
  } finally {
    current = undefined
  }
}

export function currentHost(): GuestHost {
  if (current === undefined) throw new Error('contract.no-call: state exists only while a call runs')
  return current
}
