/** Timestamp: moves forward only, exactly once per block. */
import { implement } from '../../frame/implement.ts'
import { RuntimeError } from '../../frame/runtime-error.ts'
import { timestamp } from './schema.ts'

export const timestampLogic = implement(timestamp, {}, ({ storage, errors, constants }) => ({
  calls: {
    set(_, { now }) {
      if (storage.didUpdate.get()) throw errors.AlreadySet()
      if (now < storage.now.get() + constants.minimumPeriod) throw errors.TooEarly()
      storage.now.set(now)
      storage.didUpdate.set(true)
    },
  },
  hooks: {
    onFinalize() {
      if (!storage.didUpdate.get()) throw new RuntimeError('runtime.invalid-block', 'the block does not set its time')
      storage.didUpdate.remove()
    },
  },
  genesis({ now }) {
    storage.now.set(now)
  },
  exposes: {
    /** Milliseconds since 1970 of the current block, as its author says. */
    now: (): bigint => storage.now.get(),
    /** What the author of the next block sets if his clock says `clock`. */
    next(clock: bigint): bigint {
      const earliest = storage.now.get() + constants.minimumPeriod
      return clock > earliest ? clock : earliest
    },
  },
}))
