/** Scheduler: root says what is done later; the beginning of each block does what is due. */
import type { AnyCall } from '../../frame/declare.ts'
import { implement } from '../../frame/implement.ts'
import type { RootOrigin } from '../../frame/origin.ts'
import { callerOf } from '../../frame/origin-caller.ts'
import { agendaOf } from './agenda.ts'
import { boundedCalls } from './bounded-call.ts'
import { schedulerDeps } from './context.ts'
import { scheduler, type TaskAddress } from './schema.ts'
import { serviceTasks } from './service.ts'

interface Wanted {
  readonly maybePeriodic: readonly [period: number, times: number] | undefined
  readonly priority: number
  readonly call: AnyCall
}

export const schedulerLogic = implement(scheduler, schedulerDeps, (context) => {
  const { storage, events, errors, deps } = context
  const agenda = agendaOf(context)
  const calls = boundedCalls(context)
  const service = serviceTasks(context, agenda, calls)
  const now = deps.system.blockNumber

  function schedule(origin: RootOrigin, when: number, id: Uint8Array | undefined, wanted: Wanted): void {
    if (id !== undefined && storage.lookup.has(id)) throw errors.FailedToSchedule()
    if (when <= now()) throw errors.TargetBlockNumberInPast()
    const { maybePeriodic, priority, call } = wanted
    const [period, times] = maybePeriodic ?? [0, 0]
    agenda.requirePlace(when, {
      maybeId: id,
      priority,
      call: calls.keep(call),
      // The first time is not one of the times more.
      maybePeriodic: times > 1 && period > 0 ? [period, times - 1] : undefined,
      origin: callerOf(origin),
    })
  }

  /** This block's tasks are done, so the earliest is the next block. */
  function after(blocks: number): number {
    return Math.min(now() + blocks + 1, 0xffff_ffff)
  }

  function cancel(address: TaskAddress): void {
    const task = agenda.take(address)
    if (task === undefined) throw errors.NotFound()
    calls.release(task.call)
    events.Canceled({ when: address[0], index: address[1] })
  }

  function requireNamed(id: Uint8Array): TaskAddress {
    const address = storage.lookup.get(id)
    if (address === undefined) throw errors.NotFound()
    return address
  }

  function setRetry(task: TaskAddress, id: Uint8Array | undefined, retries: number, period: number): void {
    if (agenda.at(task) === undefined) throw errors.NotFound()
    storage.retries.set(task, { totalRetries: retries, remaining: retries, period })
    events.RetrySet({ task, id, period, retries })
  }

  function cancelRetry(task: TaskAddress, id: Uint8Array | undefined): void {
    if (agenda.at(task) === undefined) throw errors.NotFound()
    storage.retries.remove(task)
    events.RetryCancelled({ task, id })
  }

  return {
    calls: {
      schedule: (origin, { when, ...wanted }) => schedule(origin, when, undefined, wanted),
      cancel: (_, { when, index }) => cancel([when, index]),
      scheduleNamed: (origin, { id, when, ...wanted }) => schedule(origin, when, id, wanted),
      cancelNamed: (_, { id }) => cancel(requireNamed(id)),
      scheduleAfter: (origin, { after: blocks, ...wanted }) => schedule(origin, after(blocks), undefined, wanted),
      scheduleNamedAfter: (origin, { id, after: blocks, ...wanted }) => schedule(origin, after(blocks), id, wanted),
      setRetry: (_, { task, retries, period }) => setRetry(task, undefined, retries, period),
      setRetryNamed: (_, { id, retries, period }) => setRetry(requireNamed(id), id, retries, period),
      cancelRetry: (_, { task }) => cancelRetry(task, undefined),
      cancelRetryNamed: (_, { id }) => cancelRetry(requireNamed(id), id),
    },

    hooks: { onInitialize: service },

    invariants: {
      'names lead to tasks of that name, and no task of the past is forgotten': () => {
        let namedTasks = 0
        for (const [when, list] of storage.agenda.entries()) {
          if (list.length === 0 || list.at(-1) === undefined) return false
          if (when <= now() && (storage.incompleteSince.get() ?? when + 1) > when) return false
          for (const [index, task] of list.entries()) {
            if (task?.maybeId === undefined) continue
            const found = storage.lookup.get(task.maybeId)
            if (found?.[0] !== when || found[1] !== index) return false
            namedTasks++
          }
        }
        return [...storage.lookup.keys()].length === namedTasks
      },
      'only tasks that wait are tried again': () => {
        for (const address of storage.retries.keys()) if (agenda.at(address) === undefined) return false
        return true
      },
    },
  }
})
