import type { CommandKey } from '@pha/runtime/pallets'
import { type CallOptions, deadline, FINALITY_TIMEOUT_MS } from '../call-options.ts'
import type { Client } from '../client.ts'
import { getContract } from './get-contract.ts'

/**
 * Waits until the replicas of a contract have agreed on the key that commands are sealed to.
 *
 * @returns the key and its epoch, proven
 * @throws PhaError `sdk.contract-unknown`, `sdk.timeout`
 * @example
 * await waitForCommandKey(client, contract)
 */
export async function waitForCommandKey(
  client: Client,
  contract: Uint8Array,
  options: CallOptions = {},
): Promise<CommandKey> {
  const signal = deadline(options, FINALITY_TIMEOUT_MS)
  for (;;) {
    const { commandKey, block } = await getContract(client, contract, { signal })
    if (commandKey !== undefined) return commandKey
    await client.chain.headAfter(block.number, signal)
  }
}
