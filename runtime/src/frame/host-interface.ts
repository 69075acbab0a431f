/**
 * The border between the runtime and the node: the same for the runtime in source and for its bundle on chain.
 * Everything is synchronous. The runtime has no other way to the outside.
 */
import { utf8Encode } from '@pha/core/codec'

/** Where the node finds the runtime of the next block; clients notice a new one by the hash of what is stored here. */
export const CODE_KEY = utf8Encode(':code')

/** Raised when the functions that host and bundle call each other by change. */
export const HOST_INTERFACE = 1

export interface RuntimeHost {
  /**
   * For the node's own border, not for the runtime: hosts with equal numbers hold equal states, and a host's number stays
   * as long as nothing but the `set` of calls that it keeps changes it. So what was read need not be read again.
   */
  readonly generation?: number | undefined
  get(key: Uint8Array): Uint8Array | undefined
  /** `undefined` removes. The host keeps the changes of a call only if the call returns. */
  set(key: Uint8Array, value: Uint8Array | undefined): void
  /** The first key that starts with `prefix` and comes after `after`, with all `set` applied. */
  nextKey(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined
  /** Root (version 1) of the state with all `set` applied. */
  storageRoot(): Uint8Array
  /** Root of the trie of `compact(index) -> value`, version 0: the extrinsics root of a header. */
  orderedRoot(values: readonly Uint8Array[]): Uint8Array
  /** Whether `account` signed `message`; the host may have cached the answer. */
  verify(
    scheme: 'Ed25519' | 'Sr25519' | 'Ecdsa',
    signature: Uint8Array,
    message: Uint8Array,
    account: Uint8Array,
  ): boolean
  /** Hands over what the node keeps beside the block, outside the state: payloads whose hash is in state. */
  archive(key: Uint8Array, value: Uint8Array): void
}

export interface Runtime {
  /**
   * Runs one method; SCALE in and out.
   * @throws RuntimeError for an unknown method, malformed input or an invalid block: the host drops all changes
   */
  call(host: RuntimeHost, method: string, input: Uint8Array): Uint8Array
}
