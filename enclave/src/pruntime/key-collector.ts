/**
 * Contract keys that this worker asked for, each under a key made for that, and the parts of them that came, until there are
 * enough of one sharing to combine. Parts of two sharings lie on different polynomials and give nothing together, so a
 * resharing begins a collection anew.
 */
import { toHex } from '@pha/core/codec'
import { type AgreementKey, generateAgreementKey, type Secret } from '@pha/core/crypto'
import { contractKeyInput, type KeyRelease, type PartialKey } from '@pha/core/protocol'
import { type CombineFailure, combinePartials } from '@pha/core/threshold'
import type { Group } from '@pha/runtime/pallets'
import { enclaveLimits } from '../limits.ts'
import { randomSecret } from '../random.ts'

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

/** What a release is worth before it is opened. */
export type Worth = 'to-open' | 'given-already' | 'too-many'

interface Collection {
  readonly wanted: WantedKey
  readonly recipient: AgreementKey
  sharing: number
  /** By index of the gatekeeper; empty once they were combined. */
  readonly partials: Map<number, PartialKey>
  /** Who has given its part. */
  readonly given: Set<number>
  /** How many releases of each were opened. */
  readonly opened: Map<number, number>
  isComplete: boolean
}

/** Bounded by what was asked for: one collection for each key of each contract that this worker is assigned to. */
export class KeyCollector {
  readonly #genesis: Uint8Array
  /**
   * Never on disk: with a recipient, what gatekeepers released could be opened again, from the chain and for ever. After a
   * restart the key is asked for once more.
   */
  readonly #collections = new Map<string, Collection>()

  constructor(genesis: Uint8Array) {
    this.#genesis = genesis
  }

  /**
   * Begins to collect a key that is not here.
   * @returns the public key that parts of it are to be sealed to: the same until all have given theirs
   */
  ask(wanted: WantedKey): Uint8Array {
    const known = this.#collections.get(nameOf(wanted))
    // Complete, and still asked for: it could not be kept.
    if (known?.isComplete === true) this.#end(known)
    else if (known !== undefined) return known.recipient.publicKey
    const recipient = generateAgreementKey(randomSecret(32))
    const parts = { sharing: 0, partials: new Map(), given: new Set<number>(), opened: new Map(), isComplete: false }
    this.#collections.set(nameOf(wanted), { wanted, recipient, ...parts })
    return recipient.publicKey
  }

  /**
   * What parts of this key are sealed to, if it was asked for since the start. It outlives the arrival of the key, so that the
   * parts of those who are slow are looked at too, and never the key itself.
   */
  recipient(wanted: WantedKey): AgreementKey | undefined {
    return this.#collections.get(nameOf(wanted))?.recipient
  }

  /** Whether to open a release of the sharing in office; counts it if so. */
  admit({ index, ...release }: KeyRelease): Worth {
    const collection = this.#collections.get(nameOf(release))
    if (collection === undefined) return 'given-already'
    const { given, opened } = collection
    if (collection.sharing !== release.sharing) {
      collection.sharing = release.sharing
      forgetParts(collection)
    }
    if (given.has(index)) return 'given-already'
    const before = opened.get(index) ?? 0
    if (before >= enclaveLimits.openedReleases) return 'too-many'
    opened.set(index, before + 1)
    return 'to-open'
  }

  /**
   * Adds a part that was checked against `group`, and erases it unless it is needed.
   * @returns the key, once there are enough parts; the caller keeps it sealed and wipes it
   */
  add(release: KeyRelease, partial: PartialKey, group: Group): Collected {
    const collection = this.#collections.get(nameOf(release))
    if (collection === undefined) return { type: 'waiting' }
    const { partials, given } = collection
    given.add(partial.index)
    if (collection.isComplete) partial.evaluated.fill(0)
    else partials.set(partial.index, partial)
    const collected =
      partials.size < group.threshold ? ({ type: 'waiting' } as const) : this.#combine(collection, group)
    if (collection.isComplete && given.size >= group.members.length) this.#end(collection)
    return collected
  }

  /** Forgets what was asked for a contract, but for keys of some epochs. */
  forget(contract: Uint8Array, except: readonly number[] = []): void {
    for (const [name, collection] of this.#collections) {
      const isOther = !name.startsWith(toHex(contract))
      if (!isOther && !except.includes(collection.wanted.epoch)) this.#end(collection)
    }
  }

  #combine(collection: Collection, { threshold }: Group): Collected {
    const { wanted, partials } = collection
    const { contract, root, epoch } = wanted
    const input = contractKeyInput(this.#genesis, contract, root, epoch)
    const combined = combinePartials(input, [...partials.values()], threshold)
    if (!combined.ok) {
      forgetParts(collection)
      return { type: 'failed', reason: combined.reason }
    }
    for (const { evaluated } of partials.values()) evaluated.fill(0)
    partials.clear()
    collection.isComplete = true
    return { type: 'complete', key: combined.output }
  }

  #end(collection: Collection): void {
    forgetParts(collection)
    collection.recipient.seed.wipe()
    this.#collections.delete(nameOf(collection.wanted))
  }
}

function forgetParts({ partials, given, opened }: Collection): void {
  for (const { evaluated } of partials.values()) evaluated.fill(0)
  for (const each of [partials, given, opened]) each.clear()
}

function nameOf({ contract, root, epoch }: WantedKey): string {
  return `${toHex(contract)}/${root}/${epoch}`
}
