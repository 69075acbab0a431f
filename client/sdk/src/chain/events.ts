/** What a finalised block's events say about one extrinsic, and errors by their names. */
import { CodecError, Reader, readLength } from '@pha/core/codec'
import type { Infer } from '@pha/core/schema'
import { chainTypes, EventRecord, EventRecords, type RuntimeEvent, system } from '@pha/runtime/pallets'
import type { DispatchFailure } from '../errors.ts'
import { isSameEvent, type OtherRuntime } from './other-runtime.ts'

export type ChainEvent = Infer<typeof RuntimeEvent>

/** The trie key of `System.Events`. */
export const EVENTS_KEY: Uint8Array = system.storage.events.key()

export type ExtrinsicOutcome =
  | { readonly ok: true; readonly events: readonly ChainEvent[] }
  | { readonly ok: false; readonly failure: DispatchFailure }
  /** It stands behind an event that only a newer runtime knows: where that ends cannot be told. */
  | 'unknown'
  /** The events hold no outcome of this extrinsic. */
  | undefined

/**
 * @param stored value of `System.Events`, proven
 * @param runtime that wrote them, if it is of another version than this SDK
 */
export function outcomeOf(
  stored: Uint8Array | undefined,
  extrinsicIndex: number,
  runtime?: OtherRuntime,
): ExtrinsicOutcome {
  const { records, isWhole } = readRecords(stored ?? Uint8Array.of(0), runtime)
  const events = records
    .filter(({ phase }) => phase.type === 'ApplyExtrinsic' && phase.value === extrinsicIndex)
    .map(({ event }) => event)
  for (const event of events) {
    if (event.type !== 'System') continue
    if (event.value.type === 'ExtrinsicSuccess') return { ok: true, events }
    if (event.value.type === 'ExtrinsicFailed') {
      return { ok: false, failure: nameFailure(event.value.value.dispatchError) }
    }
  }
  return isWhole ? undefined : 'unknown'
}

/** Up to the first event that another runtime may have written otherwise than this SDK reads it. */
function readRecords(stored: Uint8Array, runtime: OtherRuntime | undefined) {
  if (runtime === undefined) return { records: EventRecords.decode(stored), isWhole: true }
  const reader = new Reader(stored)
  const records: Infer<typeof EventRecord>[] = []
  for (let left = readLength(reader, EventRecord.smallest, stored.length); left > 0; left--) {
    const record = attempt(() => EventRecord.read(reader))
    if (record === undefined || !isSameEvent(runtime, record.event)) return { records, isWhole: false }
    records.push(record)
  }
  return { records, isWhole: true }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof CodecError) return undefined
    throw cause
  }
}

type DispatchError = Extract<
  Extract<ChainEvent, { type: 'System' }>['value'],
  { type: 'ExtrinsicFailed' }
>['value']['dispatchError']

type PalletError = { readonly index: number; readonly name: string; readonly docs: string }

function nameFailure(error: DispatchError): DispatchFailure {
  switch (error.type) {
    case 'Module': {
      const { index, error: code } = error.value
      const pallet = chainTypes.pallets.find((candidate) => candidate.index === index)
      const errors: { readonly [name: string]: PalletError } = pallet?.errors ?? {}
      const named = Object.values(errors).find((candidate) => candidate.index === code[0])
      if (pallet === undefined || named === undefined) return { error: `Module ${index}, error ${code[0]}` }
      return { pallet: pallet.name, error: named.name, docs: named.docs }
    }
    case 'Token':
      return { pallet: 'Token', error: error.value.type }
    case 'Arithmetic':
      return { pallet: 'Arithmetic', error: error.value.type }
    default:
      return { error: error.type }
  }
}
