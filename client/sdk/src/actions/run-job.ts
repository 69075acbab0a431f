import { ContractRejection, Rejection } from '@pha/contract'
import type { Outcome } from '@pha/core/protocol'
import type { Type } from '@pha/core/schema'
import { tryDecode } from '@pha/core/schema'
import { type CallOptions, deadline, FINALITY_TIMEOUT_MS } from '../call-options.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import { type SendCommandParams, type SentCommand, sendCommand } from './send-command.ts'
import { type SettledReply, waitForReply } from './wait-for-reply.ts'

export interface RunJobParams<R> extends SendCommandParams {
  /** Type of the result, from the contract's declaration. */
  readonly result: Type<R>
}

export interface SettledJob<R> extends SentCommand, SettledReply {
  readonly block: number
  readonly result: R
}

/**
 * Sends a command and waits for its settled, verified result.
 *
 * @throws ContractRejection with the contract's own code; PhaError `sdk.command-refused`, `sdk.contract-trapped`, and as
 *   `sendCommand` and `waitForReply`
 * @example
 * const { result, sequence } = await runJob(client, { contract, input, result: Association, signer: analyst })
 * const receipt = await makeReceipt(client, { contract, sequence })
 */
export async function runJob<R>(
  client: Client,
  { result, ...params }: RunJobParams<R>,
  options: CallOptions = {},
): Promise<SettledJob<R>> {
  const signal = deadline(options, FINALITY_TIMEOUT_MS)
  const sent = await sendCommand(client, params, { signal })
  const settled = await waitForReply(client, sent, { signal })
  const { receipt, output } = settled.reply
  return { ...sent, ...settled, result: readResult(result, receipt.outcome, output) }
}

/**
 * The typed result of a verified reply.
 * @throws ContractRejection, PhaError as `runJob`
 */
export function readResult<R>(type: Type<R>, outcome: Outcome, output: Uint8Array): R {
  switch (outcome.type) {
    case 'Ok': {
      const decoded = tryDecode(type, output)
      if (decoded.ok) return decoded.value
      throw new PhaError('sdk.wrong-version', `the result has another shape than declared: ${decoded.reason}`, {
        fix: 'Use the declaration of the contract that is deployed: compare its code hash.',
      })
    }
    case 'Rejected':
      throw readRejection(output)
    case 'Refused':
      throw new PhaError('sdk.command-refused', 'the replicas could not open or read the command')
    case 'Trapped':
      throw new PhaError('sdk.contract-trapped', 'the contract broke a limit or threw; the command had no effect')
    default:
      return outcome satisfies never
  }
}

export function readRejection(output: Uint8Array): ContractRejection {
  const rejection = tryDecode(Rejection, output)
  if (!rejection.ok) return new ContractRejection('contract.unreadable', 'the contract refused without a readable code')
  return new ContractRejection(rejection.value.code, rejection.value.message)
}
