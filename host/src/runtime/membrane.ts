/**
 * Runs inside a realm: joins the bundle there to the functions of the node here. Only bytes, texts and numbers cross, and
 * bytes are copied, so the bundle never holds an object of the node, through whose prototype it could reach everything.
 * The source of this function is evaluated in the realm: it may use nothing but its arguments and the realm's intrinsics.
 */

/** Functions of the node. What they throw stays outside: the bundle learns only that the host failed. */
export interface Outside {
  readonly hashes: { readonly [name: string]: (bytes: Uint8Array) => Uint8Array }
  /** A character for each byte: in a realm there is only `fromCharCode`, which takes three times as long. */
  text(bytes: Uint8Array): string
  /** `RuntimeHost.generation` of the call that runs. */
  generation(): number | undefined
  get(key: Uint8Array): Uint8Array | undefined
  /**
   * Many writes at once: keys and values by turns, one after the other in `bytes`, each as long as `lengths` says; -1 in the
   * place of a value removes the key.
   */
  setAll(bytes: Uint8Array, lengths: Int32Array): void
  nextKey(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined
  storageRoot(): Uint8Array
  /** `values` one after the other, each as long as `lengths` says. */
  orderedRoot(values: Uint8Array, lengths: Uint32Array): Uint8Array
  verify(scheme: string, signature: Uint8Array, message: Uint8Array, account: Uint8Array): boolean
  archive(key: Uint8Array, value: Uint8Array): void
}

/** Bytes of the answer, or the text `code\ndetail` of a failure. */
export type Invoke = (method: string, input: Uint8Array) => Uint8Array | string

type Bundle = (hashes: object) => {
  readonly runtime: { call(host: object, method: string, input: Uint8Array): Uint8Array }
}

/** @param bundle what the script of the runtime evaluates to */
export function joinRuntime(bundle: Bundle, outside: Outside): Invoke {
  // Arrays above 64 bytes are cut from longer ones: memory of its own costs each up to a microsecond.
  interface Slab {
    memory: ArrayBuffer
    used: number
  }
  const nothing = new ArrayBuffer(0)
  const newSlab = (): Slab => ({ memory: nothing, used: 0 })
  const cut = (slab: Slab, bytes: Uint8Array): Uint8Array => {
    const { length } = bytes
    if (length <= 64 || length > 1_024) return new Uint8Array(bytes)
    if (slab.used + length > slab.memory.byteLength) {
      // Short calls are given little: the first is shorter.
      slab.memory = new ArrayBuffer(Math.max(length, Math.min(2 * slab.memory.byteLength, 4_096), 512))
      slab.used = 0
    }
    const copy = new Uint8Array(slab.memory, slab.used, length)
    copy.set(bytes)
    slab.used += length
    return copy
  }
  // The bundle can look at all of an array's buffer, and write to it. So its slabs hold what this call was given and nothing
  // else, in the order of its questions: the same on each machine, whatever is remembered there.
  let given = newSlab()
  const give = (bytes: Uint8Array): Uint8Array => cut(given, bytes)
  const giveOrNone = (bytes: Uint8Array | undefined): Uint8Array | undefined =>
    bytes === undefined ? undefined : give(bytes)
  const kept = newSlab()
  const keepOrNone = (bytes: Uint8Array | undefined): Uint8Array | undefined =>
    bytes === undefined ? undefined : cut(kept, bytes)

  // Bytes of the bundle may claim another length, each time another one, by a property of their own or by another prototype.
  const bytesPrototype = Uint8Array.prototype
  const typeOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(bytesPrototype), Symbol.toStringTag)
    ?.get as () => string | undefined
  const plain = (bytes: Uint8Array): Uint8Array => {
    if (typeOf.call(bytes) !== 'Uint8Array') throw new TypeError('these are no bytes')
    if (Object.getPrototypeOf(bytes) === bytesPrototype && !Object.hasOwn(bytes, 'length')) return bytes
    return new Uint8Array(bytes)
  }
  const join = (parts: readonly Uint8Array[]): Uint8Array => {
    let length = 0
    for (const part of parts) length += part.length
    const joined = new Uint8Array(length)
    let offset = 0
    for (const part of parts) {
      joined.set(part, offset)
      offset += part.length
    }
    return joined
  }
  // What is thrown out there is an object of the node: a new error of this realm takes its place.
  const ask = <T>(question: () => T): T => {
    try {
      return question()
    } catch {
      throw new Error('the host failed')
    }
  }

  const hashes: { [name: string]: (...parts: Uint8Array[]) => Uint8Array } = {}
  for (const name of Object.keys(outside.hashes)) {
    const hash = outside.hashes[name]
    if (hash === undefined) continue
    hashes[name] = (...parts) => {
      const [first] = parts
      return ask(() => give(hash(parts.length === 1 && first !== undefined ? first : join(parts))))
    }
  }
  const { text: textFor, generation, get, setAll, nextKey, storageRoot, orderedRoot, verify, archive } = outside

  // Writes of the call that runs, as `setAll` takes them: in one buffer for all calls, a nested one's behind its caller's.
  // They cross together: before the host is asked about its state, and when the call returns.
  let buffer = new Uint8Array(65_536)
  let begin = 0
  let end = 0
  let lengths: number[] = []
  const write = (bytes: Uint8Array): void => {
    const next = end + bytes.length
    if (next > buffer.length) {
      const longer = new Uint8Array(2 * next)
      longer.set(buffer.subarray(0, end))
      buffer = longer
    }
    buffer.set(bytes, end)
    end = next
    lengths.push(bytes.length)
  }
  const deliver = (): void => {
    if (lengths.length === 0) return
    const delivered = Int32Array.from(lengths)
    lengths = []
    const bytes = buffer.subarray(begin, end)
    end = begin
    ask(() => setAll(bytes, delivered))
  }

  // What was read of the newest few states, so that most reads stay in here. The bundle gets copies: it can't change it.
  type Reads = Map<string, Uint8Array | undefined>
  const MOST_STATES = 4
  const MOST_READS = 8_192
  const MOST_BYTES = 4_096
  const known = new Map<number, Reads>()
  let reads: Reads = new Map()
  const textOf = (key: Uint8Array): string | undefined => (key.length > 1_024 ? undefined : ask(() => textFor(key)))
  const remember = (text: string | undefined, value: Uint8Array | undefined): void => {
    if (text === undefined) return
    if (value !== undefined && value.length > MOST_BYTES) return void reads.delete(text)
    if (reads.size >= MOST_READS) reads.clear()
    reads.set(text, value)
  }
  const takeReads = (of: number | undefined): Reads => {
    const found = of === undefined ? undefined : known.get(of)
    // Taken out while it is used: a call that fails leaves nothing behind.
    if (of !== undefined) known.delete(of)
    return found ?? new Map()
  }
  const putReads = (of: number | undefined): void => {
    if (of === undefined) return
    known.set(of, reads)
    if (known.size <= MOST_STATES) return
    for (const oldest of known.keys()) {
      known.delete(oldest)
      return
    }
  }

  const host = Object.freeze({
    get: (key: Uint8Array): Uint8Array | undefined => {
      const wanted = plain(key)
      const text = textOf(wanted)
      const value = text === undefined ? undefined : reads.get(text)
      if (value !== undefined) return give(value)
      if (text !== undefined && reads.has(text)) return undefined
      deliver()
      const asked = ask(() => keepOrNone(get(wanted)))
      remember(text, asked)
      return giveOrNone(asked)
    },
    set: (key: Uint8Array, value: Uint8Array | undefined): void => {
      const name = plain(key)
      const bytes = value === undefined ? undefined : plain(value)
      write(name)
      if (bytes === undefined) lengths.push(-1)
      else write(bytes)
      remember(textOf(name), keepOrNone(bytes))
    },
    nextKey: (prefix: Uint8Array, after: Uint8Array | undefined) => {
      deliver()
      return ask(() => giveOrNone(nextKey(prefix, after)))
    },
    storageRoot: () => {
      deliver()
      return ask(() => give(storageRoot()))
    },
    orderedRoot: (values: readonly Uint8Array[]) =>
      ask(() =>
        give(
          orderedRoot(
            join(values),
            Uint32Array.from(values, ({ length }) => length),
          ),
        ),
      ),
    verify: (scheme: string, signature: Uint8Array, message: Uint8Array, account: Uint8Array) =>
      ask(() => verify(scheme, signature, message, account)),
    archive: (key: Uint8Array, value: Uint8Array) => ask(() => archive(key, value)),
  })

  const { runtime } = bundle(Object.freeze(hashes))
  if (typeof runtime.call !== 'function') throw new Error('it gives no runtime')
  const describe = (error: unknown): string => {
    if (typeof error !== 'object' || error === null) return `${error}`
    const { message, cause } = error as { readonly message?: unknown; readonly cause?: unknown }
    return cause === undefined ? `${message}` : `${message}: ${describe(cause)}`
  }
  return (method, input) => {
    const outer = { reads, begin, lengths, given }
    reads = takeReads(ask(generation))
    begin = end
    lengths = []
    given = newSlab()
    try {
      const answer = runtime.call(host, method, give(input))
      deliver()
      // Asked again: a state that was written to is not the one that others begin from.
      putReads(ask(generation))
      return answer
    } catch (error) {
      const { code } = error as { readonly code?: unknown }
      return `${code}\n${describe(error)}`
    } finally {
      end = begin
      ;({ reads, begin, lengths, given } = outer)
    }
  }
}
