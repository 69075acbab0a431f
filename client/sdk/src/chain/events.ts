/** What a finalised block's events say about one extrinsic, and errors by their names. */
import type { Infer } from '@pha/core/schema'
import { chainTypes, EventRecords, type RuntimeEvent, system } from '@pha/runtime/pallets'
import type { DispatchFailure } from '../errors.ts'

export type ChainEvent = Infer<typeof RuntimeEvent>

/** The trie key of `System.Events`. */
export const EVENTS_KEY: Uint8Array = system.storage.events.key()

export type ExtrinsicOutcome =
  | { readonly ok: true; readonly events: readonly ChainEvent[] }
  | { readonly ok: false; readonly failure: DispatchFailure }
  /** The events hold no outcome of this extrinsic. */
  | undefined

/** @param stored value of `System.Events`, proven */
export function outcomeOf(stored: Uint8Array | undefined, extrinsicIndex: number): ExtrinsicOutcome {
  const records = stored === undefined ? [] : EventRecords.decode(stored)
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
  return undefined
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
