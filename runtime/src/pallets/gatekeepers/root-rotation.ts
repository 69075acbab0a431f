/**
 * A rotation of the root, from governance's wish to the end of the root before. What it costs to show is the same for one
 * contract and for a million: contracts are counted as they move, not when somebody asks.
 */
import type { GatekeepersContext } from './context.ts'
import { type RotationProgress, rotationProgress } from './rotation-schema.ts'

export type RootRotation = ReturnType<typeof rootRotation>

export function rootRotation({ storage, events, deps }: GatekeepersContext) {
  return {
    /** Whether a new root is wanted that did not come into being yet. */
    isWanted(): boolean {
      const rotation = storage.rotation.get()
      return rotation !== undefined && rotation.since === undefined
    },

    want(from: number): void {
      const wantedAt = deps.system.blockNumber()
      storage.rotation.set({ from, to: from + 1, wantedAt, since: undefined, retiredAt: undefined })
      events.RotationBegan({ root: from })
    },

    /** The new root took office. Of the first root there is no rotation. */
    began(block: number): void {
      const rotation = storage.rotation.get()
      if (rotation !== undefined) storage.rotation.set({ ...rotation, since: block })
    },

    /** Retires the root before, once no contract needs it. */
    retireIfDone(block: number): void {
      const former = storage.formerGroup.get()
      if (former === undefined) return
      const { contracts, done } = deps.contracts.moved()
      if (done < contracts) return
      storage.formerGroup.remove()
      const rotation = storage.rotation.get()
      if (rotation !== undefined) storage.rotation.set({ ...rotation, retiredAt: block })
      events.RootRetired({ root: former.root })
    },

    /** How far the newest rotation is; `undefined` if the root was never rotated. */
    progress(): RotationProgress | undefined {
      const rotation = storage.rotation.get()
      return rotation === undefined ? undefined : rotationProgress(rotation, deps.contracts.moved())
    },
  }
}
