import { system } from '@pha/runtime/pallets'
import type { Client } from '../client.ts'
import { type ReadOptions, readStorage } from './read-storage.ts'

export interface Account {
  /** Calls of this account that are in finalised blocks. */
  readonly nonce: number
  /** Planck (10^-12 PHA) that can be spent. */
  readonly free: bigint
  readonly reserved: bigint
}

/**
 * Nonce and balance of an account, proven.
 *
 * @param accountId 32 bytes; `ss58Decode(address).account` of an address
 * @example
 * const { free } = await getAccount(client, alice.accountId)
 */
export async function getAccount(client: Client, accountId: Uint8Array, options: ReadOptions = {}): Promise<Account> {
  const { nonce, data } = await readStorage(client, system.storage.account, [accountId], options)
  return { nonce, free: data.free, reserved: data.reserved }
}
