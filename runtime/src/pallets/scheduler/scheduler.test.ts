import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blake2b256 } from '@pha/core/crypto'
import fc from 'fast-check'
import { address, alice, bob, dave, give, inherent, nested, remark } from '../../chain/test-calls.ts'
import { TestChain } from '../../chain/test-chain.ts'
import { AnyCall } from '../../frame/declare.ts'
import { balances, PHA } from '../balances/schema.ts'
import { preimage } from '../preimage/schema.ts'
import { sudo } from '../sudo/schema.ts'
import { system } from '../system/schema.ts'
import { timestamp } from '../timestamp/schema.ts'
import { utility } from '../utility/schema.ts'
import { scheduler } from './schema.ts'

const { calls, constants } = scheduler
const newChain = () => new TestChain({ endowed: [alice, bob], sudo: { key: alice.accountId } })
const asRoot = (call: Uint8Array | AnyCall) =>
  sudo.calls.sudo.encode({ call: call instanceof Uint8Array ? nested(call) : call })
/** Root's way to move Bob's tokens. */
const bobGives = (value = PHA): AnyCall =>
  nested(
    utility.calls.dispatchAs.encode({
      asOrigin: { type: 'system', value: { type: 'Signed', value: bob.accountId } },
      call: give(value, dave),
    }),
  )
/** A call of root's that takes so much, and does nothing. */
const heavy = (refTime: bigint): AnyCall =>
  nested(utility.calls.withWeight.encode({ call: emptyBatch, weight: { refTime, proofSize: 0n } }))
const emptyBatch = nested(utility.calls.batch.encode({ calls: [] }))
const failing = nested(utility.calls.withWeight.encode({ call: remark(), weight: { refTime: 0n, proofSize: 0n } }))
const SECOND = 1_000_000_000_000n

type Options = { readonly times?: readonly [number, number]; readonly priority?: number; readonly id?: Uint8Array }
function at(when: number, call: AnyCall, { times, priority = 100, id }: Options = {}): Uint8Array {
  const wanted = { when, maybePeriodic: times, priority, call }
  return asRoot(id === undefined ? calls.schedule.encode(wanted) : calls.scheduleNamed.encode({ ...wanted, id }))
}
const id = (byte: number) => new Uint8Array(32).fill(byte)
const dispatched = (chain: TestChain) =>
  (chain.events('Scheduler', 'Dispatched') as { task: [number, number]; result: { ok: boolean } }[]).map(
    ({ task, result }) => [...task, result.ok],
  )
const sudone = (chain: TestChain) =>
  (chain.events('Sudo', 'Sudid') as { sudoResult: { ok: boolean; error?: unknown } }[]).map(
    ({ sudoResult }) => sudoResult,
  )
/** The name of the scheduler's error that root's last call met. */
function refusal(chain: TestChain): string | undefined {
  const error = sudone(chain)[0]?.error as { type: string; value?: { error: Uint8Array } } | undefined
  return error?.type === 'Module' ? Object.keys(scheduler.errors)[error.value?.error[0] ?? 99] : error?.type
}

describe('a scheduled call', () => {
  it('is made at the beginning of its block, as root, and its list goes', () => {
    const chain = newChain()
    deepEqual(chain.block([alice, at(3, bobGives())]), ['ok'])
    deepEqual(chain.events('Scheduler', 'Scheduled'), [{ when: 3, index: 0 }])
    chain.block()
    equal(chain.balance(dave.accountId), 0n)
    chain.block()
    deepEqual(dispatched(chain), [[3, 0, true]])
    equal(chain.balance(dave.accountId), PHA)
    const phases = chain.allEvents().filter(({ event }) => event.type === 'Scheduler')
    deepEqual(
      phases.map(({ phase }) => phase.type),
      ['Initialization'],
    )
    equal(chain.host.get(scheduler.storage.agenda.key(3)), undefined)
    deepEqual(chain.broken(), [])
  })

  it('that fails leaves an event and stops no block', () => {
    const chain = newChain()
    const calls = [
      failing,
      inherent,
      give(PHA, dave),
      nested(utility.calls.batchAll.encode({ calls: [emptyBatch, inherent] })),
    ]
    chain.block(...calls.map((call) => [alice, at(2, call)] as const))
    deepEqual(chain.block([bob, balances.calls.transferKeepAlive.encode({ dest: address(dave), value: PHA })]), ['ok'])
    deepEqual(dispatched(chain), [
      [2, 0, false],
      [2, 1, false],
      [2, 2, false],
      [2, 3, false],
    ])
    equal(chain.read(timestamp.storage.now) < 2n ** 60n, true)
    equal(chain.balance(dave.accountId), PHA)
    deepEqual(chain.broken(), [])
  })

  it('runs by priority, then in the order in which it came', () => {
    const chain = newChain()
    const note = (byte: number, priority: number) => at(2, heavy(1_000_000n), { priority, id: id(byte) })
    chain.block([alice, note(1, 200)], [alice, note(2, 10)], [alice, note(3, 10)])
    chain.block()
    deepEqual(dispatched(chain), [
      [2, 1, true],
      [2, 2, true],
      [2, 0, true],
    ])
  })

  it('comes back as often as was said', () => {
    const chain = newChain()
    chain.block([alice, at(2, bobGives(), { times: [2, 3] })])
    const due: number[] = []
    for (let block = 2; block <= 10; block++) {
      chain.block()
      if (dispatched(chain).length > 0) due.push(chain.number)
      deepEqual(chain.broken(), [])
    }
    deepEqual(due, [2, 4, 6])
    equal(chain.balance(dave.accountId), 3n * PHA)
  })

  it('is for the future, and for root', () => {
    const chain = newChain()
    const plain = calls.schedule.encode({ when: 9, maybePeriodic: undefined, priority: 0, call: remark() })
    deepEqual(chain.block([bob, plain]), ['BadOrigin'])
    chain.block([alice, at(2, remark())])
    equal(refusal(chain), 'TargetBlockNumberInPast')
    const after = { after: 0, maybePeriodic: undefined, priority: 0, call: heavy(0n) }
    chain.block([alice, asRoot(calls.scheduleAfter.encode(after))])
    chain.block()
    deepEqual(dispatched(chain), [[4, 0, true]])
  })

  it('is taken back by its place or its name, and a name is used once', () => {
    const chain = newChain()
    chain.block([alice, at(9, bobGives(), { id: id(1) })], [alice, at(9, bobGives())])
    chain.block([alice, at(8, bobGives(), { id: id(1) })])
    equal(refusal(chain), 'FailedToSchedule')
    chain.block([alice, asRoot(calls.cancelNamed.encode({ id: id(1) }))])
    deepEqual(chain.events('Scheduler', 'Canceled'), [{ when: 9, index: 0 }])
    chain.block([alice, asRoot(calls.cancel.encode({ when: 9, index: 1 }))])
    deepEqual(chain.events('Scheduler', 'Canceled'), [{ when: 9, index: 1 }])
    chain.block([alice, asRoot(calls.cancel.encode({ when: 9, index: 1 }))])
    equal(refusal(chain), 'NotFound')
    equal(chain.host.get(scheduler.storage.agenda.key(9)), undefined)
    deepEqual(chain.broken(), [])
  })

  it('may take back another of the same block, before that runs', () => {
    const chain = newChain()
    const first = nested(calls.cancel.encode({ when: 2, index: 1 }))
    chain.block([alice, at(2, first)], [alice, at(2, bobGives())])
    chain.block()
    deepEqual(dispatched(chain), [[2, 0, true]])
    equal(chain.balance(dave.accountId), 0n)
    deepEqual(chain.broken(), [])
  })

  it('cannot put itself on the list of its own block, so it cannot run for ever', () => {
    const chain = newChain()
    const again = nested(calls.schedule.encode({ when: 2, maybePeriodic: undefined, priority: 0, call: bobGives() }))
    chain.block([alice, at(2, again)])
    chain.block()
    deepEqual(dispatched(chain), [[2, 0, false]])
    // After nought blocks is the next block: one task there each time, and never more.
    const next = { after: 0, maybePeriodic: undefined, priority: 0, call: bobGives() }
    chain.block([alice, at(4, nested(calls.scheduleAfter.encode(next)))])
    chain.block()
    deepEqual(dispatched(chain), [[4, 0, true]])
    chain.block()
    deepEqual(dispatched(chain), [[5, 0, true]])
    deepEqual(chain.broken(), [])
  })
})

describe('the list of a block', () => {
  it('holds 50 tasks, and holes are used again', () => {
    const chain = newChain()
    const fill = nested(calls.schedule.encode({ when: 9, maybePeriodic: undefined, priority: 0, call: heavy(0n) }))
    const many = nested(utility.calls.batchAll.encode({ calls: Array.from({ length: 50 }, () => fill) }))
    chain.block([alice, asRoot(many)])
    chain.block([alice, asRoot(fill)])
    equal(refusal(chain), 'Exhausted')
    chain.block([alice, asRoot(calls.cancel.encode({ when: 9, index: 7 }))])
    chain.block([alice, asRoot(fill)])
    deepEqual(chain.events('Scheduler', 'Scheduled'), [{ when: 9, index: 7 }])
    deepEqual(chain.broken(), [])
  })

  it('tells when a task cannot come back, since its next list is full', () => {
    const chain = newChain()
    const fill = nested(calls.schedule.encode({ when: 4, maybePeriodic: undefined, priority: 0, call: heavy(0n) }))
    const many = nested(utility.calls.batchAll.encode({ calls: Array.from({ length: 50 }, () => fill) }))
    chain.block([alice, at(3, bobGives(), { times: [1, 9], id: id(1) })], [alice, asRoot(many)])
    chain.block()
    chain.block()
    deepEqual(chain.events('Scheduler', 'PeriodicFailed'), [{ task: [3, 0], id: id(1) }])
    deepEqual(chain.broken(), [])
    chain.block()
    equal(dispatched(chain).length, 50)
  })

  it('takes half of a block: the rest waits, keeps its name and runs next', () => {
    const chain = newChain()
    const third = SECOND / 3n
    chain.block([alice, at(2, heavy(third), { id: id(1) })], [alice, at(2, heavy(third), { id: id(2) })])
    chain.block()
    deepEqual(dispatched(chain), [[2, 0, true]])
    deepEqual(chain.events('Scheduler', 'AgendaIncomplete'), [{ when: 2 }])
    equal(chain.read(scheduler.storage.incompleteSince), 2)
    deepEqual(chain.read(scheduler.storage.lookup, id(2)), [2, 1])
    deepEqual(chain.broken(), [])
    chain.block([alice, at(4, heavy(0n))])
    deepEqual(dispatched(chain), [[2, 1, true]])
    equal(chain.read(scheduler.storage.incompleteSince), undefined)
    chain.block()
    deepEqual(dispatched(chain), [[4, 0, true]])
    deepEqual(chain.broken(), [])
  })

  it('counts against the block, so transactions get what is left', () => {
    const chain = newChain()
    chain.block([alice, at(2, heavy(SECOND / 3n))])
    chain.open()
    const used = chain.read(system.storage.blockWeight)
    ok(used.mandatory.refTime > SECOND / 3n)
    chain.close()
  })

  it('drops a task that never fits, and goes on', () => {
    const chain = newChain()
    chain.block([alice, at(2, heavy(2n ** 60n))], [alice, at(2, bobGives())])
    chain.block()
    deepEqual(chain.events('Scheduler', 'PermanentlyOverweight'), [{ task: [2, 0], id: undefined }])
    deepEqual(dispatched(chain), [[2, 1, true]])
    equal(chain.read(scheduler.storage.incompleteSince), undefined)
    deepEqual(chain.broken(), [])
  })

  it('never takes longer than it may, and every task that fits runs in the end, in order', () => {
    const cost = fc.bigInt(0n, SECOND / 2n - SECOND / 100n)
    fc.assert(
      fc.property(fc.array(fc.tuple(cost, fc.integer({ min: 2, max: 4 })), { maxLength: 8 }), (tasks) => {
        const chain = newChain()
        chain.block(...tasks.map(([refTime, when]) => [alice, at(when, heavy(refTime))] as const))
        let done = 0
        for (let block = 2; block < 16; block++) {
          chain.open()
          const { mandatory } = chain.read(system.storage.blockWeight)
          ok(mandatory.refTime <= constants.maximumWeight.value.refTime + SECOND / 100n)
          chain.close()
          done += dispatched(chain).length
          deepEqual(chain.broken(), [])
        }
        equal(done, tasks.length)
      }),
      { numRuns: 15 },
    )
  })
})

describe('a long call', () => {
  const long = nested(
    utility.calls.batch.encode({
      calls: [bobGives(), nested(utility.calls.batch.encode({ calls: Array.from({ length: 60 }, () => emptyBatch) }))],
    }),
  )
  const bytes = AnyCall.encode(long)
  const hash = blake2b256(bytes)
  const status = (chain: TestChain) => chain.read(preimage.storage.requestStatusFor, hash)

  it('is kept as a preimage while a task needs it', () => {
    ok(bytes.length > 128)
    const chain = newChain()
    chain.block([alice, at(3, long)], [alice, at(4, long)])
    deepEqual(status(chain)?.type, 'Requested')
    chain.block()
    chain.block()
    deepEqual(dispatched(chain), [[3, 0, true]])
    deepEqual(status(chain)?.type, 'Requested')
    deepEqual(chain.broken(), [])
    chain.block()
    deepEqual(dispatched(chain), [[4, 0, true]])
    equal(status(chain), undefined)
    equal(chain.balance(dave.accountId), 2n * PHA)
    deepEqual(chain.broken(), [])
  })

  it('that is gone when it is due drops its task, and stops nothing', () => {
    const chain = newChain()
    chain.block([alice, at(3, long)], [alice, at(3, bobGives())])
    chain.block([alice, asRoot(preimage.calls.unrequestPreimage.encode({ hash }))])
    // Letting go of what root took must not fail: that would be the end of the chain.
    chain.block()
    deepEqual(chain.events('Scheduler', 'CallUnavailable'), [{ task: [3, 0], id: undefined }])
    deepEqual(dispatched(chain), [[3, 1, true]])
    deepEqual(chain.broken(), [])
  })
})

describe('a task that fails', () => {
  it('is tried again as often as was said, as a copy without name', () => {
    const chain = newChain()
    chain.block([alice, at(3, failing, { id: id(5) })])
    chain.block([alice, asRoot(calls.setRetryNamed.encode({ id: id(5), retries: 2, period: 1 }))])
    deepEqual(chain.events('Scheduler', 'RetrySet'), [{ task: [3, 0], id: id(5), period: 1, retries: 2 }])
    const tries: number[] = []
    for (let block = 3; block < 9; block++) {
      chain.block()
      if (dispatched(chain).length > 0) tries.push(chain.number)
      deepEqual(chain.broken(), [])
    }
    deepEqual(tries, [3, 4, 5])
  })

  it('is not tried again if that was taken back', () => {
    const chain = newChain()
    chain.block([alice, at(4, failing)])
    chain.block([alice, asRoot(calls.setRetry.encode({ task: [4, 0], retries: 2, period: 1 }))])
    chain.block([alice, asRoot(calls.cancelRetry.encode({ task: [4, 0] }))])
    chain.block()
    deepEqual(dispatched(chain), [[4, 0, false]])
    chain.block()
    deepEqual(dispatched(chain), [])
  })
})
