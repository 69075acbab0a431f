import { contracts, gatekeepers, type RotationProgress, rotationProgress } from '@pha/runtime/pallets'
import { deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import type { ProvenBlock } from '../chain/follower.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import { decodeItem, type ReadOptions } from './read-storage.ts'

export interface RootRotation extends RotationProgress {
  /** The block that all this was proven at. */
  readonly block: ProvenBlock
}

/**
 * How far the newest rotation of the root is, proven at one block: how many of the contracts that it concerns have moved to
 * keys of the new root, in percent too, and in which block the former root was retired.
 *
 * @returns `undefined` if the root was never rotated
 * @throws PhaError as `readStorage`
 * @example
 * const rotation = await getRootRotation(client)
 * console.log(`${rotation?.percent ?? 0} % done`)
 */
export async function getRootRotation(client: Client, options: ReadOptions = {}): Promise<RootRotation | undefined> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  const [rotation, moved] = [gatekeepers.storage.rotation, contracts.storage.moved]
  const { block, values } = await readKeys(client, [rotation.key(), moved.key()], signal, options.at)
  const newest = decodeItem(rotation, values[0])
  return newest && { ...rotationProgress(newest, decodeItem(moved, values[1])), block }
}
