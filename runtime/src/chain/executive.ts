/** Executes blocks: opens them, applies extrinsics, closes them, and checks the blocks of others. */
import { equalBytes } from '@pha/core/codec'
import { type Digest, Header } from '@pha/core/protocol'
import { type Infer, type Type, tryDecode } from '@pha/core/schema'
import { uncapitalize } from '../frame/declare/names.ts'
import type { AnyCall, AnyPallet } from '../frame/declare.ts'
import type { Dispatcher, DispatchOutcome } from '../frame/dispatcher.ts'
import type { Execution, ExposedBy, RunningPallet } from '../frame/implement.ts'
import { RuntimeError } from '../frame/runtime-error.ts'
import type { BlockView } from '../pallets/system/block.ts'
import { MAX_EXTRINSIC_BYTES } from '../pallets/system/limits.ts'
import type { systemLogic } from '../pallets/system/logic.ts'
import type { timestampLogic } from '../pallets/timestamp/logic.ts'
import { timestamp as timestampDeclaration } from '../pallets/timestamp/schema.ts'
import type { transactionPaymentLogic } from '../pallets/transaction-payment/logic.ts'
import { decodeExtrinsic, type Extrinsic, encodeExtrinsic } from '../transaction/extrinsic.ts'
import type { Block, InherentData } from './block.ts'
import { type Checked, checkTransaction } from './check-transaction.ts'
import { type CallInfo, callInfo, dispatchInfo } from './dispatch-info.ts'
import { migrate, writeStorageVersions } from './migrate.ts'
import {
  type ApplyExtrinsicResult,
  invalid,
  Refusal,
  type TransactionValidity,
  unknown,
} from './transaction-validity.ts'

export interface ExecutiveParts {
  readonly execution: Execution
  readonly dispatcher: Dispatcher
  readonly declarations: readonly AnyPallet[]
  readonly call: Type<AnyCall>
  /** In the order of their hooks. */
  readonly running: readonly RunningPallet<unknown>[]
  readonly system: ExposedBy<typeof systemLogic>
  readonly timestamp: ExposedBy<typeof timestampLogic>
  readonly payment: ExposedBy<typeof transactionPaymentLogic>
}

const PHASE_FINALIZATION = Uint8Array.of(1)
const PHASE_INITIALIZATION = Uint8Array.of(2)

interface ReadExtrinsic {
  readonly extrinsic: Extrinsic
  readonly call: AnyCall
  readonly info: CallInfo
}

/** All methods work on the state that `execution` is on. */
export class Executive {
  readonly #parts: ExecutiveParts

  constructor(parts: ExecutiveParts) {
    this.#parts = parts
  }

  /** Writes the state of block 0 into a host that holds nothing but `:code`, and gives its header. */
  buildGenesis(config: { readonly [pallet: string]: unknown }): Header {
    const { execution, running } = this.#parts
    execution.overlay.attempt(() => {
      for (const pallet of running) pallet.genesis(config[uncapitalize(pallet.declaration.name)] ?? {})
      writeStorageVersions(running, execution.overlay)
    })
    // Block 0 has no events, as in Substrate.
    execution.overlay.takeEvents()
    return {
      parentHash: new Uint8Array(32),
      number: 0,
      stateRoot: execution.host.storageRoot(),
      extrinsicsRoot: execution.host.orderedRoot([]),
      digest: { logs: [] },
    }
  }

  /** Opens the block after the current one. Roots in `header` are not looked at. */
  initializeBlock(header: Pick<Header, 'number' | 'parentHash' | 'digest'>): void {
    const { execution, running, system } = this.#parts
    if (header.number !== system.blockNumber() + 1) {
      throw new RuntimeError('runtime.bad-input', `block ${header.number} does not follow ${system.blockNumber()}`)
    }
    if (hasSeal(header.digest)) throw new RuntimeError('runtime.bad-input', 'a header is executed without its seal')
    execution.phase = PHASE_INITIALIZATION
    this.#keep(() => {
      system.openBlock(header)
      if (system.noteUpgrade()) migrate(running, execution.overlay)
      for (const { hooks } of running) hooks.onInitialize?.(header.number)
    })
  }

  /** Applies one extrinsic. A refused one leaves no trace and must not be in the block. */
  applyExtrinsic(encoded: Uint8Array): ApplyExtrinsicResult {
    return answer(() => this.#keep(() => this.#apply(encoded)))
  }

  /**
   * Applies extrinsics in turn, each as `applyExtrinsic` does, and gives their outcomes in order. It stops after one that
   * finds no room in the block. Much cheaper than one by one: what many of them write is handed to the host once.
   */
  applyExtrinsics(all: readonly Uint8Array[]): ApplyExtrinsicResult[] {
    const { overlay } = this.#parts.execution
    return this.#keep(() => {
      const outcomes: ApplyExtrinsicResult[] = []
      for (const encoded of all) {
        const outcome = answer(() => overlay.attempt(() => this.#apply(encoded)))
        outcomes.push(outcome)
        if (!outcome.ok && outcome.error.value.type === 'ExhaustsResources') break
      }
      return outcomes
    })
  }

  /** Extrinsics that the author of the block puts first. */
  inherents({ timestampMs }: InherentData): Uint8Array[] {
    const now = this.#parts.timestamp.next(timestampMs)
    return [encodeExtrinsic({ signed: undefined, call: timestampDeclaration.calls.set.encode({ now }) })]
  }

  /** Closes the block. Afterwards the host's state is that of the block. */
  finalizeBlock(): Header {
    const { execution, running, system } = this.#parts
    const { overlay, host } = execution
    execution.phase = PHASE_FINALIZATION
    const number = system.blockNumber()
    this.#keep(() => {
      for (const { hooks } of running) hooks.onFinalize?.(number)
    })
    const { extrinsics, digest } = overlay.attempt(() => system.closeBlock(overlay))
    return {
      parentHash: system.parentHash(),
      number,
      stateRoot: host.storageRoot(),
      extrinsicsRoot: host.orderedRoot(extrinsics),
      digest,
    }
  }

  /** Executes a block of somebody else. @throws RuntimeError `runtime.invalid-block` */
  executeBlock({ header, extrinsics }: Block): void {
    this.initializeBlock(header)
    let inherentsMayFollow = true
    for (const [index, encoded] of extrinsics.entries()) {
      const read = decodeExtrinsic(encoded)
      const isInherent = read.ok && read.value.signed === undefined
      if (isInherent && !inherentsMayFollow) refuseBlock(`extrinsic ${index}: an inherent after transactions`)
      inherentsMayFollow = isInherent
      const result = this.applyExtrinsic(encoded)
      if (!result.ok) refuseBlock(`extrinsic ${index}: ${result.error.type}.${result.error.value.type}`)
    }
    const executed = this.finalizeBlock()
    if (!equalBytes(executed.extrinsicsRoot, header.extrinsicsRoot)) refuseBlock('the extrinsics root differs')
    if (!equalBytes(executed.stateRoot, header.stateRoot)) refuseBlock('the state root differs')
    if (!equalBytes(Header.encode(executed), Header.encode(header))) refuseBlock('the header differs')
  }

  /** Whether a transaction may wait in the pool on top of block `parentHash`. Changes nothing. */
  validateTransaction(encoded: Uint8Array, parentHash: Uint8Array): TransactionValidity {
    const { system } = this.#parts
    return answer(() => {
      const { extrinsic, info } = this.#read(encoded)
      // Inherents come from the author of a block, not from the pool.
      if (extrinsic.signed === undefined) {
        throw info.origin === 'none' ? invalid('MandatoryValidation') : unknown('NoUnsignedValidator')
      }
      return this.#check(extrinsic, info, encoded.length, system.blockAfter(parentHash)).validity
    })
  }

  /**
   * What an extrinsic is, without checking its signature.
   * @throws RuntimeError `runtime.bad-input` if it is malformed
   */
  callInfo(encoded: Uint8Array): { readonly info: CallInfo; readonly extrinsic: Extrinsic } {
    try {
      return this.#read(encoded)
    } catch (error) {
      if (error instanceof Refusal) throw new RuntimeError('runtime.bad-input', 'not an extrinsic', { cause: error })
      throw error
    }
  }

  #apply(encoded: Uint8Array): DispatchOutcome {
    const { execution, dispatcher, system, payment } = this.#parts
    const { extrinsic, call, info } = this.#read(encoded)
    execution.phase = applyPhase(system.extrinsicCount())
    if (extrinsic.signed === undefined) return this.#applyInherent(encoded, call, info)

    const { who, fee, tip } = this.#check(extrinsic, info, encoded.length, system.openedBlock())
    system.noteExtrinsic(encoded)
    const result = dispatcher.dispatch({ type: 'signed', who }, call)
    payment.notePaid(who, fee, tip)
    system.noteOutcome(result.ok ? undefined : result.error, dispatchInfo(info))
    return result
  }

  #applyInherent(encoded: Uint8Array, call: AnyCall, info: CallInfo): DispatchOutcome {
    const { dispatcher, system } = this.#parts
    if (info.origin !== 'none') throw unknown('NoUnsignedValidator')
    system.consume(info.class, info.refTime, encoded.length)
    system.noteExtrinsic(encoded)
    const result = dispatcher.dispatch({ type: 'none' }, call)
    // A block whose inherent fails is not a block.
    if (!result.ok) throw invalid('BadMandatory')
    system.noteOutcome(undefined, dispatchInfo(info))
    return result
  }

  #check(extrinsic: Extrinsic, info: CallInfo, length: number, block: BlockView): Checked {
    const { execution, system, payment } = this.#parts
    if (extrinsic.signed === undefined) throw unknown('NoUnsignedValidator')
    const transaction = { signed: extrinsic.signed, call: extrinsic.call, info, length }
    const { host } = execution
    return checkTransaction({ system, payment, verify: host.verify.bind(host) }, transaction, block)
  }

  #read(encoded: Uint8Array): ReadExtrinsic {
    if (encoded.length > MAX_EXTRINSIC_BYTES) throw invalid('ExhaustsResources')
    const extrinsic = decodeExtrinsic(encoded)
    if (!extrinsic.ok) throw invalid('Call')
    const call = tryDecode(this.#parts.call, extrinsic.value.call)
    if (!call.ok) throw invalid('Call')
    return { extrinsic: extrinsic.value, call: call.value, info: callInfo(this.#parts.declarations, call.value) }
  }

  /** Runs `work`, keeps its changes and puts its events in their place. */
  #keep<T>(work: () => T): T {
    const { overlay } = this.#parts.execution
    const result = overlay.attempt(work)
    const records = overlay.takeEvents()
    overlay.attempt(() => this.#parts.system.storeEvents(records, overlay))
    return result
  }
}

function answer<T>(work: () => T): { ok: true; value: T } | { ok: false; error: Refusal['error'] } {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.error }
    throw error
  }
}

function applyPhase(index: number): Uint8Array {
  return Uint8Array.of(0, index, index >>> 8, index >>> 16, index >>> 24)
}

function hasSeal(digest: Infer<typeof Digest>): boolean {
  return digest.logs.some(({ type }) => type === 'Seal')
}

function refuseBlock(detail: string): never {
  throw new RuntimeError('runtime.invalid-block', detail)
}
