/** For tests: well-known accounts, and calls to put into other calls. */
import { deriveDevAccount, type Keypair } from '@pha/core/crypto'
import type { AnyCall } from '../frame/declare.ts'
import { balances } from '../pallets/balances/schema.ts'
import { RuntimeCall } from '../pallets/schemas.ts'
import { system } from '../pallets/system/schema.ts'
import { timestamp } from '../pallets/timestamp/schema.ts'

export const alice = deriveDevAccount('//Alice')
export const bob = deriveDevAccount('//Bob')
export const charlie = deriveDevAccount('//Charlie')
export const dave = deriveDevAccount('//Dave')

export const address = (account: Uint8Array | Keypair) =>
  ({ type: 'Id', value: account instanceof Uint8Array ? account : account.accountId }) as const

/** Call bytes as an argument of another call. */
export const nested = (bytes: Uint8Array): AnyCall => RuntimeCall.decode(bytes)

export const give = (value: bigint, to: Uint8Array | Keypair): AnyCall =>
  nested(balances.calls.transferKeepAlive.encode({ dest: address(to), value }))

/** A call without effect, `bytes` long. */
export const remark = (bytes = 0): AnyCall => nested(system.calls.remark.encode({ remark: new Uint8Array(bytes) }))

/** The call of a block's author. */
export const inherent: AnyCall = nested(timestamp.calls.set.encode({ now: 2n ** 60n }))
