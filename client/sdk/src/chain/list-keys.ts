import { toHex } from '@pha/core/codec'
import { badAnswer, readByteList } from '../rpc/answers.ts'
import type { JsonRpc } from '../rpc/json-rpc.ts'
import type { ProvenBlock } from './follower.ts'

/** Entries of one page that the node lists. */
const PAGE = 256

export interface ListedMap<Key> {
  readonly name: string
  prefix(): Uint8Array
  decodeKey(key: Uint8Array): Key
}

export interface ListKeysOptions {
  readonly at: ProvenBlock
  readonly signal: AbortSignal
  /** The most entries that the chain can hold: a node that lists more is not believed further. */
  readonly bound: number
}

/**
 * The keys of a map as the node lists them, each once. Nothing here is proven yet: entries can be left out or made up.
 * @throws PhaError `sdk.bad-answer`
 */
export async function listKeys<Key>(
  { rpc }: { readonly rpc: JsonRpc },
  items: ListedMap<Key>,
  { at, signal, bound }: ListKeysOptions,
): Promise<readonly Key[]> {
  const listed = new Map<string, Key>()
  for (let last: string | null = null; listed.size <= bound; ) {
    const params = [toHex(items.prefix()), PAGE, last, toHex(at.hash)]
    const page = readByteList(await rpc.request('state_getKeysPaged', params, signal), 'page of keys')
    const before = listed.size
    for (const key of page) listed.set(toHex(key), keyIn(items, key))
    const end = page.at(-1)
    if (end === undefined || page.length < PAGE || listed.size === before) break
    last = toHex(end)
  }
  return [...listed.values()]
}

function keyIn<Key>(items: ListedMap<Key>, key: Uint8Array): Key {
  try {
    return items.decodeKey(key)
  } catch {
    throw badAnswer(`key of ${items.name}`)
  }
}
