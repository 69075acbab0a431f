/**
 * Parts of contract keys that this worker asked for, until there are enough of one sharing to combine. Parts of two
 * sharings lie on different polynomials and give nothing together, so a resharing begins a collection anew.
 */
import { toHex } from '@pha/core/codec'
import type { Secret } from '@pha/core/crypto'
import { contractKeyInput, type KeyRelease, type PartialKey } from '@pha/core/protocol'
import { type CombineFailure, combinePartials } from '@pha/core/threshold'
import type { Group } from '@pha/runtime/pallets'

/** A key that was asked for. */
export interface WantedKey {
  readonly contract: Uint8Array
  readonly root: number
  readonly epoch: number
}

export type Collected =
  | { readonly type: 'waiting' }
  | { readonly type: 'complete'; readonly key: Secret }
  | { readonly type: 'failed'; readonly reason: CombineFailure }

interface Collection {
  readonly wanted: WantedKey
  sharing: number
  /** By index of the gatekeeper: at most one for each member. */
  readonly partials: Map<number, PartialKey>
}

/** Bounded by what was asked for: one collection for each contract that this worker is assigned to and has no key of. */
export class KeyCollector {
  readonly #genesis: Uint8Array
  readonly #collections = new Map<string, Collection>()

  constructor(genesis: Uint8Array) {
    this.#genesis = genesis
  }

  want(wanted: WantedKey): void {
    const name = nameOf(wanted)
    if (!this.#collections.has(name)) this.#collections.set(name, { wanted, sharing: 0, partials: new Map() })
  }

  /** Whether a release is worth opening: of a key that was asked for, and not of a gatekeeper that has given its part. */
  wants(release: KeyRelease): boolean {
    const collection = this.#collections.get(nameOf(release))
    if (collection === undefined) return false
    return collection.sharing !== release.sharing || !collection.partials.has(release.index)
  }

  /**
   * Adds a part that was checked against `group`.
   * @returns the key, once there are enough parts; the caller keeps it sealed and wipes it
   */
  add(release: KeyRelease, partial: PartialKey, group: Group): Collected {
    const name = nameOf(release)
    const collection = this.#collections.get(name)
    if (collection === undefined) return { type: 'waiting' }
    const { wanted, partials } = collection
    if (collection.sharing !== group.sharing) {
      collection.sharing = group.sharing
      partials.clear()
    }
    partials.set(partial.index, partial)
    if (partials.size < group.threshold) return { type: 'waiting' }
    const { contract, root, epoch } = wanted
    const input = contractKeyInput(this.#genesis, contract, root, epoch)
    const combined = combinePartials(input, [...partials.values()], group.threshold)
    for (const { evaluated } of partials.values()) evaluated.fill(0)
    partials.clear()
    if (!combined.ok) return { type: 'failed', reason: combined.reason }
    this.#collections.delete(name)
    return { type: 'complete', key: combined.output }
  }

  /** Forgets what was asked for a contract that this worker is no replica of any more. */
  forget(contract: Uint8Array): void {
    for (const name of this.#collections.keys()) if (name.startsWith(toHex(contract))) this.#collections.delete(name)
  }
}

function nameOf({ contract, root, epoch }: WantedKey): string {
  return `${toHex(contract)}/${root}/${epoch}`
}
