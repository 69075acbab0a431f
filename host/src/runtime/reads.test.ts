import { deepEqual, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { emptyTrie } from '@pha/core/trie'
import { writeRuntimeCode } from '@pha/runtime/chain'
import type { Runtime, RuntimeHost } from '@pha/runtime/frame'
import { RUNTIME_VERSION } from '@pha/runtime/pallets'
import fc from 'fast-check'
import { BlockState } from '../node/block-state.ts'
import { startRuntime } from './load-runtime.ts'

/**
 * A runtime that does what its input says, three bytes a step: reads a key, writes it, removes it, or fails. It spoils all
 * bytes that it was given or gave. Evaluated in a realm too.
 */
function obey(host: RuntimeHost, _method: string, input: Uint8Array): Uint8Array {
  const seen: number[] = []
  for (let i = 0; i + 2 < input.length; i += 3) {
    const [step = 0, name = 0, value = 0] = [input[i], input[i + 1], input[i + 2]]
    const key = Uint8Array.of(name)
    if (step === 0) {
      const found = host.get(key)
      seen.push(found?.[0] ?? 255)
      if (found !== undefined) found[0] = 99
    } else if (step === 1) {
      const bytes = Uint8Array.of(value)
      host.set(key, bytes)
      bytes[0] = 98
    } else if (step === 2) host.set(key, undefined)
    else throw new Error('as the input says')
  }
  return Uint8Array.from(seen)
}

const inRealm = startRuntime(
  writeRuntimeCode(RUNTIME_VERSION, `(() => { "use strict"; ${obey}; return { runtime: { call: obey } } })`),
)
/** Each host is asked each time; it keeps its own copies, as the border of a realm makes them. */
const outside: Runtime = {
  call: (host, method, input) =>
    obey(
      {
        ...host,
        get: (key) => host.get(key)?.slice(),
        set: (key, value) => host.set(key, value?.slice()),
      } as RuntimeHost,
      method,
      input,
    ),
}

const steps = fc.array(
  fc.tuple(fc.constantFrom(0, 0, 0, 1, 1, 2, 3), fc.nat(3), fc.nat(90)).map((step) => Uint8Array.from(step)),
  { maxLength: 6 },
)
const calls = fc.array(fc.record({ steps, isKept: fc.boolean(), state: fc.nat(2) }), { maxLength: 12 })

describe('what a realm has read', () => {
  it('is what the host would answer again, whichever state asks and whatever was taken back', () => {
    fc.assert(
      fc.property(calls, (script) => {
        const base = emptyTrie(1).insert(Uint8Array.of(0), Uint8Array.of(7)).insert(Uint8Array.of(1), Uint8Array.of(8))
        const statesOf = (runtime: Runtime) => [0, 1, 2].map(() => new BlockState(base, runtime, () => false))
        const [cached, asked] = [statesOf(inRealm), statesOf(outside)]
        for (const { steps: parts, isKept, state } of script) {
          const input = Uint8Array.from(parts.flatMap((part) => [...part]))
          const answers = [cached[state], asked[state]].map((one) => {
            try {
              return one?.call('Obey', input, () => isKept)
            } catch {
              return 'it fails'
            }
          })
          deepEqual(answers[0], answers[1])
        }
        cached.forEach((state, i) => {
          deepEqual(state.storageRoot(), asked[i]?.storageRoot())
        })
      }),
      { numRuns: 500 },
    )
  })
})

/** A state of two long values, for each runtime that is asked. */
function stateFor(runtime: Runtime): BlockState {
  const base = emptyTrie(1)
    .insert(Uint8Array.of(0), new Uint8Array(100).fill(7))
    .insert(Uint8Array.of(1), new Uint8Array(100).fill(8))
  return new BlockState(base, runtime, () => false)
}

/** In a realm; each method is one of `methods`. */
function runtimeWith(methods: string): Runtime {
  const script = `(() => { "use strict"
    const methods = { ${methods} }
    return { runtime: { call: (host, method, input) => methods[method](host, input) } } })`
  return startRuntime(writeRuntimeCode(RUNTIME_VERSION, script))
}

describe('what a realm has read, to a bundle that looks for it,', () => {
  it('is not to be seen around the bytes of a value, nor where they lie', () => {
    const methods = `
      Look(host, input) {
        const value = host.get(input)
        return Uint8Array.of(value.byteOffset / 4, ...new Uint8Array(value.buffer))
      }`
    const [used, fresh] = [runtimeWith(methods), runtimeWith(methods)]
    const state = stateFor(used)
    for (const key of [0, 1, 1, 0]) state.call('Look', Uint8Array.of(key))
    deepEqual(state.call('Look', Uint8Array.of(1)), stateFor(fresh).call('Look', Uint8Array.of(1)))
  })

  it('cannot be overwritten around the bytes of a value', () => {
    const runtime = runtimeWith(`
      Spoil(host) {
        for (const key of [0, 1]) {
          new Uint8Array(host.get(Uint8Array.of(key)).buffer).fill(66)
          host.set(Uint8Array.of(key + 2), new Uint8Array(100).fill(9))
          new Uint8Array(host.get(Uint8Array.of(key + 2)).buffer).fill(66)
        }
        return new Uint8Array()
      },
      Read: (host, input) => host.get(input)`)
    const state = stateFor(runtime)
    state.call('Spoil', new Uint8Array())
    for (const [key, byte] of [7, 8, 9, 9].entries()) {
      deepEqual(state.call('Read', Uint8Array.of(key)), new Uint8Array(100).fill(byte), `key ${key}`)
    }
  })

  it('is of the key whose bytes were given, whatever length it claims', () => {
    const runtime = runtimeWith(`
      Confuse(host) {
        const long = Uint8Array.of(0, 5)
        Object.defineProperty(long, 'length', { value: 1 })
        host.set(long, Uint8Array.of(1))
        const short = Uint8Array.of(1)
        Object.setPrototypeOf(short, { length: 0 })
        host.get(short)
        return new Uint8Array()
      },
      Read: (host, input) => host.get(input) ?? Uint8Array.of(255)`)
    const state = stateFor(runtime)
    state.call('Confuse', new Uint8Array())
    deepEqual(state.call('Read', Uint8Array.of(0)), new Uint8Array(100).fill(7))
    deepEqual(state.call('Read', Uint8Array.of(0, 5)), Uint8Array.of(1))
    deepEqual(state.call('Read', new Uint8Array()), Uint8Array.of(255))
  })

  it('does not pad a value with what was written before', () => {
    const runtime = runtimeWith(`
      Fill(host) { host.set(Uint8Array.of(2), new Uint8Array(200).fill(66)); return new Uint8Array() },
      Claim(host) {
        const value = Uint8Array.of(1)
        Object.defineProperty(value, 'length', { value: 50 })
        host.set(Uint8Array.of(3), value)
        return new Uint8Array()
      }`)
    const state = stateFor(runtime)
    state.call('Fill', new Uint8Array())
    state.call('Claim', new Uint8Array())
    deepEqual(state.get(Uint8Array.of(3)), Uint8Array.of(1))
  })

  it('answers no key that is not bytes', () => {
    const runtime = runtimeWith(`
      Read: (host, input) => host.get(input),
      Wide: (host) => host.get(Uint16Array.of(1)) ?? Uint8Array.of(255),
      Posing: (host) => host.get(new Proxy(Uint8Array.of(1), {})) ?? Uint8Array.of(255)`)
    const state = stateFor(runtime)
    state.call('Read', Uint8Array.of(1))
    for (const method of ['Wide', 'Posing']) {
      throws(() => state.call(method, new Uint8Array()), { code: 'runtime.fault' }, method)
    }
  })
})
