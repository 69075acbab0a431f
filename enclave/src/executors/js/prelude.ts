/**
 * The first script in every guest: takes away what is not deterministic or makes code from text, and puts the host
 * functions in place. It keeps its own references to intrinsics, so a guest that changes them fools only itself.
 *
 * It protects nothing on its own: bounds and query mode are enforced by the host whatever a guest calls.
 */

/** Codes of `fail`, by index. */
export const failures = ['exception', 'out-of-memory', 'stack-overflow'] as const

/** Evaluates to a function of the native functions, whose result is called once for each message. */
export const PRELUDE = `((get, set, nextKey, gasLeft, finish, fail) => {
  'use strict'
  const { BigInt, Error, InternalError, Reflect, TypeError } = globalThis
  const { apply } = Reflect
  const allowed = [
    'globalThis', 'undefined', 'NaN', 'Infinity', 'Object', 'Array', 'Number', 'Boolean', 'String', 'Symbol', 'BigInt',
    'Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'InternalError',
    'AggregateError', 'Iterator', 'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'decodeURI', 'decodeURIComponent',
    'encodeURI', 'encodeURIComponent', 'Math', 'Reflect', 'RegExp', 'JSON', 'Proxy', 'Map', 'Set', 'WeakMap', 'WeakSet',
    'Promise', 'ArrayBuffer', 'DataView', 'Uint8ClampedArray', 'Int8Array', 'Uint8Array', 'Int16Array', 'Uint16Array',
    'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array', 'Float16Array', 'Float32Array', 'Float64Array',
    Symbol.toStringTag,
  ]
  for (const name of Reflect.ownKeys(globalThis)) if (!allowed.includes(name)) delete globalThis[name]
  delete Math.random
  // no code from text: each kind of function leads to a constructor that takes source
  for (const one of [() => {}, function* () {}, async () => {}, async function* () {}]) {
    delete Object.getPrototypeOf(one).constructor
  }
  // nothing by the name of a locale, even where this engine ignores it
  for (const { prototype } of [Object, Array, Number, BigInt, String, Object.getPrototypeOf(Uint8Array)]) {
    for (const name of Reflect.ownKeys(prototype)) {
      if (typeof name === 'string' && /locale/i.test(name)) delete prototype[name]
    }
  }

  const byteLength = Reflect.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength').get
  const buffer = (value) => {
    apply(byteLength, value, [])
    return value
  }
  let access = 'none'
  const reading = () => {
    if (access === 'none') throw new Error('no message is being handled')
  }
  const writing = () => {
    if (access !== 'write') throw new Error('only init and commands write state')
  }
  const host = {
    get: (key) => (reading(), get(buffer(key))),
    set: (key, value) => (writing(), value === undefined ? set(buffer(key)) : set(buffer(key), buffer(value))),
    nextKey: (prefix, after) => (
      reading(), after === undefined ? nextKey(buffer(prefix)) : nextKey(buffer(prefix), buffer(after))
    ),
    gasLeft: () => BigInt(gasLeft()),
  }
  Object.defineProperty(globalThis, '__pha_host', { value: Object.freeze(host) })

  return (kind, input, caller, contract, blockNumber, blockTime, seed) => {
    access = kind === 'query' ? 'read' : 'write'
    try {
      const { __pha_main: main } = globalThis
      const { ok, output } = main({ kind, input, caller, contract, blockNumber, blockTime, seed })
      if (ok !== true && ok !== false) throw new TypeError('ok is not a boolean')
      finish(ok ? 1 : 0, buffer(output))
    } catch (error) {
      let failure = 0
      if (error instanceof InternalError) {
        if (error.message === 'out of memory') failure = 1
        else if (error.message === 'stack overflow') failure = 2
      }
      fail(failure)
    }
  }
})`

/** A number: 1 if the bundle left its entry function in place. */
export const ENTRY_CHECK = `typeof globalThis.__pha_main === 'function' ? 1 : 0`
