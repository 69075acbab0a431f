/**
 * Runs the tasks that are due, in the order of their blocks and priorities, as far as a block gives them time. A task that
 * fails leaves nothing but an event; one that does not fit waits; one that never fits is dropped. None stops a block.
 */
import { spokenFor } from '../../frame/origin-caller.ts'
import { system } from '../system/schema.ts'
import type { Agenda } from './agenda.ts'
import { type BoundedCalls, fetchedBytes } from './bounded-call.ts'
import type { SchedulerContext } from './context.ts'
import type { RetryConfig, Scheduled, TaskAddress } from './schema.ts'

const { read, write } = system.constants.dbWeight.value
/** Reading and sorting a list. */
const LIST_COST = read + write + 20_000_000n
/** Taking a task off its list, decoding it, its event, and putting it on another. */
const TASK_COST = 3n * read + 4n * write + 50_000_000n
/** Fetching and decoding a byte of a preimage. */
const BYTE_COST = 10_000n

/** Counts picoseconds up to a limit. */
class Meter {
  readonly #limit: bigint
  used = 0n

  constructor(limit: bigint) {
    this.#limit = limit
  }

  /** Whether so much could ever be taken, besides the list that it stands in. */
  couldTake(cost: bigint): boolean {
    return cost + LIST_COST <= this.#limit
  }

  take(cost: bigint): boolean {
    if (this.used + cost > this.#limit) return false
    this.used += cost
    return true
  }
}

export function serviceTasks(context: SchedulerContext, agenda: Agenda, calls: BoundedCalls) {
  const { storage, events, constants, env, deps } = context

  /** Works on the lists up to that of block `now`. */
  return function service(now: number): void {
    const first = storage.incompleteSince.get() ?? now
    const meter = new Meter(constants.maximumWeight.refTime)
    let incomplete: number | undefined
    let when = first
    for (; when <= now && meter.take(LIST_COST); when++) {
      for (const index of agenda.ordered(when)) {
        if (serviceTask([when, index], now, meter) === 'waits') incomplete ??= when
      }
    }
    if (when <= now) incomplete ??= when
    note(incomplete)
    deps.system.consumeInHook(meter.used)
  }

  function note(incomplete: number | undefined): void {
    if (incomplete !== undefined) {
      storage.incompleteSince.set(incomplete)
      events.AgendaIncomplete({ when: incomplete })
    } else if (storage.incompleteSince.has()) storage.incompleteSince.remove()
  }

  function serviceTask(address: TaskAddress, now: number, meter: Meter): 'done' | 'gone' | 'waits' {
    // Read again: a task of the same block may have taken this one back.
    const task = agenda.at(address)
    if (task === undefined) return 'gone'
    const named = { task: address, id: task.maybeId }
    const overhead = TASK_COST + BYTE_COST * BigInt(fetchedBytes(task.call))
    const call = calls.read(task.call)
    const origin = spokenFor(task.origin)
    if (!call.ok || origin === undefined) {
      if (!meter.take(overhead)) return 'waits'
      drop(address)
      events.CallUnavailable(named)
      return 'gone'
    }
    const cost = overhead + env.costOf(call.value).refTime
    if (!meter.take(cost)) {
      // The next block begins with the list that waits longest, so whatever could fit will.
      if (meter.couldTake(cost)) return 'waits'
      drop(address)
      events.PermanentlyOverweight(named)
      return 'gone'
    }
    const retry = storage.retries.get(address)
    agenda.take(address)
    const result = env.dispatch(origin, call.value)
    events.Dispatched({ ...named, result })
    if (!result.ok && retry !== undefined) tryAgain(address, task, retry, now)
    comeBack(address, task, retry, now)
    return 'done'
  }

  function drop(address: TaskAddress): void {
    const task = agenda.take(address)
    if (task !== undefined) calls.release(task.call)
  }

  /** Puts a copy without name and period on a later list. */
  function tryAgain(from: TaskAddress, task: Scheduled, retry: RetryConfig, now: number): void {
    if (retry.remaining === 0) return
    const again = agenda.place(later(now, retry.period), { ...task, maybeId: undefined, maybePeriodic: undefined })
    if (again === undefined) {
      events.RetryFailed({ task: from, id: task.maybeId })
      return
    }
    calls.keepAgain(task.call)
    storage.retries.set(again, { ...retry, remaining: retry.remaining - 1 })
  }

  /** Puts a periodic task on its next list, and lets go of any other. */
  function comeBack(from: TaskAddress, task: Scheduled, retry: RetryConfig | undefined, now: number): void {
    if (task.maybePeriodic === undefined) {
      calls.release(task.call)
      return
    }
    const [period, more] = task.maybePeriodic
    const rest = more > 1 ? ([period, more - 1] as const) : undefined
    const isNameFree = task.maybeId === undefined || !storage.lookup.has(task.maybeId)
    const next = isNameFree ? agenda.place(later(now, period), { ...task, maybePeriodic: rest }) : undefined
    if (next !== undefined) {
      if (retry !== undefined) storage.retries.set(next, retry)
      return
    }
    calls.release(task.call)
    events.PeriodicFailed({ task: from, id: task.maybeId })
  }
}

/** Block numbers are u32: a period of for ever ends at the last block. */
function later(now: number, blocks: number): number {
  return Math.min(now + Math.max(1, blocks), 0xffff_ffff)
}
