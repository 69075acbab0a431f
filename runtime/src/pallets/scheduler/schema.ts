/** Scheduler: calls that the chain makes by itself, later. Names and layouts are Substrate's. */
import { type Infer, t } from '@pha/core/schema'
import { AnyCall, call, constant, map, pallet, value, Weight } from '../../frame/declare.ts'
import { DispatchResult } from '../../frame/dispatch-error.ts'
import { OriginCaller } from '../../frame/origin-caller.ts'
import { WEIGHTS } from '../weights.ts'
import { MAX_INLINE_BYTES, MAX_SCHEDULED_PER_BLOCK, MAX_SCHEDULED_TIME } from './limits.ts'

/** A call that waits: its bytes, or where they are. `Legacy` is Substrate's and never written here. */
export const Bounded = t.named(
  ['frame_support', 'traits', 'preimages', 'Bounded'],
  t.enum('Bounded', {
    Legacy: { hash: t.hash },
    Inline: t.boundedBytes(MAX_INLINE_BYTES),
    Lookup: { hash: t.hash, len: t.u32 },
  }),
)
export type Bounded = Infer<typeof Bounded>

export const Scheduled = t.named(
  ['pallet_scheduler', 'Scheduled'],
  t.struct('Scheduled', {
    maybeId: t.option(t.bytes32),
    /** Lower runs first. */
    priority: t.u8,
    call: Bounded,
    /** Blocks in between, and how many times more. */
    maybePeriodic: t.option(t.tuple(t.u32, t.u32)),
    origin: OriginCaller,
  }),
)
export type Scheduled = Infer<typeof Scheduled>

/** Block, and index in its list. */
const TaskAddress = t.tuple(t.u32, t.u32)
export type TaskAddress = Infer<typeof TaskAddress>

const RetryConfig = t.named(
  ['pallet_scheduler', 'RetryConfig'],
  t.struct('RetryConfig', { totalRetries: t.u8, remaining: t.u8, period: t.u32 }),
)
export type RetryConfig = Infer<typeof RetryConfig>

const task = { maybePeriodic: t.option(t.tuple(t.u32, t.u32)), priority: t.u8, call: AnyCall } as const
const named = { task: TaskAddress, id: t.option(t.bytes32) } as const

export const scheduler = pallet({
  name: 'Scheduler',
  index: 24,
  docs: 'Calls that the chain makes by itself, later.',
  constants: {
    maximumWeight: constant(
      Weight,
      { refTime: MAX_SCHEDULED_TIME, proofSize: 0n },
      'Half of a block; the rest is for transactions.',
    ),
    maxScheduledPerBlock: constant(t.u32, MAX_SCHEDULED_PER_BLOCK, 'The list is read and written whole for each task.'),
  },
  storage: {
    incompleteSince: value(t.u32, 'The first block whose list is not done; absent if all are.'),
    agenda: map(
      'Twox64Concat',
      t.u32,
      t.boundedVec(t.option(Scheduled), MAX_SCHEDULED_PER_BLOCK),
      'Tasks by block.',
      [],
    ),
    retries: map('Blake2_128Concat', TaskAddress, RetryConfig, 'Tasks that are tried again if they fail.'),
    lookup: map('Twox64Concat', t.bytes32, TaskAddress, 'Where a named task is.'),
  },
  calls: {
    schedule: call(0, { when: t.u32, ...task }, 'Make a call in block `when`.', {
      origin: 'root',
      weight: WEIGHTS.Scheduler.schedule,
    }),
    cancel: call(1, { when: t.u32, index: t.u32 }, 'Take a task back.', {
      origin: 'root',
      weight: WEIGHTS.Scheduler.cancel,
    }),
    scheduleNamed: call(2, { id: t.bytes32, when: t.u32, ...task }, 'Make a call in block `when`, with a name.', {
      origin: 'root',
      weight: WEIGHTS.Scheduler.scheduleNamed,
    }),
    cancelNamed: call(3, { id: t.bytes32 }, 'Take a named task back.', {
      origin: 'root',
      weight: WEIGHTS.Scheduler.cancelNamed,
    }),
    scheduleAfter: call(4, { after: t.u32, ...task }, 'Make a call when `after` blocks have passed.', {
      origin: 'root',
      weight: WEIGHTS.Scheduler.scheduleAfter,
    }),
    scheduleNamedAfter: call(
      5,
      { id: t.bytes32, after: t.u32, ...task },
      'Make a call when `after` blocks have passed, with a name.',
      { origin: 'root', weight: WEIGHTS.Scheduler.scheduleNamedAfter },
    ),
    setRetry: call(
      6,
      { task: TaskAddress, retries: t.u8, period: t.u32 },
      'Try a task again if it fails, every `period` blocks.',
      { origin: 'root', weight: WEIGHTS.Scheduler.setRetry },
    ),
    setRetryNamed: call(
      7,
      { id: t.bytes32, retries: t.u8, period: t.u32 },
      'Try a named task again if it fails, every `period` blocks.',
      { origin: 'root', weight: WEIGHTS.Scheduler.setRetryNamed },
    ),
    cancelRetry: call(8, { task: TaskAddress }, 'Do not try a task again.', {
      origin: 'root',
      weight: WEIGHTS.Scheduler.cancelRetry,
    }),
    cancelRetryNamed: call(9, { id: t.bytes32 }, 'Do not try a named task again.', {
      origin: 'root',
      weight: WEIGHTS.Scheduler.cancelRetryNamed,
    }),
  },
  events: {
    Scheduled: [{ when: t.u32, index: t.u32 }, 'A task was put on the list of a block.'],
    Canceled: [{ when: t.u32, index: t.u32 }, 'A task was taken back.'],
    Dispatched: [{ ...named, result: DispatchResult }, 'A task was done, or failed.'],
    RetrySet: [{ ...named, period: t.u32, retries: t.u8 }, 'A task will be tried again if it fails.'],
    RetryCancelled: [named, 'A task will not be tried again.'],
    CallUnavailable: [named, 'The call of a task is not there or cannot be read; the task is gone.'],
    PeriodicFailed: [named, 'A task could not be put on a later list: that is full.'],
    RetryFailed: [named, 'A task could not be put on a later list to be tried again: that is full.'],
    PermanentlyOverweight: [named, 'A task costs more than a block gives to tasks; it is gone.'],
    AgendaIncomplete: [{ when: t.u32 }, 'Tasks since that block wait for a later block.'],
  },
  errors: {
    FailedToSchedule: 'the name is taken',
    NotFound: 'no such task',
    TargetBlockNumberInPast: 'that block is in the past',
    RescheduleNoChange: 'the task is there already',
    Named: 'the task has a name',
  },
})
