/**
 * A realm: a V8 context with nothing in it but the permitted part of ECMAScript, frozen. No clock, no randomness, no I/O,
 * no code from strings, no jobs: what runs there depends on what it is given and nothing else.
 *
 * A context is not a sandbox against an attacker who breaks V8, and code in it can loop or fill memory: the code of a runtime
 * was approved on chain and rehearsed (`rehearsal.ts`) before. The realm keeps it deterministic and without authority.
 */
import vm from 'node:vm'
import { CodecError, utf8Decode } from '@pha/core/codec'
import { hardenRealm } from './harden.ts'
import { type Invoke, joinRuntime, type Outside } from './membrane.ts'
import { PERMITS } from './permits.ts'
import { RuntimeCodeError } from './runtime-code-error.ts'

/**
 * A runtime needs none of these, and each gives promises, whose jobs run when the node pleases; `import(...)` also answers
 * with an error of the node's own realm. Refused as words, wherever they stand: telling code from text is a parser's work.
 */
const FORBIDDEN_WORDS = /\b(?:import|async|await)\b/

const hardenScript = new vm.Script(`(${hardenRealm})`, { filename: 'harden.js' })
const joinScript = new vm.Script(`(${joinRuntime})`, { filename: 'membrane.js' })

/** A fresh realm. Its global object is for tests that search it. */
export function createRealm(): vm.Context {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
  })
  hardenScript.runInContext(context)(JSON.stringify(PERMITS))
  return context
}

/**
 * Evaluates the code of a runtime in a realm of its own.
 * @throws RuntimeCodeError `runtime-code.forbidden-word`, `runtime-code.not-a-runtime`
 */
export function evaluateInRealm(code: Uint8Array, outside: Outside): Invoke {
  const text = textOf(code)
  const word = FORBIDDEN_WORDS.exec(text)?.[0]
  if (word !== undefined) throw new RuntimeCodeError('runtime-code.forbidden-word', word)
  try {
    const context = createRealm()
    const join: typeof joinRuntime = joinScript.runInContext(context)
    return join(new vm.Script(text, { filename: 'runtime.js' }).runInContext(context), outside)
  } catch (cause) {
    // The cause may be an object of the realm: nothing of it is kept but its text.
    throw new RuntimeCodeError('runtime-code.not-a-runtime', messageOf(cause))
  }
}

function textOf(code: Uint8Array): string {
  try {
    return utf8Decode(code)
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause
    throw new RuntimeCodeError('runtime-code.unreadable', cause.message)
  }
}

/** Reading a property of a hostile object may run its code, and fail. */
function messageOf(cause: unknown): string {
  try {
    return String((cause as { readonly message?: unknown } | undefined)?.message).slice(0, 200)
  } catch {
    return 'it throws something that cannot be read'
  }
}
