/**
 * A map of what was set lately: at least half of `capacity` entries, at most all of it. Two maps take turns, and the older
 * one is dropped as a whole. Deleting the oldest key of a single map, again and again, walks over what was deleted before:
 * 3 to 13 us each time in a map of 65,536.
 */
export class RecentMap<K, V extends {}> {
  readonly #half: number
  #newer = new Map<K, V>()
  #older = new Map<K, V>()

  /** @param capacity entries, 2 or more */
  constructor(capacity: number) {
    this.#half = capacity >> 1
  }

  get(key: K): V | undefined {
    return this.#newer.get(key) ?? this.#older.get(key)
  }

  set(key: K, value: V): void {
    if (this.#newer.size >= this.#half && !this.#newer.has(key)) {
      this.#older = this.#newer
      this.#newer = new Map()
    }
    this.#newer.set(key, value)
  }

  delete(key: K): void {
    this.#newer.delete(key)
    this.#older.delete(key)
  }

  clear(): void {
    this.#newer.clear()
    this.#older.clear()
  }
}
