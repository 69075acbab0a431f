import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { emptyTrie, type Trie } from '@pha/core/trie'
import type { Runtime } from '@pha/runtime/frame'
import fc from 'fast-check'
import { BlockState } from './block-state.ts'

type Write = readonly [key: Uint8Array, value: Uint8Array | undefined]

/** A call as a script of writes. */
interface Script {
  readonly writes: readonly Write[]
  readonly asksForRoot: boolean
  readonly end: 'kept' | 'not kept' | 'throws'
}

const key = fc.uint8Array({ minLength: 1, maxLength: 3, max: 3 })
const value = fc.uint8Array({ maxLength: 40 })
const scripts = fc.array(
  fc.record({
    writes: fc.array(fc.tuple(key, fc.option(value, { nil: undefined })), { maxLength: 8 }),
    asksForRoot: fc.boolean(),
    end: fc.constantFrom<Script['end'][]>('kept', 'kept', 'not kept', 'throws'),
  }),
  { maxLength: 8 },
)

function run(state: BlockState, script: Script, asked: { current: Script }): void {
  asked.current = script
  try {
    state.call('', new Uint8Array(), () => script.end === 'kept')
  } catch {
    equal(script.end, 'throws')
  }
}

/** The same by the trie alone. */
function expected(trie: Trie, { writes, end }: Script): Trie {
  return end === 'kept' ? trie.applyChanges(writes) : trie
}

describe('the state under a block', () => {
  it('is that of a trie to which the kept calls were applied, whatever was taken back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 20 }), scripts, key, (initial, calls, prefix) => {
        const base = emptyTrie(1).applyChanges(initial)
        const asked = { current: calls[0] as Script }
        const runtime: Runtime = {
          call(host) {
            for (const [k, v] of asked.current.writes) host.set(k, v)
            if (asked.current.asksForRoot) host.storageRoot()
            if (asked.current.end === 'throws') throw new Error('as the script says')
            return new Uint8Array()
          },
        }
        const state = new BlockState(base, runtime, () => false)
        let model = base
        for (const script of calls) {
          run(state, script, asked)
          model = expected(model, script)
          const walked: string[] = []
          for (let at = state.nextKey(prefix, undefined); at !== undefined; at = state.nextKey(prefix, at)) {
            walked.push(toHex(at))
            deepEqual(state.get(at), model.get(at))
          }
          deepEqual(
            walked,
            [...model.entries(prefix)].map(([k]) => toHex(k)),
          )
        }
        deepEqual(state.storageRoot(), model.root())
        const changes = state.difference()
        deepEqual(base.applyChanges(changes).root(), model.root())
      }),
      { numRuns: 300 },
    )
  })
})
