/** One transaction that waits, and what is told of it. */
import type { Hex } from '@pha/core/codec'
import type { TransactionValidity } from '@pha/runtime/interface'
import { byteText } from '../../byte-text.ts'

export type PoolStatus = { readonly type: 'future' | 'ready' } | FinalStatus

/** After one of these nothing follows. */
export type FinalStatus =
  /** `invalid`: it can't be applied any more. `dropped`: it could, but made room for others or waited too long. */
  | { readonly type: 'invalid' | 'dropped' }
  /** Another one of the same sender and nonce with a higher tip took its place. */
  | { readonly type: 'usurped'; readonly by: Hex }
  | { readonly type: 'finalised'; readonly blockHash: Uint8Array }

export type StatusListener = (status: PoolStatus) => void

export interface PoolEntry {
  readonly hash: Hex
  readonly bytes: Uint8Array
  /** Account inside the tag that it provides, as a key. */
  readonly sender: string
  readonly nonce: number
  /** The runtime's: the tip. */
  readonly priority: bigint
  /** Whether the runtime requires nothing before it: its nonce is the account's next one. */
  readonly isNext: boolean
  /** Height at which it goes, and whether it is invalid from there on or has only waited long enough. */
  readonly expiry: { readonly height: number; readonly status: 'invalid' | 'dropped' }
  /** Order of arrival. */
  readonly sequence: number
  watchers: Set<StatusListener> | undefined
}

export type ValidTransaction = Extract<TransactionValidity, { ok: true }>['value']

/** Tag of `CheckNonce`: the account and its nonce as u32. */
const TAG_BYTES = 36

/** What the tags of an answer say; `undefined` if they are not those of one sender's nonces. */
export function placeOf({
  provides,
  requires,
}: ValidTransaction): Pick<PoolEntry, 'sender' | 'nonce' | 'isNext'> | undefined {
  const [tag] = provides
  if (tag?.length !== TAG_BYTES || provides.length > 1 || requires.length > 1) return undefined
  const nonce = new DataView(tag.buffer, tag.byteOffset).getUint32(32, true)
  return { sender: byteText(tag.subarray(0, 32)), nonce, isNext: requires.length === 0 }
}
