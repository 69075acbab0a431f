/**
 * Reads of one state that are asked for in one turn, with one proof. All contracts of a worker look at each block at once, and
 * all of them at the same group and time; a proof for each would have the upper nodes of the trie in it each time.
 */
import { toHex } from '@pha/core/codec'
import { limits } from '@pha/core/protocol'

type Values = readonly (Uint8Array | undefined)[]

/** Keys of the reads that were joined so far, each once, and what will be known of them. */
interface Joint {
  readonly keys: Uint8Array[]
  readonly places: Map<string, number>
  readonly values: Promise<Values>
}

/**
 * @param prove one request for at most `limits.proofKeys` distinct keys
 * @returns a function that reads some keys; it rejects as `prove` does, with all that were joined
 * @example
 * const read = jointReads((keys) => proveBy(host, block, keys))
 * const [[one], [two]] = await Promise.all([read([first]), read([second])]) // one request
 */
export function jointReads(
  prove: (keys: readonly Uint8Array[]) => Promise<Values>,
): (keys: readonly Uint8Array[]) => Promise<Values> {
  let open: Joint | undefined

  function begin(): Joint {
    const keys: Uint8Array[] = []
    const values = Promise.resolve().then(() => {
      if (open === joint) open = undefined
      return prove(keys)
    })
    const joint: Joint = { keys, places: new Map(), values }
    return joint
  }

  return async (keys) => {
    if (keys.length === 0) return []
    if (keys.length > limits.proofKeys) throw new RangeError(`${keys.length} keys in one read`)
    if (open === undefined || open.keys.length + keys.length > limits.proofKeys) open = begin()
    const { keys: all, places, values } = open
    const wanted = keys.map((key) => {
      const name = toHex(key)
      const place = places.get(name) ?? all.push(key) - 1
      places.set(name, place)
      return place
    })
    const proven = await values
    return wanted.map((place) => proven[place])
  }
}
