/** What the keys of a contract open now, and walks over contracts: what `KeysApi_blast_radius` says of contracts. */
import { firstReadableBatch, liveEpochs } from '@pha/core/protocol'
import type { ContractsContext } from './context.ts'
import type { Epochs } from './epochs.ts'
import type { EpochStanding, OpenedContract } from './exposure-schema.ts'
import type { SealedAmount } from './schema.ts'
import type { SealedCounts } from './sealed-commands.ts'

const NOTHING: SealedAmount = { commands: 0n, bytes: 0n }

export function exposing({ storage }: ContractsContext, epochs: Epochs, sealedCounts: SealedCounts) {
  /** Epochs whose keys replicas hold or may ask for, ascending. */
  function standings(id: Uint8Array): { readonly epoch: number; readonly standing: EpochStanding['type'] }[] {
    const newest = storage.contracts.get(id)
    if (newest === undefined) return []
    const known = epochs.known(id)
    // Before the first command key nothing is sealed to the epoch in force either.
    const inForce = known.agreedAt === undefined ? 'Pending' : 'InForce'
    return liveEpochs(newest, known).map(({ epoch }) => {
      if (epoch === known.inForce) return { epoch, standing: inForce }
      return { epoch, standing: epoch < known.inForce ? 'Former' : 'Pending' }
    })
  }

  /** What a replica opens: commands of live epochs, the state, and the deltas that lead to it. */
  function ofReplica(id: Uint8Array): OpenedContract {
    const { epochs: counted, uncounted } = sealedCounts.of(id)
    const opened = standings(id).map(({ epoch, standing }) => {
      const { commands, bytes } = counted.find((one) => one.epoch === epoch) ?? NOTHING
      return { epoch, standing: { type: standing }, sealed: { commands, bytes } }
    })
    const settled = storage.progress.get(id)?.batch ?? 0
    const deltas = Math.max(0, settled - firstReadableBatch(epochs.known(id)) + 1)
    return { contract: id, epochs: opened, closed: NOTHING, uncounted, deltas }
  }

  return {
    ofReplica,

    /** What whoever has the root opens: that, all that was ever sealed to closed epochs, and every delta that somebody kept. */
    ofRoot(id: Uint8Array): OpenedContract {
      const opened = ofReplica(id)
      const closed = opened.epochs.reduce((left, { sealed }) => less(left, sealed), sealedCounts.of(id).total)
      return { ...opened, closed, deltas: storage.progress.get(id)?.batch ?? 0 }
    },

    /** Contracts behind one of them, in trie order. */
    contractsAfter: (after: Uint8Array | undefined): Generator<Uint8Array, void, undefined> =>
      after === undefined ? storage.contracts.keys() : storage.contracts.keysAfter([after]),

    /** The contracts of a worker behind one of them, in trie order. */
    *assignedAfter(worker: Uint8Array, after: Uint8Array | undefined): Generator<Uint8Array, void, undefined> {
      const { assignments } = storage
      const keys = after === undefined ? assignments.keys(worker) : assignments.keysAfter([worker, after], worker)
      for (const [, id] of keys) yield id
    },

    replicasOf: (id: Uint8Array): readonly Uint8Array[] => storage.contracts.get(id)?.replicas ?? [],
  }
}

function less(left: SealedAmount, right: SealedAmount): SealedAmount {
  return { commands: left.commands - right.commands, bytes: left.bytes - right.bytes }
}
