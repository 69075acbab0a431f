/**
 * Changes that are not final yet: layers over the host, one per attempt that may be undone.
 * State, events and archived values go through the same layers, so a refused call leaves no trace of any kind.
 */
import type { RuntimeHost } from './host-interface.ts'
import { RuntimeError } from './runtime-error.ts'
import { type StateKey, stateKey } from './state-key.ts'

type Value = Uint8Array | undefined

interface Changed {
  readonly key: StateKey
  readonly value: Value
}

interface Layer {
  readonly changes: Map<string, Changed>
  readonly events: Uint8Array[]
  readonly archived: [key: Uint8Array, value: Uint8Array][]
}

/** A walk over millions of keys must not fill the memory. */
const REMEMBERED_READS = 8_192

/**
 * @example
 * const overlay = new Overlay(host)
 * overlay.attempt(() => {
 *   overlay.set(key, value)
 *   throw refusal // the write is gone; the refusal goes on to the caller
 * })
 */
export class Overlay {
  readonly #host: RuntimeHost
  readonly #layers: Layer[] = []
  /** What the host said: it says it again, as its state changes by `#commit` alone. */
  readonly #read = new Map<string, Value>()
  #events: Uint8Array[] = []

  constructor(host: RuntimeHost) {
    this.#host = host
  }

  get(key: StateKey): Value {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const changed = this.#layers[i]?.changes.get(key.text)
      if (changed !== undefined) return changed.value
    }
    const { text } = key
    const known = this.#read.get(text)
    if (known !== undefined || this.#read.has(text)) return known
    const value = this.#host.get(key.bytes)
    if (this.#read.size >= REMEMBERED_READS) this.#read.clear()
    this.#read.set(text, value)
    return value
  }

  set(key: StateKey, value: Value): void {
    this.#top().changes.set(key.text, { key, value })
  }

  depositEvent(record: Uint8Array): void {
    this.#top().events.push(record)
  }

  archive(key: Uint8Array, value: Uint8Array): void {
    this.#top().archived.push([key, value])
  }

  /** Runs `work` in a layer of its own: kept if it returns, dropped if it throws. */
  attempt<T>(work: () => T): T {
    const depth = this.#layers.length
    this.#layers.push(emptyLayer())
    try {
      const result = work()
      this.#commit()
      return result
    } catch (error) {
      this.#layers.length = depth
      throw error
    }
  }

  /** Events kept so far, which the caller now owns. */
  takeEvents(): Uint8Array[] {
    const taken = this.#events
    this.#events = []
    return taken
  }

  /**
   * Keys under `prefix` in byte order, as they are when the walk begins: keys added while walking are not visited,
   * keys removed while walking are skipped. With `after`, only keys behind that one.
   */
  *keys(prefix: StateKey, after?: StateKey): Generator<StateKey, void, undefined> {
    const changed = this.#changedKeys(prefix.text, after?.text)
    let next = 0
    let hosted = this.#hostedKey(prefix, after)
    while (hosted !== undefined || next < changed.length) {
      const ours = changed[next]
      const isOurs = hosted === undefined || (ours !== undefined && ours.text <= hosted.text)
      const key = isOurs ? ours : hosted
      if (isOurs) next++
      if (hosted !== undefined && key !== undefined && hosted.text <= key.text) {
        hosted = this.#hostedKey(prefix, hosted)
      }
      if (key !== undefined && this.get(key) !== undefined) yield key
    }
  }

  #hostedKey(prefix: StateKey, after: StateKey | undefined): StateKey | undefined {
    const bytes = this.#host.nextKey(prefix.bytes, after?.bytes)
    return bytes && stateKey(bytes)
  }

  #changedKeys(prefix: string, after = ''): StateKey[] {
    const keys = new Map<string, StateKey>()
    for (const { changes } of this.#layers) {
      for (const [text, { key }] of changes) if (text.startsWith(prefix) && text > after) keys.set(text, key)
    }
    return [...keys.values()].sort((left, right) => (left.text < right.text ? -1 : 1))
  }

  #top(): Layer {
    const layer = this.#layers.at(-1)
    if (layer === undefined) throw new RuntimeError('runtime.fault', 'state was written outside an attempt')
    return layer
  }

  #commit(): void {
    const layer = this.#top()
    this.#layers.length--
    const below = this.#layers.at(-1)
    if (below === undefined) {
      for (const { key, value } of layer.changes.values()) {
        this.#host.set(key.bytes, value)
        this.#read.set(key.text, value)
      }
      for (const [key, value] of layer.archived) this.#host.archive(key, value)
      for (const record of layer.events) this.#events.push(record)
      return
    }
    for (const [text, changed] of layer.changes) below.changes.set(text, changed)
    for (const record of layer.events) below.events.push(record)
    for (const entry of layer.archived) below.archived.push(entry)
  }
}

function emptyLayer(): Layer {
  return { changes: new Map(), events: [], archived: [] }
}
