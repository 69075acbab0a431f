/**
 * Changes that are not final yet: layers over the host, one per attempt that may be undone.
 * State, events and archived values go through the same layers, so a refused call leaves no trace of any kind.
 */
import type { RuntimeHost } from './host-interface.ts'
import { RuntimeError } from './runtime-error.ts'

type Value = Uint8Array | undefined

interface Layer {
  readonly changes: Map<string, Value>
  readonly events: Uint8Array[]
  readonly archived: [key: Uint8Array, value: Uint8Array][]
}

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
  #events: Uint8Array[] = []

  constructor(host: RuntimeHost) {
    this.#host = host
  }

  get(key: Uint8Array): Value {
    if (this.#layers.length > 0) {
      const text = toText(key)
      for (let i = this.#layers.length - 1; i >= 0; i--) {
        const changes = this.#layers[i]?.changes
        const value = changes?.get(text)
        if (value !== undefined || changes?.has(text)) return value
      }
    }
    return this.#host.get(key)
  }

  set(key: Uint8Array, value: Value): void {
    this.#top().changes.set(toText(key), value)
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

  /** Runs `work` in a layer that is dropped whatever comes of it. */
  explore<T>(work: () => T): T {
    const depth = this.#layers.length
    this.#layers.push(emptyLayer())
    try {
      return work()
    } finally {
      this.#layers.length = depth
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
   * keys removed while walking are skipped.
   */
  *keys(prefix: Uint8Array): Generator<Uint8Array, void, undefined> {
    const changed = this.#changedKeys(toText(prefix))
    let next = 0
    let hosted = this.#host.nextKey(prefix, undefined)
    while (hosted !== undefined || next < changed.length) {
      const ours = changed[next]
      const theirs = hosted === undefined ? undefined : toText(hosted)
      const key = theirs === undefined || (ours !== undefined && ours <= theirs) ? fromText(ours ?? '') : hosted
      if (ours !== undefined && (theirs === undefined || ours <= theirs)) next++
      if (hosted !== undefined && (ours === undefined || (theirs ?? '') <= ours)) {
        hosted = this.#host.nextKey(prefix, hosted)
      }
      if (key !== undefined && this.get(key) !== undefined) yield key
    }
  }

  #changedKeys(prefix: string): string[] {
    const keys = new Set<string>()
    for (const { changes } of this.#layers) {
      for (const key of changes.keys()) if (key.startsWith(prefix)) keys.add(key)
    }
    // One character per byte, so the order of the text is the order of the bytes.
    return [...keys].sort()
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
      for (const [key, value] of layer.changes) this.#host.set(fromText(key), value)
      for (const [key, value] of layer.archived) this.#host.archive(key, value)
      for (const record of layer.events) this.#events.push(record)
      return
    }
    for (const [key, value] of layer.changes) below.changes.set(key, value)
    for (const record of layer.events) below.events.push(record)
    for (const entry of layer.archived) below.archived.push(entry)
  }
}

function emptyLayer(): Layer {
  return { changes: new Map(), events: [], archived: [] }
}

/** Bytes as a map key, one character each. */
function toText(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] as number)
  return text
}

function fromText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
