/** What the changes of a block's state mean to who waits for the next block. */
import type { Change, Trie } from '@pha/core/trie'
import { CODE_KEY } from '@pha/runtime/frame'
import { AccountInfo, system } from '@pha/runtime/pallets'

/** `blake2_128` of the account, 16 bytes, stands before it in the key. */
const PREFIX = system.storage.account.prefix()
const ACCOUNT_AT = PREFIX.length + 16

/** Accounts that changed, with their next nonce; one that is gone begins anew. */
export function* changedAccounts(changes: readonly Change[]): Generator<readonly [account: Uint8Array, nonce: number]> {
  for (const [key, value] of changes) {
    if (key.length !== ACCOUNT_AT + 32 || !startsWith(key, PREFIX)) continue
    yield [key.subarray(ACCOUNT_AT), value === undefined ? 0 : AccountInfo.decode(value).nonce]
  }
}

/** The next nonce of an account. */
export function nonceIn(state: Pick<Trie, 'get'>, account: Uint8Array): number {
  const { account: item } = system.storage
  return item.decode(state.get(item.key(account))).nonce
}

/** Whether the next block runs on another runtime. */
export function changesCode(changes: readonly Change[]): boolean {
  return changes.some(([key]) => key.length === CODE_KEY.length && startsWith(key, CODE_KEY))
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.every((byte, i) => bytes[i] === byte)
}
