/** Batches: the chain, not the replicas, decides which messages are settled together, so that all agree on it. */
import { equalBytes } from '@pha/core/codec'
import { topics } from '@pha/core/protocol'
import type { ContractsContext } from './context.ts'

export type Batches = ReturnType<typeof batchKeeping>

export function batchKeeping({ storage, events, constants, deps }: ContractsContext) {
  return {
    /** Notes that a contract has a new message or a settled batch, to be looked at when the block ends. */
    touch(contract: Uint8Array): void {
      storage.touched.mutate((touched) =>
        touched.some((known) => equalBytes(known, contract)) ? touched : [...touched, contract],
      )
    },

    /** Opens the next batch of every touched contract that has unsettled messages and no open batch. */
    openTouched(block: number): void {
      const touched = storage.touched.get()
      if (touched.length === 0) return
      storage.touched.remove()
      for (const contract of touched) {
        const progress = storage.progress.get(contract)
        if (progress === undefined || progress.open !== undefined) continue
        const { sequence } = deps.messages.head(topics.contract(contract))
        if (sequence <= progress.committed) continue
        const from = progress.committed + 1n
        const full = progress.committed + BigInt(constants.maxBatch)
        const to = sequence < full ? sequence : full
        const batch = progress.batch + 1
        storage.progress.set(contract, { ...progress, open: { from, to, openedAt: block } })
        storage.batchSeeds.set(contract, batch, deps.beacon.seed())
        events.BatchOpened({ contract, batch, from, to })
      }
    },
  }
}
