/**
 * Key epochs: a contract's keys are replaced from time to time, so that who breaks a replica later reads nothing that was
 * sealed before. A new epoch is pending until the replicas agree on its command key; then it is in force, and the one
 * before is accepted for an overlap. It is closed once the overlap is over and every command that it sealed is settled.
 * Nothing else is begun before that, so replicas hold the keys of two epochs and ask for those of a third.
 */
import { equalBytes } from '@pha/core/codec'
import {
  type FormerEpoch,
  isLiveEpoch,
  type KeyEpochs,
  type LiveEpoch,
  type RotationReason,
  topics,
} from '@pha/core/protocol'
import type { PalletBody } from '../../frame/implement.ts'
import { system } from '../system/schema.ts'
import type { ContractsContext } from './context.ts'
import type { Contract, contracts } from './schema.ts'

const { read, write } = system.constants.dbWeight.value
/** A twelfth of a block: what is due later than it should be harms nobody. */
const ROOM = system.constants.blockWeights.value.maxBlock.refTime / 12n
/** One contract that is due: its record, key, progress and epochs, and what beginning an epoch writes. */
const LOOK = 6n * read + 4n * write + 100_000_000n

export type Epochs = ReturnType<typeof epochKeeping>

export function epochKeeping({ storage, events, constants, deps }: ContractsContext) {
  function known(id: Uint8Array): KeyEpochs {
    return storage.keyEpochs.get(id) ?? { ...FIRST_EPOCH, root: FIRST_ROOT, period: constants.keyPeriod }
  }

  function lookAgain(id: Uint8Array, block: number): void {
    storage.epochsDue.set(block, id, undefined)
  }

  /** Whether nothing sealed to this epoch is accepted any more, and all that was is settled. */
  function isOver(id: Uint8Array, { until, last }: FormerEpoch): boolean {
    const committed = storage.progress.get(id)?.committed ?? 0n
    return deps.system.blockNumber() > until && committed >= last
  }

  /** Begins the epoch that is wanted, unless one is pending or not closed yet. */
  function beginWanted(id: Uint8Array): void {
    const contract = storage.contracts.get(id)
    const epochs = known(id)
    const { wanted, previous } = epochs
    if (contract === undefined || wanted === undefined || previous !== undefined) return
    if (storage.commandKeys.get(id)?.epoch !== contract.epoch) return
    const epoch = contract.epoch + 1
    const root = storage.root.get()
    storage.contracts.set(id, { ...contract, epoch, root })
    storage.keyEpochs.set(id, { ...epochs, wanted: undefined })
    if (root !== epochs.root) needsFormerRoot(id)
    events.EpochBegan({ contract: id, epoch, root, reason: wanted })
  }

  /** Keeps the root before in office for this contract. */
  function needsFormerRoot(id: Uint8Array): void {
    storage.rekeying.set(id, undefined)
  }

  /** Counts a contract that has no key of the root before any more. */
  function noteMoved(): void {
    storage.moved.mutate((moved) => ({ ...moved, done: moved.done + 1n }))
  }

  function noteRekeyed(id: Uint8Array, { root }: KeyEpochs): void {
    if (!storage.rekeying.has(id) || root !== storage.root.get()) return
    storage.rekeying.remove(id)
    noteMoved()
  }

  function closeIfOver(id: Uint8Array): void {
    const epochs = known(id)
    const { previous } = epochs
    if (previous === undefined || !isOver(id, previous)) return
    storage.keyEpochs.set(id, { ...epochs, previous: undefined })
    events.KeyEpochClosed({ contract: id, epoch: previous.epoch })
    noteRekeyed(id, epochs)
    beginWanted(id)
  }

  function advance(id: Uint8Array, reason: RotationReason): void {
    const epochs = known(id)
    // The first reason is told; that there were more changes nothing.
    if (epochs.wanted === undefined) storage.keyEpochs.set(id, { ...epochs, wanted: reason })
    beginWanted(id)
  }

  function whenDue(id: Uint8Array, block: number): void {
    closeIfOver(id)
    const { period, agreedAt } = known(id)
    if (period === 0 || agreedAt === undefined || agreedAt + period > block) return
    const isPending = storage.contracts.get(id)?.epoch !== known(id).inForce
    if (!isPending) advance(id, { type: 'Schedule' })
  }

  return {
    known,

    /** Whether replicas of a contract may have the key of this epoch and root now. */
    isLive(id: Uint8Array, wanted: LiveEpoch): boolean {
      const newest = storage.contracts.get(id)
      return newest !== undefined && isLiveEpoch(newest, known(id), wanted)
    },

    needsFormerRoot,

    /** Makes the first key of a contract from another root: of a contract whose key nobody was released. */
    takeRoot(id: Uint8Array, contract: Contract, root: number): void {
      storage.contracts.set(id, { ...contract, root })
      storage.keyEpochs.set(id, { ...known(id), root })
      noteMoved()
    },

    /** The first epoch of a new contract: pending, and in force for its constructor, which is public. */
    begin(id: Uint8Array, root: number): void {
      storage.keyEpochs.set(id, { ...FIRST_EPOCH, root, period: constants.keyPeriod })
    },

    /**
     * Asks for new keys of a contract. While an epoch is pending or not closed that is remembered: two reasons lead to
     * one rotation.
     */
    advance,

    /** Replicas agreed on the command key of an epoch: it is in force from the next batch that opens. */
    agreed(id: Uint8Array, epoch: number): void {
      const epochs = known(id)
      const block = deps.system.blockNumber()
      const { batch = 0, open } = storage.progress.get(id) ?? {}
      if (epoch === epochs.inForce) {
        storage.keyEpochs.set(id, { ...epochs, agreedAt: block })
      } else {
        const { inForce, firstBatch, root } = epochs
        const { sequence: last } = deps.messages.head(topics.contract(id))
        const until = block + constants.overlapBlocks
        storage.keyEpochs.set(id, {
          ...epochs,
          inForce: epoch,
          root: storage.contracts.get(id)?.root ?? root,
          // A batch that is open was begun with the keys before.
          firstBatch: open === undefined ? batch + 1 : batch + 2,
          agreedAt: block,
          previous: { epoch: inForce, root, firstBatch, until, last },
        })
        lookAgain(id, until + 1)
      }
      if (epochs.period > 0) lookAgain(id, block + epochs.period)
      beginWanted(id)
    },

    /** Whether a command that is sealed to this epoch is taken now. */
    accepts(id: Uint8Array, epoch: number): boolean {
      if (storage.commandKeys.get(id)?.epoch === epoch) return true
      const { previous } = known(id)
      return previous?.epoch === epoch && deps.system.blockNumber() <= previous.until
    },

    /** Notes a command that was taken: its epoch is not closed before it is settled. */
    taken(id: Uint8Array, epoch: number, sequence: bigint): void {
      const epochs = known(id)
      const { previous } = epochs
      if (previous?.epoch !== epoch) return
      storage.keyEpochs.set(id, { ...epochs, previous: { ...previous, last: sequence } })
    },

    /** A batch was settled: maybe the last one with commands of the epoch before. */
    settled: closeIfOver,

    /** Looks at contracts that are due, as far as there is room; what is left goes on in the next block. */
    lookAtDue(block: number): void {
      let used = 0n
      for (let due = storage.epochsOverdue.get() ?? block; due <= block; due++) {
        used += read
        for (const [, id] of storage.epochsDue.keys(due)) {
          if (used + LOOK > ROOM) {
            storage.epochsOverdue.set(due)
            deps.system.consumeInHook(used)
            return
          }
          used += LOOK
          storage.epochsDue.remove(due, id)
          whenDue(id, block)
        }
      }
      if (storage.epochsOverdue.get() !== undefined) storage.epochsOverdue.remove()
      deps.system.consumeInHook(used)
    },

    /** Sets how long the keys of a contract live from now on. */
    setPeriod(id: Uint8Array, period: number): void {
      const epochs = known(id)
      storage.keyEpochs.set(id, { ...epochs, period })
      if (period === 0 || epochs.agreedAt === undefined) return
      const next = deps.system.blockNumber() + 1
      const due = epochs.agreedAt + period
      lookAgain(id, due > next ? due : next)
    },
  }
}

/** Where nothing is written down. */
const FIRST_ROOT = 1
const FIRST_EPOCH = { inForce: 0, firstBatch: 1, agreedAt: undefined, previous: undefined, wanted: undefined } as const

type Calls = Pick<PalletBody<typeof contracts, unknown>['calls'], 'rotateKey' | 'setKeyPeriod'>

export function epochCalls({ storage, errors, events, constants }: ContractsContext, epochs: Epochs): Calls {
  function requireDeployer(id: Uint8Array, who: Uint8Array): void {
    const contract = storage.contracts.get(id)
    if (contract === undefined) throw errors.ContractUnknown()
    if (!equalBytes(contract.deployer, who)) throw errors.NotDeployer()
  }

  return {
    rotateKey({ who }, { contract }) {
      requireDeployer(contract, who)
      epochs.advance(contract, { type: 'Called' })
    },

    setKeyPeriod({ who }, { contract, period }) {
      requireDeployer(contract, who)
      if (period !== 0 && (period < constants.minKeyPeriod || period > constants.maxKeyPeriod))
        throw errors.PeriodInvalid()
      epochs.setPeriod(contract, period)
      events.KeyPeriodSet({ contract, period })
    },
  }
}
