/**
 * How much ciphertext of which epoch lies on chain: counted as commands are taken, so that anyone can ask what a stolen key
 * opens. Deltas and snapshots are not here: the chain knows what they hash to, their hosts know how long they are.
 */
import type { ContractsContext } from './context.ts'
import { MAX_COUNTED_EPOCHS, type SealedCommands } from './schema.ts'

export type SealedCounts = ReturnType<typeof sealedCounting>

const NONE: SealedCommands = { total: { commands: 0n, bytes: 0n }, uncounted: 0n, epochs: [] }

export function sealedCounting({ storage }: ContractsContext) {
  return {
    /** Counts a command that was taken. */
    count(id: Uint8Array, epoch: number, bytes: number): void {
      const known = storage.sealedCommands.get(id) ?? NONE
      const before = known.epochs.find((counted) => counted.epoch === epoch) ?? { epoch, commands: 0n, bytes: 0n }
      const others = known.epochs.filter((counted) => counted.epoch !== epoch)
      storage.sealedCommands.set(id, {
        ...known,
        total: { commands: known.total.commands + 1n, bytes: known.total.bytes + BigInt(bytes) },
        // Commands of at most two epochs are taken at a time: what falls out is older than both.
        epochs: [...others, { epoch, commands: before.commands + 1n, bytes: before.bytes + BigInt(bytes) }]
          .sort((left, right) => left.epoch - right.epoch)
          .slice(-MAX_COUNTED_EPOCHS),
      })
    },

    of: (id: Uint8Array): SealedCommands => storage.sealedCommands.get(id) ?? NONE,
  }
}
