/** Preimages and tasks: the largest bytes, full lists, calls that are kept apart. */
import { blake2b256 } from '@pha/core/crypto'
import { preimage, RuntimeCall, scheduler, sudo, system } from '@pha/runtime/pallets'
import type { TestChain } from '@pha/runtime/testkit'
import { alice, bob, chainOfFriends, type Prepared, put, type Scenario, type Scenarios, succeed } from '../scenario.ts'

const asRoot = (inner: Uint8Array): Uint8Array => sudo.calls.sudo.encode({ call: RuntimeCall.decode(inner) })
const byRoot = (chain: TestChain, inner: Uint8Array): Prepared => ({ chain, sender: alice, call: asRoot(inner) })

const stored = new Uint8Array(500_000)
const hash = blake2b256(stored)

/** Bob has stored half a megabyte; root has asked for it so often. */
function keeper(requests: number): TestChain {
  const chain = chainOfFriends()
  succeed(chain, [bob, preimage.calls.notePreimage.encode({ bytes: stored })])
  for (let i = 0; i < requests; i++) succeed(chain, [alice, asRoot(preimage.calls.requestPreimage.encode({ hash }))])
  return chain
}

export const preimageScenarios: Scenarios<typeof preimage> = {
  notePreimage: {
    worst: 'bytes that nobody asked for',
    // Stored for another account than the sender, whose deposit it is.
    atLeast: { reads: 2, writes: 3 },
    units: { of: 'byte', most: 500_000 },
    prepare: (units) => ({
      chain: chainOfFriends(),
      sender: bob,
      call: preimage.calls.notePreimage.encode({ bytes: new Uint8Array(units) }),
    }),
  },
  unnotePreimage: {
    worst: 'large bytes, by root for who stored them',
    atLeast: { reads: 2, writes: 3 },
    prepare: () => byRoot(keeper(0), preimage.calls.unnotePreimage.encode({ hash })),
  },
  requestPreimage: {
    worst: 'bytes that somebody stored',
    atLeast: { reads: 2, writes: 3 },
    prepare: () => byRoot(keeper(0), preimage.calls.requestPreimage.encode({ hash })),
  },
  unrequestPreimage: {
    worst: 'the last request',
    atLeast: { reads: 2, writes: 3 },
    prepare: () => byRoot(keeper(1), preimage.calls.unrequestPreimage.encode({ hash })),
  },
}

const WHEN = 5_000
const ID = new Uint8Array(32).fill(9)
/** Longer than what is kept in the list itself. */
const long = RuntimeCall.decode(system.calls.remark.encode({ remark: new Uint8Array(1_000) }))
const short = system.calls.remark.encode({ remark: new Uint8Array(120) })
const wanted = { maybePeriodic: [10, 3], priority: 1, call: long } as const

const { calls } = scheduler

/** A list with room for one more task, all others as large as they may be. */
function busy(when = WHEN): TestChain {
  const chain = chainOfFriends()
  const task = {
    maybeId: undefined,
    priority: 1,
    call: { type: 'Inline', value: short },
    maybePeriodic: undefined,
    origin: { type: 'system', value: { type: 'Root' } },
  } as const
  const most = scheduler.constants.maxScheduledPerBlock.value - 1
  put(
    chain,
    scheduler.storage.agenda,
    when,
    Array.from({ length: most }, () => task),
  )
  return chain
}

/** The last task of a full list has a name, a call that is kept apart, and is tried again if it fails. */
function full(): { readonly chain: TestChain; readonly task: readonly [number, number] } {
  const chain = busy()
  succeed(chain, [alice, asRoot(calls.scheduleNamed.encode({ id: ID, when: WHEN, ...wanted }))])
  succeed(chain, [alice, asRoot(calls.setRetryNamed.encode({ id: ID, retries: 3, period: 10 }))])
  return { chain, task: [WHEN, scheduler.constants.maxScheduledPerBlock.value - 1] }
}

function scenario(worst: string, prepare: () => Prepared): Scenario {
  return { worst, prepare }
}

const LAST = 'the last place of a list, a call that is kept apart'
const NAMED = 'a task with a name and a call that is kept apart'
/** Blocks after the one that is made: `busy` has made one. */
const AFTER = WHEN - 3

export const schedulerScenarios: Scenarios<typeof scheduler> = {
  schedule: scenario(LAST, () => byRoot(busy(), calls.schedule.encode({ when: WHEN, ...wanted }))),
  scheduleNamed: scenario(LAST, () => byRoot(busy(), calls.scheduleNamed.encode({ id: ID, when: WHEN, ...wanted }))),
  scheduleAfter: scenario(LAST, () => byRoot(busy(), calls.scheduleAfter.encode({ after: AFTER, ...wanted }))),
  scheduleNamedAfter: scenario(LAST, () =>
    byRoot(busy(), calls.scheduleNamedAfter.encode({ id: ID, after: AFTER, ...wanted })),
  ),
  cancel: scenario(NAMED, () => {
    const { chain, task } = full()
    return byRoot(chain, calls.cancel.encode({ when: task[0], index: task[1] }))
  }),
  cancelNamed: scenario(NAMED, () => byRoot(full().chain, calls.cancelNamed.encode({ id: ID }))),
  setRetry: scenario(NAMED, () => {
    const { chain, task } = full()
    return byRoot(chain, calls.setRetry.encode({ task, retries: 9, period: 1 }))
  }),
  setRetryNamed: scenario(NAMED, () =>
    byRoot(full().chain, calls.setRetryNamed.encode({ id: ID, retries: 9, period: 1 })),
  ),
  cancelRetry: scenario(NAMED, () => {
    const { chain, task } = full()
    return byRoot(chain, calls.cancelRetry.encode({ task }))
  }),
  cancelRetryNamed: scenario(NAMED, () => byRoot(full().chain, calls.cancelRetryNamed.encode({ id: ID }))),
}
