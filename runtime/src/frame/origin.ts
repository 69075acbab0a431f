/** Who calls, and what such a caller may not call. */
import type { AnyCall, OriginKind } from './declare.ts'

/** Tells whether a caller may make a call. Asked again for every call inside that call which runs as the same caller. */
export type CallFilter = (call: AnyCall) => boolean

export interface SignedOrigin {
  readonly type: 'signed'
  readonly who: Uint8Array
  /** Set for somebody who acts for `who` with less than all rights. Calls inside calls must pass the origin on. */
  readonly filter?: CallFilter
}

export interface NoOrigin {
  readonly type: 'none'
}

export interface RootOrigin {
  readonly type: 'root'
}

/** Who calls, before the declared origin is checked. */
export type Origin = SignedOrigin | NoOrigin | RootOrigin

export const ROOT: RootOrigin = { type: 'root' }

/** Who calls, as the handler sees it: narrowed to what the declaration allows. */
export type OriginOf<O extends OriginKind> = {
  readonly signed: SignedOrigin
  readonly none: NoOrigin
  readonly root: RootOrigin
  readonly signedOrRoot: SignedOrigin | RootOrigin
}[O]

/** The same caller, with one rule more. */
export function restrict(origin: SignedOrigin, filter: CallFilter): SignedOrigin {
  const { filter: before } = origin
  return { ...origin, filter: before === undefined ? filter : (call) => before(call) && filter(call) }
}

/** Whether a call declared for `kind` may be made by `origin`. */
export function isAllowed(kind: OriginKind, origin: Origin): boolean {
  return kind === origin.type || (kind === 'signedOrRoot' && origin.type !== 'none')
}
