/** Callers as state and clients write them. */
import { type Infer, t } from '@pha/core/schema'
import type { Origin, RootOrigin, SignedOrigin } from './origin.ts'

const RawOrigin = t.named(
  ['frame_support', 'dispatch', 'RawOrigin'],
  t.enum('RawOrigin', { Root: null, Signed: t.accountId, None: null }),
)

/** Clients look the type up by its path. A filter is not part of it: who has one can't be written down. */
export const OriginCaller = t.named(['phala_runtime', 'OriginCaller'], t.enum('OriginCaller', { system: RawOrigin }))
export type OriginCaller = Infer<typeof OriginCaller>

/**
 * The caller that may be spoken for, or `undefined` for a block's author: nobody speaks for him, since inherents are
 * checked when a block is made, not when a call says so.
 */
export function spokenFor({ value: caller }: OriginCaller): SignedOrigin | RootOrigin | undefined {
  switch (caller.type) {
    case 'Root':
      return { type: 'root' }
    case 'Signed':
      return { type: 'signed', who: caller.value }
    case 'None':
      return undefined
  }
}

export function callerOf(origin: Exclude<Origin, { readonly type: 'none' }>): OriginCaller {
  const value = origin.type === 'root' ? ({ type: 'Root' } as const) : ({ type: 'Signed', value: origin.who } as const)
  return { type: 'system', value }
}
