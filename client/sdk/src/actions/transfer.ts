import { balances } from '@pha/runtime/pallets'
import type { CallOptions } from '../call-options.ts'
import type { FinalisedExtrinsic } from '../chain/finalise.ts'
import type { Client } from '../client.ts'
import type { Signer } from '../signer.ts'
import { sendCall } from './send-call.ts'

export interface TransferParams {
  /** Account that receives, 32 bytes. */
  readonly to: Uint8Array
  /** Planck; `PHA` is one token. */
  readonly amount: bigint
  readonly signer: Signer
}

/**
 * Transfers tokens; the sender keeps at least the existential deposit.
 *
 * @throws PhaError as `sendCall`
 * @example
 * await transfer(client, { to: bob.accountId, amount: 2n * PHA, signer: alice })
 */
export async function transfer(
  client: Client,
  { to, amount, signer }: TransferParams,
  options: CallOptions = {},
): Promise<FinalisedExtrinsic> {
  const call = balances.calls.transferKeepAlive.encode({ dest: { type: 'Id', value: to }, value: amount })
  return sendCall(client, { call, signer }, options)
}
