import { type CollateralVersion, type PlatformFamily, registry } from '@pha/runtime/pallets'
import { deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import { listKeys } from '../chain/list-keys.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import { decodeItem, type ReadOptions } from './read-storage.ts'

export interface ListedCollateral {
  /** The platforms that it is about. */
  readonly family: PlatformFamily
  /** Evaluation numbers and dates of its parts, in seconds since 1970. */
  readonly version: CollateralVersion
  /** The block that brought it. */
  readonly heldSince: number
  /** When the first of its parts is due for renewal: after it, workers of the family are refused. Seconds since 1970. */
  readonly expiresAt: number
}

export interface CollateralList {
  readonly collateral: readonly ListedCollateral[]
  /** Whether these are all: the number of families is proven, so a node that leaves some out is seen. */
  readonly complete: boolean
}

/**
 * The vendors' collateral that the chain judges platforms by. Each entry is proven; the node can only leave entries out.
 *
 * @example
 * const { collateral } = await listCollateral(client)
 * const soon = collateral.filter(({ expiresAt }) => expiresAt * 1_000 < Date.now() + 7 * 86_400_000)
 */
export async function listCollateral(client: Client, options: ReadOptions = {}): Promise<CollateralList> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  const { collateral: items, floors, collateralCount } = registry.storage
  const at = options.at ?? (await client.chain.head(signal))
  const families = await listKeys(client, items, { at, signal, bound: registry.constants.maxFamilies.value })
  const keys = families.flatMap((family) => [items.key(family), floors.key(family)])
  const { values } = await readKeys(client, [collateralCount.key(), ...keys], signal, at)
  const collateral = families.flatMap((family, i) => {
    const held = decodeItem(items, values[2 * i + 1])
    const version = decodeItem(floors, values[2 * i + 2])
    if (held === undefined || version === undefined) return []
    return [{ family, version, heldSince: held.heldSince, expiresAt: Number(held.expiresAt) }]
  })
  return { collateral, complete: collateral.length === decodeItem(collateralCount, values[0]) }
}
