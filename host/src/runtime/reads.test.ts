import { deepEqual } from 'node:assert/strict'
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
