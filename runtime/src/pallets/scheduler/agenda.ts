/** The lists of tasks: one for each block that has any, with holes where tasks were taken. */
import { DispatchFailure } from '../../frame/dispatch-error.ts'
import type { SchedulerContext } from './context.ts'
import type { Scheduled, TaskAddress } from './schema.ts'

export interface Agenda {
  /** Puts a task on a list; `undefined` if that is full. */
  place(when: number, task: Scheduled): TaskAddress | undefined
  /** As `place`. @throws DispatchFailure `Exhausted` */
  requirePlace(when: number, task: Scheduled): void
  at(address: TaskAddress): Scheduled | undefined
  /** Takes a task off its list, with its name and its retries. */
  take(address: TaskAddress): Scheduled | undefined
  /** Indexes of the tasks of a block, in the order in which they run. */
  ordered(when: number): number[]
}

export function agendaOf({ storage, events, constants }: SchedulerContext): Agenda {
  function place(when: number, task: Scheduled): TaskAddress | undefined {
    const list = [...storage.agenda.get(when)]
    const index = list.length < constants.maxScheduledPerBlock ? list.length : list.indexOf(undefined)
    if (index < 0) return undefined
    list[index] = task
    storage.agenda.set(when, list)
    if (task.maybeId !== undefined) storage.lookup.set(task.maybeId, [when, index])
    events.Scheduled({ when, index })
    return [when, index]
  }

  return {
    place,

    requirePlace(when, task) {
      if (place(when, task) === undefined) throw new DispatchFailure({ type: 'Exhausted' })
    },

    at: ([when, index]) => storage.agenda.get(when)[index],

    take([when, index]) {
      const list = [...storage.agenda.get(when)]
      const task = list[index]
      if (task === undefined) return undefined
      list[index] = undefined
      while (list.length > 0 && list.at(-1) === undefined) list.pop()
      if (list.length === 0) storage.agenda.remove(when)
      else storage.agenda.set(when, list)
      if (task.maybeId !== undefined) storage.lookup.remove(task.maybeId)
      storage.retries.remove([when, index])
      return task
    },

    ordered(when) {
      const tasks = [...storage.agenda.get(when).entries()]
      return tasks
        .flatMap(([index, task]) => (task === undefined ? [] : [{ index, priority: task.priority }]))
        .sort((left, right) => left.priority - right.priority || left.index - right.index)
        .map(({ index }) => index)
    },
  }
}
