/** Calls as lists keep them: short ones whole, long ones as a preimage that is asked for as long as a task needs it. */
import { type Decoded, tryDecode } from '@pha/core/schema'
import { AnyCall } from '../../frame/declare.ts'
import type { SchedulerContext } from './context.ts'
import { MAX_INLINE_BYTES } from './limits.ts'
import type { Bounded } from './schema.ts'

export interface BoundedCalls {
  /** Writes a call down; `release` ends that. */
  keep(call: AnyCall): Bounded
  /** The same call for one task more. */
  keepAgain(call: Bounded): void
  release(call: Bounded): void
  read(call: Bounded): Decoded<AnyCall>
}

export function boundedCalls({ deps }: SchedulerContext): BoundedCalls {
  const { preimage } = deps

  function bytesOf(call: Bounded): Uint8Array | undefined {
    switch (call.type) {
      case 'Inline':
        return call.value
      case 'Lookup':
        return preimage.fetch(call.value.hash, call.value.len)
      case 'Legacy':
        return undefined
    }
  }

  return {
    keep(call) {
      const bytes = AnyCall.encode(call)
      if (bytes.length <= MAX_INLINE_BYTES) return { type: 'Inline', value: bytes }
      return { type: 'Lookup', value: { hash: preimage.noteRequested(bytes), len: bytes.length } }
    },
    keepAgain(call) {
      if (call.type === 'Lookup') preimage.request(call.value.hash)
    },
    release(call) {
      if (call.type === 'Lookup') preimage.drop(call.value.hash)
    },
    read(call) {
      const bytes = bytesOf(call)
      return bytes === undefined ? { ok: false, reason: 'not stored' } : tryDecode(AnyCall, bytes)
    },
  }
}

/** Bytes that have to be fetched before the call can be read. */
export function fetchedBytes(call: Bounded): number {
  return call.type === 'Lookup' ? call.value.len : 0
}
