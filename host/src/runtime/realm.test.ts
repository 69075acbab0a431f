import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import vm from 'node:vm'
import { utf8Encode } from '@pha/core/codec'
import { blake2b64, blake2b128, blake2b256, sha256, sha512, twox64, twox128 } from '@pha/core/crypto'
import { MemoryHost, writeRuntimeCode } from '@pha/runtime/chain'
import { RUNTIME_VERSION } from '@pha/runtime/pallets'
import fc from 'fast-check'
import { startRuntime } from './load-runtime.ts'
import { PERMITS } from './permits.ts'
import { createRealm } from './realm.ts'

const EMPTY = new Uint8Array()

/** A runtime whose `call` has this body; `host`, `method`, `input` and `hashes` are in its scope. */
function runtimeOf(body: string) {
  const script = `((hashes) => { "use strict"; return { runtime: { call(host, method, input) { ${body} } } } })`
  return startRuntime(writeRuntimeCode(RUNTIME_VERSION, script))
}

/** What an expression is inside a realm, as text. */
function inRuntime(expression: string, host = new MemoryHost()): string {
  const runtime = runtimeOf(`
    let said
    try { said = String(${expression}) } catch (error) { said = 'throws ' + error.name }
    return Uint8Array.from(said, (letter) => letter.charCodeAt(0))`)
  return String.fromCharCode(...runtime.call(host, 'Ask', EMPTY))
}

describe('a realm', () => {
  it('holds nothing but what is permitted, all of it frozen', () => {
    const global = createRealm()
    const walk: (permits: string) => string[] = new vm.Script(`(${walkRealm})`).runInContext(global)
    deepEqual([...walk(JSON.stringify(PERMITS))], [])
  })

  it('has no clock, randomness, threads, jobs, I/O or code from strings', () => {
    for (const name of [
      ...['Date', 'Temporal', 'Intl', 'WebAssembly', 'Atomics', 'SharedArrayBuffer', 'WeakRef', 'FinalizationRegistry'],
      ...['Promise', 'console', 'process', 'require', 'setTimeout', 'queueMicrotask', 'fetch', 'crypto', 'performance'],
      ...['eval', 'Function', 'gc', 'structuredClone', 'Iterator', 'Float64Array', 'escape'],
    ]) {
      equal(inRuntime(`typeof ${name}`), 'undefined', name)
    }
    for (const expression of [
      ...['Math.random', 'Math.sin', 'Math.pow', '"".localeCompare', '"".normalize', '[].toLocaleString', 'RegExp.$1'],
      ...['Error.captureStackTrace', 'Error.stackTraceLimit', 'new Error("x").stack', 'DataView.prototype.getFloat64'],
      ...['(() => {}).caller', 'ArrayBuffer.prototype.resize'],
    ]) {
      equal(inRuntime(expression), 'undefined', expression)
    }
    equal(inRuntime('(() => {}).constructor("return 1")()'), 'throws EvalError')
    equal(inRuntime('(function* () {}).constructor("return 1")()'), 'throws EvalError')
  })

  it('is refused code with words that give promises or other modules', () => {
    for (const body of ['import("node:fs")', '(async () => {})()', 'import /* */ ("node:fs")']) {
      throws(() => runtimeOf(body), { code: 'runtime-code.forbidden-word' })
    }
  })

  it('leads nowhere through what the host hands in, returns or throws', () => {
    const host = new MemoryHost()
    host.set(Uint8Array.of(1), Uint8Array.of(2))
    const escapes = [
      'host.get',
      'host.get(Uint8Array.of(1))',
      'host.get(Uint8Array.of(1)).buffer',
      'host.nextKey(new Uint8Array(), undefined)',
      'host.storageRoot()',
      'host.orderedRoot([Uint8Array.of(1)])',
      'host',
      'input',
      'input.buffer',
      'hashes',
      'hashes.blake2b256',
      'hashes.blake2b256(input)',
      'host.verify',
      '(() => { try { host.set("no", "bytes") } catch (error) { return error } })()',
      '(() => { try { hashes.twox64(1) } catch (error) { return error } })()',
      '(() => { try { host.verify("none", input, input, input) } catch (error) { return error } })()',
      '(() => { const deep = () => deep(); try { deep() } catch (error) { return error } })()',
      '(() => { const deep = () => { host.storageRoot(); return deep() }; try { deep() } catch (error) { return error } })()',
    ]
    for (const way of escapes) {
      const probe = `(() => {
        const found = ${way}
        const chain = []
        for (let at = found; at !== null; at = Object.getPrototypeOf(at)) chain.push(at)
        const last = chain.at(-1)
        return last === Object.prototype || last.constructor === Object
      })()`
      // The host's own failure ends the call; that it is not the runtime's to see is checked beside.
      const answer = attempt(() => inRuntime(probe, host))
      ok(answer === 'true' || answer === 'host failure', `${way}: ${answer}`)
    }
  })

  it('keeps what is done to prototypes inside, where it fails', () => {
    equal(inRuntime('(() => { Object.prototype.polluted = 1 })()'), 'throws TypeError')
    equal(inRuntime('(() => { Array.prototype.push = () => {} })()'), 'throws TypeError')
    equal(inRuntime('(() => { globalThis.left = 1 })()'), 'throws TypeError')
    equal(inRuntime('(() => { host.get = () => input })()'), 'throws TypeError')
    equal(inRuntime('(() => { host.get.call = () => input })()'), 'throws TypeError')
    equal('polluted' in {}, false)
  })

  it('gives errors the same text wherever they are made, and no trace', () => {
    const own = 'Object.getOwnPropertyNames(new Error("x")).filter((name) => new Error("x")[name] !== undefined)'
    equal(inRuntime(own), 'message')
  })

  it('gets copies: neither side can change the bytes of the other', () => {
    const host = new MemoryHost()
    const key = Uint8Array.of(7)
    host.set(key, Uint8Array.of(1, 2, 3))
    const runtime = runtimeOf(`
      host.get(input).fill(9)
      const value = Uint8Array.of(5)
      host.set(Uint8Array.of(8), value)
      value.fill(6)
      input.fill(0)
      return value`)
    const answer = runtime.call(host, 'Change', key)
    deepEqual(
      [host.get(Uint8Array.of(7)), host.get(Uint8Array.of(8)), key],
      [Uint8Array.of(1, 2, 3), Uint8Array.of(5), Uint8Array.of(7)],
    )
    ok(answer instanceof Uint8Array)
  })

  it('hashes as core does', () => {
    const several = { blake2b64, blake2b128, blake2b256, sha256, sha512 }
    const runtime = runtimeOf('return hashes[method](input.slice(0, 3), input.slice(3))')
    const single = runtimeOf('return hashes[method](input)')
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(several) as (keyof typeof several)[])),
        fc.uint8Array({ maxLength: 300 }),
        (name, bytes) => {
          deepEqual(runtime.call(new MemoryHost(), name, bytes), several[name](bytes))
          deepEqual(single.call(new MemoryHost(), name, bytes), several[name](bytes))
          deepEqual(single.call(new MemoryHost(), 'twox64', bytes), twox64(bytes))
          deepEqual(single.call(new MemoryHost(), 'twox128', bytes), twox128(bytes))
        },
      ),
    )
  })

  it('says what failed: the runtime with its code, or the host with its own error', () => {
    const host = new MemoryHost()
    const coded = runtimeOf('throw Object.assign(new Error("nonsense"), { code: "runtime.bad-input" })')
    throws(() => coded.call(host, 'Fail', EMPTY), { code: 'runtime.bad-input', message: /nonsense/ })
    for (const body of ['null.x', 'throw 5', 'throw { get message() { throw 1 } }', 'return "text"', 'return {}', '']) {
      throws(() => runtimeOf(body).call(host, 'Fail', EMPTY), { code: 'runtime.fault' }, body)
    }
    class LostDisk extends MemoryHost {
      override get(): Uint8Array {
        throw new Error('the disk is gone')
      }
    }
    const reads = runtimeOf('try { host.get(input) } catch {} return input')
    throws(() => reads.call(new LostDisk(), 'Read', EMPTY), /the disk is gone/)
    deepEqual(reads.call(host, 'Read', EMPTY), EMPTY)
  })

  it('refuses what is no runtime, with a code', () => {
    throws(() => startRuntime(utf8Encode('// something else\n1')), { code: 'runtime-code.unreadable' })
    throws(() => startRuntime(EMPTY), { code: 'runtime-code.unreadable' })
    for (const script of [
      'not JavaScript at all',
      '1',
      '(() => ({}))',
      '(() => { throw new Error("no") })',
      '(() => { throw 5 })',
    ]) {
      throws(
        () => startRuntime(writeRuntimeCode(RUNTIME_VERSION, script)),
        { code: 'runtime-code.not-a-runtime' },
        script,
      )
    }
  })
})

function attempt(work: () => string): string {
  try {
    return work()
  } catch {
    return 'host failure'
  }
}

/** Evaluated in a realm: names everything reachable there that is not permitted or not frozen. */
function walkRealm(permits: string): string[] {
  const allowed = new Set(
    Object.values(JSON.parse(permits) as Record<string, string>).flatMap((text) => text.split(' ')),
  )
  for (const name of ['name', 'length', 'prototype', 'constructor']) allowed.add(name)
  const wrong: string[] = []
  const seen = new Set<object>()
  const queue: [string, unknown][] = [['global', globalThis]]
  const made = [[], '', new Map(), new Set()].map((of) => (of as { [Symbol.iterator](): object })[Symbol.iterator]())
  made.push(
    ''.matchAll(/./g),
    Object.getPrototypeOf((function* () {})()) as object,
    /./,
    1n as unknown as object,
    () => {},
  )
  for (const object of made) queue.push(['made', Object.getPrototypeOf(object)])
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [path, found] = next
    if (found === null || (typeof found !== 'object' && typeof found !== 'function') || seen.has(found)) continue
    seen.add(found)
    if (!Object.isFrozen(found)) wrong.push(`${path} is not frozen`)
    queue.push([`${path}.[[Prototype]]`, Object.getPrototypeOf(found)])
    for (const key of Reflect.ownKeys(found)) {
      const name = typeof key === 'string' ? key : `@@${String(key.description).replace('Symbol.', '')}`
      if (!allowed.has(name)) wrong.push(`${path}.${name}`)
      const { value, get, set } = Reflect.getOwnPropertyDescriptor(found, key) ?? {}
      for (const part of [value, get, set]) queue.push([`${path}.${name}`, part])
    }
  }
  return wrong
}
