import { CodecError } from '@pha/core/codec'
import type { Type } from '@pha/core/schema'
import { type CallOptions, deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import type { ProvenBlock } from '../chain/follower.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'

/** A storage item as pallets declare it (`@pha/runtime/pallets`). */
export interface ReadableItem<Keys extends readonly unknown[], Get> {
  readonly name: string
  readonly type: Type<never> | Type<unknown>
  key(...keys: Keys): Uint8Array
  decode(stored: Uint8Array | undefined): Get
}

export interface ReadOptions extends CallOptions {
  /** A block that was proven before; the newest finalised one if absent. */
  readonly at?: ProvenBlock
}

/**
 * Reads a declared storage item, checked by proof against a finalised header.
 *
 * @param keys none for a single value, one for a map, two for a double map
 * @returns the value with its declared type; `undefined` is proven absence
 * @throws PhaError `sdk.bad-proof` if the node lies, `sdk.unreachable`, `sdk.timeout`
 * @example
 * const progress = await readStorage(client, contracts.storage.progress, [contractId])
 */
export async function readStorage<Keys extends readonly unknown[], Get>(
  client: Client,
  item: ReadableItem<Keys, Get>,
  keys: Keys,
  options: ReadOptions = {},
): Promise<Get> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  const { values } = await readKeys(client, [item.key(...keys)], signal, options.at)
  return decodeItem(item, values[0])
}

/** Decodes proven bytes; if they don't fit, the chain is declared otherwise than this SDK believes. */
export function decodeItem<Keys extends readonly unknown[], Get>(
  item: ReadableItem<Keys, Get>,
  stored: Uint8Array | undefined,
): Get {
  try {
    return item.decode(stored)
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause
    throw new PhaError('sdk.wrong-version', `${item.name} has another shape on this chain`, {
      fix: 'Use the SDK version that belongs to the chain.',
      cause,
    })
  }
}
