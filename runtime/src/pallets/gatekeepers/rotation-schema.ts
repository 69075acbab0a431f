/** A rotation of the root: what the chain keeps about it, and what it shows of how far it is. */
import { type Infer, t } from '@pha/core/schema'
import type { MovedContracts } from '../contracts/schema.ts'

export const Rotation = t.struct(
  'RootRotation',
  { from: t.u32, to: t.u32, wantedAt: t.u32, since: t.option(t.u32), retiredAt: t.option(t.u32) },
  'A root that replaces another. Blocks: in which governance wanted it, in which it took office, and in which the one before was ' +
    'retired, since no contract had a key of it any more.',
)
export type Rotation = Infer<typeof Rotation>

export const RotationProgress = t.struct(
  'RootRotationProgress',
  {
    from: t.u32,
    to: t.u32,
    wantedAt: t.u32,
    since: t.option(t.u32),
    contracts: t.u64,
    done: t.u64,
    percent: t.u8,
    retiredAt: t.option(t.u32),
  },
  'How far a rotation of the root is: of the `contracts` that there were when the new root took office, `done` need the one before no ' +
    'more. Those deployed later have a key of the new root from the beginning. From `retiredAt` on, gatekeepers erase the former shares.',
)
export type RotationProgress = Infer<typeof RotationProgress>

/**
 * How far a rotation is. Rounded down, so 100 says that no contract is left.
 *
 * @param moved of the newest root that took office; it is not of this rotation before that
 */
export function rotationProgress(rotation: Rotation, moved: MovedContracts): RotationProgress {
  if (rotation.since === undefined) return { ...rotation, contracts: 0n, done: 0n, percent: 0 }
  const { contracts, done } = moved
  const percent = contracts === 0n ? 100 : Number((done * 100n) / contracts)
  return { ...rotation, contracts, done, percent }
}
