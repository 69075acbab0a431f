/** A seeded generator of pseudo-random numbers: the same seed and name give the same inputs on every machine. */

export interface Random {
  /** A whole number from 0 to `bound - 1`. */
  below(bound: number): number
  /** True once in `times`, on average. */
  oneIn(times: number): boolean
  bytes(length: number): Uint8Array
  pick<T>(items: readonly T[]): T
}

/**
 * sfc32 (Chris Doty-Humphrey, PractRand): good enough to choose test inputs, and of no use for secrets.
 * @param name separates the inputs of one target from those of another, so that each is reproducible alone
 */
export function seededRandom(seed: number, name: string): Random {
  let [a, b, c, d] = [seed >>> 0, hashOf(name), 0x9e37_79b9, 1]
  function next(): number {
    const sum = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let i = 0; i < 16; i++) next()

  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound)
  return {
    below,
    oneIn: (times) => below(times) === 0,
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let i = 0; i < length; i++) bytes[i] = next()
      return bytes
    },
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('nothing to choose from')
      return items[below(items.length)] as T
    },
  }
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193)
  return hash >>> 0
}
