import { RUNTIME_VERSION, system } from '@pha/runtime/pallets'
import { type CallOptions, deadline, FINALITY_TIMEOUT_MS } from '../call-options.ts'
import { expiresAt, type Mortality, signExtrinsic } from '../chain/extrinsic.ts'
import { type FinalisedExtrinsic, finalise } from '../chain/finalise.ts'
import { requireSameCall } from '../chain/other-runtime.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import { PhaError, type PhaErrorCode } from '../errors.ts'
import type { Signer } from '../signer.ts'
import { decodeItem } from './read-storage.ts'

export interface SendCallParams {
  /** Call bytes: `pallet.calls.name.encode(args)`. */
  readonly call: Uint8Array
  /** Who calls and pays. */
  readonly signer: Signer
  readonly tip?: bigint
  /** Blocks in which the call may happen, a power of two from 4 to 2,048; without it, until its nonce is used. */
  readonly period?: number
  /** Told as soon as the call has its nonce: calls that are sent from then on come after it. */
  readonly onNonce?: () => void
}

/** After these the extrinsic is in no block, so its nonce is free. */
const WITHOUT_EFFECT: readonly PhaErrorCode[] = ['sdk.extrinsic-refused', 'sdk.extrinsic-expired', 'sdk.wrong-version']

/**
 * Signs a call, submits it, and waits until it is in a finalised block, through lost connections and restarts of the
 * node. Calls of one signer may be sent together: they take consecutive nonces.
 *
 * @returns where it is, and the events that it caused, proven
 * @throws PhaError `sdk.dispatch-failed` (see `dispatchError`), `sdk.extrinsic-refused`, `sdk.nonce-used`,
 *   `sdk.extrinsic-expired`, `sdk.wrong-version`, `sdk.bad-proof`; `sdk.timeout` and `sdk.unreachable` leave open
 *   whether the call still happens, `sdk.unknown-events` whether it did what it should
 * @example
 * const call = system.calls.remark.encode({ remark: utf8Encode('hello') })
 * const { block, events } = await sendCall(client, { call, signer: alice })
 */
export async function sendCall(
  client: Client,
  { call, signer, tip = 0n, period, onNonce }: SendCallParams,
  options: CallOptions = {},
): Promise<FinalisedExtrinsic> {
  const signal = deadline(options, FINALITY_TIMEOUT_MS)
  const account = signer.accountId
  const { hash: genesis } = await client.chain.genesis(signal)
  const keys = [system.storage.account.key(account), system.storage.lastRuntimeUpgrade.key()]
  const { block, values } = await readKeys(client, keys, signal)
  const onChain = decodeItem(system.storage.lastRuntimeUpgrade, values[1])?.specVersion
  const isOurs = onChain === undefined || onChain === RUNTIME_VERSION.specVersion
  const specVersion = isOurs ? RUNTIME_VERSION.specVersion : await otherVersion(client, call, signal)

  const nonce = client.nonces.take(account, decodeItem(system.storage.account, values[0]).nonce)
  onNonce?.()
  const mortality: Mortality | undefined = period === undefined ? undefined : { period, birth: block }
  const context = { genesis, nonce, tip, ...(mortality !== undefined && { mortality }) }
  const last = mortality === undefined ? {} : { expiresAt: expiresAt(mortality) }
  let submitted = false
  const attempt = async (specVersion: number): Promise<FinalisedExtrinsic> => {
    const extrinsic = await signExtrinsic(call, { ...context, specVersion }, signer)
    submitted = true
    return await finalise(client, { extrinsic, account, nonce, ...last }, signal)
  }
  try {
    const done = await attempt(specVersion).catch(async (refusal: unknown) => {
      if (!(refusal instanceof PhaError) || refusal.code !== 'sdk.extrinsic-refused') throw refusal
      // What waits while the chain is upgraded is refused afterwards, and so is what was signed just before.
      const newer = await otherVersion(client, call, signal)
      if (newer === specVersion) throw refusal
      return await attempt(newer)
    })
    client.nonces.settle(account)
    return done
  } catch (error) {
    if (!submitted || (error instanceof PhaError && WITHOUT_EFFECT.includes(error.code))) {
      client.nonces.giveBack(account, nonce)
    } else {
      client.nonces.settle(account)
    }
    throw error
  }
}

/**
 * The version to sign a call for, as the node has it: a lie makes the signature worthless, as no signature would be.
 * @throws PhaError `sdk.wrong-version` if the call is another one there
 */
async function otherVersion(client: Client, call: Uint8Array, signal: AbortSignal): Promise<number> {
  const { hash } = await client.chain.head(signal)
  const runtime = await client.runtimes.at(hash, signal)
  if (runtime === undefined) return RUNTIME_VERSION.specVersion
  requireSameCall(runtime, call)
  return runtime.specVersion
}
