/** Runtimes from the bytes under `:code`, each in a realm of its own, the newest few kept. */
import { types } from 'node:util'
import { CodecError, toHex } from '@pha/core/codec'
import { blake2b64, blake2b128, blake2b256, sha256, sha512, twox64, twox128 } from '@pha/core/crypto'
import { type Runtime, RuntimeError, type RuntimeErrorCode, type RuntimeHost } from '@pha/runtime/frame'
import { readRuntimeCode } from '@pha/runtime/interface'
import type { RuntimeVersion } from '@pha/runtime/pallets'
import { byteText } from '../byte-text.ts'
import { Slab } from '../slab.ts'
import type { Outside } from './membrane.ts'
import { evaluateInRealm } from './realm.ts'
import { RuntimeCodeError } from './runtime-code-error.ts'

export interface LoadedRuntime extends Runtime {
  /** As the first line of the code tells it. */
  readonly version: RuntimeVersion
  readonly codeHash: Uint8Array
}

/** The one in force, the next one, and some that readers of old blocks ask for; each holds a few megabytes. */
const MAX_LOADED = 8
const loaded = new Map<string, LoadedRuntime>()

const ERROR_CODES: readonly RuntimeErrorCode[] = [
  'runtime.unknown-method',
  'runtime.bad-input',
  'runtime.invalid-block',
  'runtime.fault',
]

/**
 * The runtime that `code` is; the same one again for the same code.
 * @throws RuntimeCodeError if it is none
 * @example
 * const runtime = loadRuntime(trie.get(CODE_KEY))
 * runtime.call(state, 'Core_version', new Uint8Array())
 */
export function loadRuntime(code: Uint8Array): LoadedRuntime {
  const codeHash = blake2b256(code)
  const key = toHex(codeHash)
  const runtime = loaded.get(key) ?? startRuntime(code, codeHash)
  loaded.delete(key)
  loaded.set(key, runtime)
  const [oldest] = loaded.keys()
  if (loaded.size > MAX_LOADED && oldest !== undefined) loaded.delete(oldest)
  return runtime
}

/** A runtime in a fresh realm, known to nobody else. Throws as `loadRuntime`. */
export function startRuntime(code: Uint8Array, codeHash: Uint8Array = blake2b256(code)): LoadedRuntime {
  const version = readRuntimeCode(code)
  if (version === undefined)
    throw new RuntimeCodeError('runtime-code.unreadable', 'no runtime is named in its first line')
  let current: RuntimeHost | undefined
  // What the host itself throws in a call is not the runtime's doing: the call ends with it.
  let failure: { readonly cause: unknown } | undefined
  const onHost = <T>(work: (host: RuntimeHost) => T): T => {
    try {
      if (current === undefined) throw new RuntimeError('runtime.fault', 'the runtime asks outside a call')
      return work(current)
    } catch (cause) {
      failure ??= { cause }
      throw cause
    }
  }
  const outside: Outside = {
    hashes: {
      blake2b64: (bytes) => blake2b64(ours(bytes)),
      blake2b128: (bytes) => blake2b128(ours(bytes)),
      blake2b256: (bytes) => blake2b256(ours(bytes)),
      sha256: (bytes) => sha256(ours(bytes)),
      sha512: (bytes) => sha512(ours(bytes)),
      twox64: (bytes) => twox64(ours(bytes)),
      twox128: (bytes) => twox128(ours(bytes)),
    },
    text: byteText,
    generation: () => onHost((host) => host.generation),
    get: (key) => onHost((host) => host.get(ours(key))),
    setAll: (bytes, lengths) => onHost((host) => setEach(host, ours(bytes), lengths)),
    nextKey: (prefix, after) => onHost((host) => host.nextKey(ours(prefix), oursOrNone(after))),
    storageRoot: () => onHost((host) => host.storageRoot()),
    orderedRoot: (values, lengths) => onHost((host) => host.orderedRoot(split(ours(values), lengths))),
    verify: (scheme, signature, message, account) =>
      onHost((host) => host.verify(schemeOf(scheme), ours(signature), ours(message), ours(account))),
    archive: (key, value) => onHost((host) => host.archive(ours(key), ours(value))),
  }
  const invoke = evaluateInRealm(code, outside)
  return {
    version,
    codeHash,
    call(host, method, input) {
      const before = [current, failure] as const
      current = host
      failure = undefined
      try {
        const answer = answerOf(() => invoke(method, input))
        // `failure` is set by the closures above, which the compiler does not see.
        const failed = failure as { readonly cause: unknown } | undefined
        if (failed !== undefined) throw failed.cause
        if (types.isUint8Array(answer)) return ours(answer)
        throw errorOf(typeof answer === 'string' ? answer : 'runtime.fault\nthe answer is not bytes')
      } finally {
        ;[current, failure] = before
      }
    },
  }
}

/** What a realm throws past its own handler (it was out of stack even there) may run its code when read: it is dropped. */
function answerOf(invoke: () => unknown): unknown {
  try {
    return invoke()
  } catch {
    return 'runtime.fault\nthe runtime fails without an answer'
  }
}

/** What is needed for the moment: keys that are asked for, messages, what is hashed, answers. */
const slab = new Slab(8_192)
/** Keys and values that are written. The state keeps some for long, in memory that nothing else should share. */
const written = new Slab(8_192)

/** The length that no property of the array can belie. */
const lengthOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length')
  ?.get as () => number

/** A copy of bytes of a realm as bytes of the node. Reads no property that the realm could have defined. */
function ours(bytes: Uint8Array): Uint8Array {
  if (!types.isUint8Array(bytes)) throw new CodecError('codec.wrong-type', 'the runtime gives no bytes')
  const copy = slab.take(lengthOf.call(bytes))
  copy.set(bytes)
  return copy
}

function oursOrNone(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : ours(bytes)
}

function split(values: Uint8Array, lengths: Uint32Array): Uint8Array[] {
  if (!types.isUint32Array(lengths)) throw new CodecError('codec.wrong-type', 'the runtime gives no lengths')
  let offset = 0
  return Array.from(new Uint32Array(lengths), (length) => {
    offset += length
    return values.subarray(offset - length, offset)
  })
}

/** Keys and values are copied one by one: the host keeps some of them for long, and a view would keep them all. */
function setEach(host: RuntimeHost, bytes: Uint8Array, lengths: Int32Array): void {
  if (!types.isInt32Array(lengths)) throw new CodecError('codec.wrong-type', 'the runtime gives no lengths')
  const each = new Int32Array(lengths)
  let at = 0
  const take = (length: number): Uint8Array => {
    at += length
    return written.copy(bytes.subarray(at - length, at))
  }
  for (let i = 0; i + 1 < each.length; i += 2) {
    const key = take(each[i] as number)
    const length = each[i + 1] as number
    host.set(key, length < 0 ? undefined : take(length))
  }
}

function schemeOf(text: string): Parameters<RuntimeHost['verify']>[0] {
  if (text === 'Ed25519' || text === 'Sr25519' || text === 'Ecdsa') return text
  throw new CodecError('codec.unknown-tag', 'the runtime names an unknown signature scheme')
}

function errorOf(failure: string): RuntimeError {
  const end = failure.indexOf('\n')
  const said = failure.slice(0, end)
  const code = ERROR_CODES.find((known) => known === said) ?? 'runtime.fault'
  // The message of a coded error begins with its code already.
  const detail = failure.slice(end + 1).replace(`${code}: `, '')
  return new RuntimeError(code, detail)
}
