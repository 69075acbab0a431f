import type { PermitChain } from '@pha/core/protocol'
import { permits } from '@pha/runtime/pallets'
import { type CallOptions, deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import type { FinalisedExtrinsic } from '../chain/finalise.ts'
import type { Client } from '../client.ts'
import { lastLink } from '../permits/held-permit.ts'
import type { Signer } from '../signer.ts'
import { sendCall } from './send-call.ts'

export interface RevokePermitParams {
  /** Its last permit is taken back, and with it all that were handed on from that. */
  readonly chain: PermitChain
  /** The account that gave the first permit; for one that was handed on also the key that did that, if it can pay. */
  readonly signer: Signer
}

/**
 * Takes a permit back. From the block on in which this resolves, no answer that names that block or a later one is given
 * for it.
 *
 * @throws PhaError as `sendCall`; `sdk.dispatch-failed` with `AlreadyRevoked`, `Ended`, `TooMany`
 * @example
 * await revokePermit(client, { chain: permit.chain, signer: ann })
 */
export async function revokePermit(
  client: Client,
  { chain, signer }: RevokePermitParams,
  options: CallOptions = {},
): Promise<FinalisedExtrinsic> {
  const { id: permit, terms } = lastLink(chain)
  const call = permits.calls.revoke.encode({ permit, expiresAtBlock: terms.expiresAtBlock })
  return sendCall(client, { call, signer }, options)
}

export interface RevokeAllPermitsParams {
  readonly signer: Signer
  /** Permits that were issued at an earlier block end; the newest block if absent. */
  readonly issuedBefore?: number
}

/**
 * Takes back all permits of an account that were issued before a block, also those that nobody remembers.
 *
 * @throws PhaError as `sendCall`; `sdk.dispatch-failed` with `AlreadyRevoked`, `InTheFuture`
 * @example
 * await revokeAllPermits(client, { signer: ann })
 */
export async function revokeAllPermits(
  client: Client,
  { signer, issuedBefore }: RevokeAllPermitsParams,
  options: CallOptions = {},
): Promise<FinalisedExtrinsic> {
  const newest = issuedBefore ?? (await client.chain.head(deadline(options, READ_TIMEOUT_MS))).number
  return sendCall(client, { call: permits.calls.revokeAll.encode({ issuedBefore: newest }), signer }, options)
}
