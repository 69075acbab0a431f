/** Keeps the newest randomness, and gives those who choose something a seed that nobody could choose. */
import { blake2b256 } from '@pha/core/crypto'
import { bind, contexts } from '@pha/core/protocol'
import { implement } from '../../frame/implement.ts'
import { systemLogic } from '../system/logic.ts'
import { beacon } from './schema.ts'

export const beaconLogic = implement(beacon, { system: systemLogic }, ({ storage, events, deps }) => ({
  calls: {},
  exposes: {
    /** Of the last round that was finished; `undefined` before the first. */
    latestRound: (): number | undefined => storage.latest.get()?.round,

    finish(round: number, randomness: Uint8Array): void {
      storage.latest.set({ round, randomness })
      events.RoundFinished({ round, randomness })
    },

    /**
     * A seed for this block. Both halves are needed: the randomness of a finished round is known to whoever sends a
     * transaction, who could try accounts until the outcome suits; the parent's hash is chosen by its author. Before the
     * first round it is the parent's hash alone.
     */
    seed(): Uint8Array {
      const latest = storage.latest.get()
      const parent = deps.system.parentHash()
      return latest === undefined ? parent : blake2b256(bind(contexts.beaconSeed, latest.randomness, parent))
    },
  },
}))
