/**
 * The conformance suite of executors: same code, state and message, so same outcome, gas and writes on every replica;
 * every bound holds; a trap leaves no trace. An executor brings the programs in its own language.
 */
import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Executor, Invocation, LoadedContract, Outcome, TrapReason } from './executor.ts'
import { memoryState } from './memory-state.ts'

interface ConformancePrograms {
  /** Adds 1 to the little-endian u32 at key `[1]` (absent: 0), writes it, and answers it; a query writes nothing. */
  readonly counter: Uint8Array
  /** Answers a u32 of its own memory that it then adds 1 to; with any input it then runs forever. */
  readonly memory: Uint8Array
  /** Writes whatever the kind of message, and lets the failure pass. */
  readonly writer: Uint8Array
  /** Refuses its message with the error `[7, 7]` after writing. */
  readonly rejecting: Uint8Array
  /** What must end with a trap, by a name for the report. */
  readonly traps: Readonly<Record<string, { readonly code: Uint8Array; readonly reason: TrapReason }>>
  readonly malformed: readonly Uint8Array[]
}

interface ConformanceFixture {
  /** A new executor that shares nothing with the last one. */
  readonly start: () => Executor
  readonly programs: ConformancePrograms
  readonly gasLimit: bigint
}

/** Registers the suite for an executor. */
export function executorConformance(name: string, { start, programs, gasLimit }: ConformanceFixture): void {
  const command: Invocation = {
    kind: 'command',
    input: new Uint8Array(),
    caller: new Uint8Array(32).fill(1),
    contract: new Uint8Array(32).fill(2),
    block: { number: 7, timeMs: 1_700_000_000_000n },
    seed: new Uint8Array(32).fill(3),
    gasLimit,
  }
  const run = (contract: LoadedContract, change: Partial<Invocation> = {}, state = memoryState()): Outcome =>
    contract.invoke({ ...command, ...change }, state)
  const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer)
  const answerOf = (outcome: Outcome): Uint8Array | string =>
    outcome.status === 'trap' ? outcome.reason : outcome.output

  describe(`${name} executor conformance`, () => {
    const pair = [start(), start()]

    it('keeps state from one message to the next', () => {
      const state = memoryState()
      using contract = start().load(programs.counter)
      for (const count of [1, 2, 3]) deepEqual(answerOf(run(contract, {}, state)), u32(count))
      deepEqual(state.entries(), [['01', '03000000']])
    })

    it('gives the same outcome, gas and writes on independent replicas', () => {
      const replicas = [start(), start(), start()].map((executor) => {
        const state = memoryState()
        using contract = executor.load(programs.counter)
        const outcomes = [1, 2, 3].map(() => run(contract, {}, state))
        return { loadGas: contract.loadGas, outcomes, entries: state.entries() }
      })
      deepEqual(replicas[1], replicas[0])
      deepEqual(replicas[2], replicas[0])
      notEqual(replicas[0]?.outcomes[0]?.gasUsed, 0n)
    })

    it('runs every message from the same memory, also after a trap', () => {
      using contract = start().load(programs.memory)
      const first = run(contract)
      deepEqual(answerOf(first), u32(0))
      deepEqual(run(contract), first)
      equal(answerOf(run(contract, { input: Uint8Array.of(1) })), 'out-of-gas')
      deepEqual(run(contract), first)
    })

    it('ends a message at any gas limit below its need, and at none above', () => {
      using contract = start().load(programs.counter)
      const { gasUsed } = run(contract)
      for (const limit of [0n, 1n, gasUsed / 2n, gasUsed - 1n]) {
        deepEqual(run(contract, { gasLimit: limit }), { status: 'trap', reason: 'out-of-gas', gasUsed: limit })
      }
      deepEqual(run(contract, { gasLimit: gasUsed }), { status: 'ok', output: u32(1), gasUsed })
    })

    it('lets no query write', () => {
      using contract = start().load(programs.writer)
      equal(run(contract).status, 'ok')
      const state = memoryState()
      equal(run(contract, { kind: 'query' }, state).status, 'trap')
      deepEqual(state.entries(), [])
    })

    it('hands over the error with which a contract refuses', () => {
      using contract = start().load(programs.rejecting)
      const outcome = run(contract)
      deepEqual([outcome.status, answerOf(outcome)], ['rejected', Uint8Array.of(7, 7)])
    })

    for (const [what, { code, reason }] of Object.entries(programs.traps)) {
      it(`bounds ${what} at the same step everywhere`, () => {
        const outcomes = pair.flatMap((executor) => {
          using contract = executor.load(code)
          equal(contract.defect, undefined)
          const twice = [run(contract), run(contract)]
          using other = executor.load(programs.counter)
          deepEqual(answerOf(run(other)), u32(1))
          return twice
        })
        equal(answerOf(outcomes[0] as Outcome), reason)
        for (const outcome of outcomes) deepEqual(outcome, outcomes[0])
      })
    }

    it('refuses malformed code without harm', () => {
      const executor = start()
      for (const code of programs.malformed) {
        using contract = executor.load(code)
        notEqual(contract.defect, undefined)
        deepEqual(run(contract), { status: 'trap', reason: 'bad-code', gasUsed: 0n })
      }
    })

    it('passes on what the state throws, and goes on with the next message', () => {
      using contract = start().load(programs.counter)
      const broken = {
        ...memoryState(),
        get: () => {
          throw new RangeError('disk lost')
        },
      }
      let caught: unknown
      try {
        contract.invoke(command, broken)
      } catch (error) {
        caught = error
      }
      equal((caught as Error | undefined)?.message, 'disk lost')
      deepEqual(answerOf(run(contract)), u32(1))
    })
  })
}
