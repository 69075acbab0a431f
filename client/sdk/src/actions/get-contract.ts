import { toHex } from '@pha/core/codec'
import type { KeyEpochs } from '@pha/core/protocol'
import { type CommandKey, type Contract, contracts, type Progress } from '@pha/runtime/pallets'
import { deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import type { ProvenBlock } from '../chain/follower.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import { decodeItem, type ReadOptions } from './read-storage.ts'

export interface ContractInfo extends Contract {
  /** How far it is; `undefined` before its first batch. */
  readonly progress: Progress | undefined
  /** What commands are sealed to: the newest that its replicas agreed on; `undefined` until they have agreed on the first. */
  readonly commandKey: CommandKey | undefined
  /** Which epoch of keys is in force, and whether the one before is still taken. `epoch` may be the next one, pending. */
  readonly keyEpochs: KeyEpochs | undefined
  /** The block that all this was proven at. */
  readonly block: ProvenBlock
}

/**
 * A contract with its code, policy, replicas, progress and command key, proven at one block.
 *
 * @throws PhaError `sdk.contract-unknown`
 * @example
 * const { codeHash, replicas } = await getContract(client, contract)
 */
export async function getContract(
  client: Client,
  contract: Uint8Array,
  options: ReadOptions = {},
): Promise<ContractInfo> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  const { contracts: items, progress, commandKeys, keyEpochs } = contracts.storage
  const keys = [items.key(contract), progress.key(contract), commandKeys.key(contract), keyEpochs.key(contract)]
  const { block, values } = await readKeys(client, keys, signal, options.at)
  const info = decodeItem(items, values[0])
  if (info === undefined) {
    throw new PhaError('sdk.contract-unknown', `no contract ${toHex(contract)} at block ${block.number}`, {
      fix: 'Check the id, and that the node serves the chain it was deployed on.',
    })
  }
  return {
    ...info,
    progress: decodeItem(progress, values[1]),
    commandKey: decodeItem(commandKeys, values[2]),
    keyEpochs: decodeItem(keyEpochs, values[3]),
    block,
  }
}
