/** A contract that breaks every limit it can reach, and counts beside it. */
import { command, contract, job, map, query, t, value } from '@pha/contract'

export const Hostile = contract({
  name: 'Hostile',
  docs: 'Attacks whoever runs it.',
  state: { count: value(t.u32, 0), flood: map(t.u32, t.bytes) },
  errors: {},
}).impl(({ state }) => {
  const add = (by: number): void => state.count.set(state.count.get() + by)

  /** Not optimised away: each frame waits for the one below. */
  const deep = (depth: number): number => 1 + deep(depth + 1)

  return {
    commands: {
      increment: command({}, () => add(1)),
      loop: command({}, () => {
        add(1_000)
        for (;;) add(0)
      }),
      bombMemory: command({}, () => {
        add(1_000)
        const kept: Uint8Array[] = []
        for (;;) kept.push(new Uint8Array(1 << 20).fill(1))
      }),
      recurse: command({}, () => {
        add(1_000)
        state.count.set(deep(0))
      }),
      floodState: command({}, () => {
        add(1_000)
        for (let i = 0; ; i++) state.flood.set(i, new Uint8Array(65_000))
      }),
      writeHugeValue: command({}, () => {
        add(1_000)
        state.flood.set(0, new Uint8Array(1 << 20))
      }),
      throwSecret: command({ secret: t.text }, ({ secret }) => {
        add(1_000)
        throw new Error(secret)
      }),
      /** An error that loops as soon as anyone asks what it is. */
      throwTrap: command({}, () => {
        add(1_000)
        throw new Proxy(new Error(), {
          getPrototypeOf: () => {
            for (;;);
          },
        })
      }),
    },
    jobs: {
      hugeAnswer: job({ bytes: t.u32 }, t.bytes, ({ bytes }) => {
        add(1_000)
        return new Uint8Array(bytes)
      }),
    },
    queries: {
      count: query({}, t.u32, () => state.count.get()),
      spin: query({}, t.u32, () => {
        for (;;);
      }),
    },
  }
})
