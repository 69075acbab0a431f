import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { t } from '@pha/core/schema'
import fc from 'fast-check'
import { MemoryHost } from '../chain/memory-host.ts'
import { doubleMap, pallet } from './declare.ts'
import { Overlay } from './overlay.ts'
import { stateKey } from './state-key.ts'
import { accessStorage } from './storage-access.ts'

const declared = pallet({
  name: 'Probe',
  index: 0,
  docs: '',
  storage: { marks: doubleMap('Twox64Concat', t.u8, 'Blake2_128Concat', t.u8, t.u32, 'Marks.') },
})
const { marks } = declared.storage

type Step =
  | { readonly type: 'set'; readonly a: number; readonly b: number; readonly value: number }
  | { readonly type: 'remove' | 'get'; readonly a: number; readonly b: number }
  | { readonly type: 'clear' | 'list'; readonly a: number }
  | { readonly type: 'attempt'; readonly keep: boolean; readonly steps: readonly Step[] }

const digit = fc.nat(3)
const { step } = fc.letrec<{ step: Step }>((tie) => ({
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ type: fc.constant('set' as const), a: digit, b: digit, value: fc.nat(9) }),
    fc.record({ type: fc.constantFrom('remove' as const, 'get' as const), a: digit, b: digit }),
    fc.record({ type: fc.constantFrom('clear' as const, 'list' as const), a: digit }),
    fc.record({
      type: fc.constant('attempt' as const),
      keep: fc.boolean(),
      steps: fc.array(tie('step'), { maxLength: 6 }),
    }),
  ),
}))

/** Undoes an attempt in this test. */
class Undo extends Error {}

describe('storage through the overlay', () => {
  it('behaves as a map that attempts may change or leave alone, and lists its keys in trie order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const host = new MemoryHost()
        const overlay = new Overlay(host)
        const access = accessStorage(marks, () => overlay)
        let model = new Map<string, readonly [a: number, b: number, value: number]>()
        const keyOf = (a: number, b: number) => toHex(marks.key(a, b))
        const sorted = (a?: number) =>
          [...model].filter(([, entry]) => a === undefined || entry[0] === a).sort(([x], [y]) => (x < y ? -1 : 1))

        const run = (one: Step): void => {
          switch (one.type) {
            case 'set':
              access.set(one.a, one.b, one.value)
              model.set(keyOf(one.a, one.b), [one.a, one.b, one.value])
              break
            case 'remove':
              access.remove(one.a, one.b)
              model.delete(keyOf(one.a, one.b))
              break
            case 'get':
              equal(access.get(one.a, one.b), model.get(keyOf(one.a, one.b))?.[2])
              break
            case 'clear':
              access.clear(one.a)
              model = new Map([...model].filter(([, [a]]) => a !== one.a))
              break
            case 'list':
              deepEqual(
                [...access.entries(one.a)],
                sorted(one.a).map(([, [a, b, value]]) => [[a, b], value]),
              )
              // From behind any entry, there or not.
              deepEqual(
                [...access.keysAfter([one.a, 2], one.a)],
                sorted(one.a)
                  .filter(([key]) => key > keyOf(one.a, 2))
                  .map(([, [a, b]]) => [a, b]),
              )
              break
            case 'attempt':
              attempt(one.keep, one.steps)
          }
        }
        const attempt = (keep: boolean, inner: readonly Step[]): void => {
          const before = new Map(model)
          const work = () => {
            for (const one of inner) run(one)
            if (!keep) throw new Undo()
          }
          if (keep) overlay.attempt(work)
          else {
            throws(() => overlay.attempt(work), Undo)
            model = before
          }
        }
        // Each step in an attempt of its own: what is kept goes to the host in between.
        for (const one of steps) overlay.attempt(() => run(one))
        deepEqual(
          [...access.keys()],
          sorted().map(([, [a, b]]) => [a, b]),
        )
        deepEqual(
          [...host.trie.entries()].map(([key]) => toHex(key)),
          sorted().map(([key]) => key),
        )
      }),
    )
  })

  it('drops events and archived values together with the changes', () => {
    const host = new MemoryHost()
    const overlay = new Overlay(host)
    overlay.attempt(() => {
      overlay.depositEvent(Uint8Array.of(1))
      throws(() =>
        overlay.attempt(() => {
          overlay.depositEvent(Uint8Array.of(2))
          overlay.archive(Uint8Array.of(2), Uint8Array.of(2))
          throw new Undo()
        }),
      )
      overlay.archive(Uint8Array.of(1), Uint8Array.of(1))
    })
    deepEqual(overlay.takeEvents(), [Uint8Array.of(1)])
    deepEqual([...host.archived.keys()], ['0x01'])
  })

  it('is not written outside an attempt', () => {
    throws(() => new Overlay(new MemoryHost()).set(stateKey(Uint8Array.of(1)), Uint8Array.of(1)), {
      code: 'runtime.fault',
    })
  })
})
