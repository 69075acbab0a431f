/** How extrinsics name an account. */
import { type Infer, t } from '@pha/core/schema'
import { DispatchFailure } from '../frame/dispatch-error.ts'

export const MultiAddress = t.named(
  ['sp_runtime', 'multiaddress', 'MultiAddress'],
  t.enum('MultiAddress', {
    Id: t.accountId,
    Index: t.compact(t.u32),
    Raw: t.bytes,
    Address32: t.bytes32,
    Address20: t.fixedBytes(20),
  }),
)
export type MultiAddress = Infer<typeof MultiAddress>

/** The account meant, or `undefined` for the kinds that this chain has no table for. */
export function lookupAccount(address: MultiAddress): Uint8Array | undefined {
  return address.type === 'Id' || address.type === 'Address32' ? address.value : undefined
}

/** The account that a call names. @throws DispatchFailure `CannotLookup` */
export function requireAccount(address: MultiAddress): Uint8Array {
  const account = lookupAccount(address)
  if (account === undefined) throw new DispatchFailure({ type: 'CannotLookup' })
  return account
}
