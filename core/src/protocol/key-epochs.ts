/** A contract's key epochs: which keys are alive, and which of them a batch belongs to (docs/adr/0022-key-epochs.md). */
import { type Infer, t } from '../schema/index.ts'

export const RotationReason = t.enum('RotationReason', {
  /** The keys have lived for the contract's period. */
  Schedule: null,
  /** A replica that had the keys was replaced. */
  Replaced: null,
  /** A replica that has the keys is believed less than before. */
  Downgraded: null,
  /** The deployer asked. */
  Called: null,
  /** The root key was replaced. */
  Root: null,
})
export type RotationReason = Infer<typeof RotationReason>

export const FormerEpoch = t.struct(
  'FormerEpoch',
  { epoch: t.u32, root: t.u32, firstBatch: t.u32, until: t.u32, last: t.u64 },
  'The epoch before: commands sealed to it are taken up to block `until`, and `last` is the last message that may be one.',
)
export type FormerEpoch = Infer<typeof FormerEpoch>

export const KeyEpochs = t.struct(
  'KeyEpochs',
  {
    inForce: t.u32,
    root: t.u32,
    firstBatch: t.u32,
    agreedAt: t.option(t.u32),
    previous: t.option(FormerEpoch),
    wanted: t.option(RotationReason),
    period: t.u32,
  },
  'Batches from `firstBatch` on are executed and sealed with the keys of epoch `inForce`, made with `root`, whose command key ' +
    'was agreed on at block `agreedAt`. `wanted` says why another rotation follows; `period` is the life of keys in blocks, 0 for no end.',
)
export type KeyEpochs = Infer<typeof KeyEpochs>

/** An epoch of which replicas may have the key, and the root that it is made with. */
export interface LiveEpoch {
  readonly epoch: number
  readonly root: number
}

/**
 * Epochs whose keys replicas may have now: the one before while it is not closed, the one in force, and the pending one.
 *
 * @param newest of the contract's record
 * @example
 * liveEpochs(contract, epochs) // [{ epoch: 3, root: 1 }, { epoch: 4, root: 1 }] while epoch 4 is pending
 */
export function liveEpochs(newest: LiveEpoch, { inForce, root, previous }: KeyEpochs): LiveEpoch[] {
  const live: LiveEpoch[] = previous === undefined ? [] : [{ epoch: previous.epoch, root: previous.root }]
  live.push({ epoch: inForce, root })
  if (newest.epoch !== inForce) live.push({ epoch: newest.epoch, root: newest.root })
  return live
}

/** Whether replicas may have the key of exactly this epoch and root now. */
export function isLiveEpoch(newest: LiveEpoch, epochs: KeyEpochs, { epoch, root }: LiveEpoch): boolean {
  return liveEpochs(newest, epochs).some((live) => live.epoch === epoch && live.root === root)
}

/**
 * The epoch whose keys a batch is executed and sealed with.
 * @returns `undefined` for batches of closed epochs: nobody can open them any more
 */
export function epochOfBatch({ inForce, firstBatch, previous }: KeyEpochs, batch: number): number | undefined {
  if (batch >= firstBatch) return inForce
  return previous !== undefined && batch >= previous.firstBatch ? previous.epoch : undefined
}

/** The oldest batch whose delta can still be opened; older states are reached by snapshots only. */
export function firstReadableBatch({ firstBatch, previous }: KeyEpochs): number {
  return previous?.firstBatch ?? firstBatch
}
