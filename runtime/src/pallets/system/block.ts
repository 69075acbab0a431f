/** The life of a block: opened from a header, filled with extrinsics, closed into a header. */
import { concatBytes, Reader, utf8Encode, Writer, writeCompact } from '@pha/core/codec'
import type { Header } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import type { DispatchError } from '../../frame/dispatch-error.ts'
import type { Logics, PalletContext } from '../../frame/implement.ts'
import type { Overlay } from '../../frame/overlay.ts'
import { type StateKey, stateKey } from '../../frame/state-key.ts'
import type { ClassWeights } from './limits.ts'
import { type DispatchClass, type DispatchInfo, system } from './schema.ts'
import { RUNTIME_VERSION } from './version.ts'

/**
 * Events of each extrinsic wait here until the block is closed: rewriting one growing list would be quadratic. The key ends
 * with the index of the first one, the value begins with their number: where the next ones are.
 */
const PENDING_EVENTS = utf8Encode(':events:')

const EVENTS = stateKey(system.storage.events.key())

/** A block as a transaction sees it that wants to be in it. */
export interface BlockView {
  /** Whether it is being made; else it is one that may come, and nothing is to be written. */
  readonly isOpen: boolean
  readonly number: number
  /** Hash of one of the `blockHashCount` blocks before it, or of block 0. */
  hashOf(number: number): Uint8Array | undefined
  /** Whether there is room; in an open block it is taken. */
  consume(of: DispatchClass['type'], refTime: bigint, length: number): boolean
}

/** What the runtime does with a block. For the chain's executive only. */
export interface BlockLifecycle {
  /** Forgets what the last block left, and notes which block this is. */
  openBlock(header: Pick<Header, 'number' | 'parentHash' | 'digest'>): void
  /** The block that is open. */
  openedBlock(): BlockView
  /** An empty block after the current one, to one transaction; much cheaper than opening it. */
  blockAfter(parentHash: Uint8Array): BlockView
  /** Index of the next extrinsic. */
  extrinsicCount(): number
  noteExtrinsic(encoded: Uint8Array): void
  /** Adds to what the block holds; `false` if that would exceed the limits of the class. */
  consume(of: DispatchClass['type'], refTime: bigint, length: number): boolean
  /** Adds what a hook did: it ran before anybody could be refused. */
  consumeInHook(refTime: bigint): void
  /** The last event of each extrinsic. */
  noteOutcome(error: DispatchError | undefined, dispatchInfo: DispatchInfo): void
  /** Keeps records for `System.Events`. */
  storeEvents(records: readonly Uint8Array[], overlay: Overlay): void
  /** Moves records into `System.Events`, forgets the extrinsics and gives the caller what the header needs. */
  closeBlock(overlay: Overlay): { readonly extrinsics: Uint8Array[]; readonly digest: Header['digest'] }
  /** Notes that this runtime is in force; `true` if an older one was. */
  noteUpgrade(): boolean
}

type ClassKey = 'normal' | 'operational' | 'mandatory'
const CLASS_KEYS: { readonly [C in DispatchClass['type']]: ClassKey } = {
  Normal: 'normal',
  Operational: 'operational',
  Mandatory: 'mandatory',
}

export function blockLifecycle({ storage, constants, events }: PalletContext<typeof system, Logics>): BlockLifecycle {
  const { blockWeights, blockLength, blockHashCount } = constants
  const nothing = { refTime: 0n, proofSize: 0n }
  const emptyBlock = { normal: nothing, operational: nothing, mandatory: blockWeights.baseBlock }
  function rememberParent(number: number, hash: Uint8Array): void {
    storage.blockHash.set(number, hash)
    const outdated = number - blockHashCount
    // Block 0 stays: its hash is what ties transactions to this chain.
    if (outdated > 0) storage.blockHash.remove(outdated)
  }

  function hashOf(number: number): Uint8Array | undefined {
    return storage.blockHash.has(number) ? storage.blockHash.get(number) : undefined
  }

  /** What a block holds that held `used` and `length` before; `undefined` if that exceeds the limits of the class. */
  function withMore(
    of: DispatchClass['type'],
    refTime: bigint,
    length: number,
    used: ClassWeights,
    usedLength: number,
  ): { readonly weight: ClassWeights; readonly length: number } | undefined {
    const key = CLASS_KEYS[of]
    const limits = blockWeights.perClass[key]
    const before = used[key].refTime
    const time = before + limits.baseExtrinsic.refTime + refTime
    const total = used.normal.refTime + used.operational.refTime + used.mandatory.refTime - before + time
    const bytes = usedLength + length
    // An inherent always fits: without it there would be no block.
    if (of !== 'Mandatory') {
      if (limits.maxTotal !== undefined && time > limits.maxTotal.refTime) return undefined
      if (total > blockWeights.maxBlock.refTime) return undefined
      if (bytes > blockLength.max[key]) return undefined
    }
    return { weight: { ...used, [key]: { refTime: time, proofSize: 0n } }, length: bytes }
  }

  function consume(of: DispatchClass['type'], refTime: bigint, length: number): boolean {
    const after = withMore(of, refTime, length, storage.blockWeight.get(), storage.allExtrinsicsLen.get() ?? 0)
    if (after === undefined) return false
    storage.blockWeight.set(after.weight)
    storage.allExtrinsicsLen.set(after.length)
    return true
  }

  return {
    openBlock({ number, parentHash, digest }) {
      storage.number.set(number)
      storage.parentHash.set(parentHash)
      storage.digest.set(digest)
      rememberParent(number - 1, parentHash)
      storage.extrinsicCount.set(0)
      storage.allExtrinsicsLen.set(0)
      storage.eventCount.remove()
      storage.events.remove()
      storage.blockWeight.set(emptyBlock)
    },

    openedBlock: () => ({ isOpen: true, number: storage.number.get(), hashOf, consume }),

    blockAfter(parentHash) {
      const parent = storage.number.get()
      const outdated = parent - blockHashCount
      return {
        isOpen: false,
        number: parent + 1,
        hashOf(number) {
          if (number === parent) return parentHash
          return outdated > 0 && number === outdated ? undefined : hashOf(number)
        },
        consume: (of, refTime, length) => withMore(of, refTime, length, emptyBlock, 0) !== undefined,
      }
    },

    extrinsicCount: () => storage.extrinsicCount.get() ?? 0,

    noteExtrinsic(encoded) {
      const index = storage.extrinsicCount.get() ?? 0
      storage.extrinsicData.set(index, encoded)
      storage.extrinsicCount.set(index + 1)
    },

    consume,

    consumeInHook(refTime) {
      storage.blockWeight.mutate((used) => {
        return { ...used, mandatory: { refTime: used.mandatory.refTime + refTime, proofSize: 0n } }
      })
    },

    noteOutcome(dispatchError, dispatchInfo) {
      if (dispatchError === undefined) events.ExtrinsicSuccess({ dispatchInfo })
      else events.ExtrinsicFailed({ dispatchError, dispatchInfo })
    },

    storeEvents(records, overlay) {
      if (records.length === 0) return
      const first = storage.eventCount.get()
      overlay.set(pendingEvents(first), concatBytes(t.u32.encode(records.length), ...records))
      storage.eventCount.set(first + records.length)
    },

    closeBlock(overlay) {
      const writer = new Writer(4096)
      const events = storage.eventCount.get()
      writeCompact(writer, events)
      for (let first = 0; first < events; ) {
        const key = pendingEvents(first)
        const reader = new Reader(overlay.get(key) ?? new Uint8Array())
        first += reader.u32()
        writer.raw(reader.raw(reader.remaining))
        overlay.set(key, undefined)
      }
      overlay.set(EVENTS, writer.finish())

      const extrinsics: Uint8Array[] = []
      const count = storage.extrinsicCount.get() ?? 0
      for (let index = 0; index < count; index++) {
        extrinsics.push(storage.extrinsicData.get(index))
        storage.extrinsicData.remove(index)
      }
      storage.extrinsicCount.remove()
      storage.allExtrinsicsLen.remove()
      return { extrinsics, digest: storage.digest.get() }
    },

    noteUpgrade() {
      const { specName, specVersion } = RUNTIME_VERSION
      if (storage.lastRuntimeUpgrade.get()?.specVersion === specVersion) return false
      storage.lastRuntimeUpgrade.set({ specName, specVersion })
      return true
    },
  }
}

function pendingEvents(first: number): StateKey {
  return stateKey(concatBytes(PENDING_EVENTS, t.u32.encode(first)))
}
