/** Why a call failed, as clients read it in `System.ExtrinsicFailed`. Indexes are Substrate's. */
import { type Infer, t } from '@pha/core/schema'

export const TokenError = t.enum('TokenError', {
  FundsUnavailable: null,
  OnlyProvider: null,
  BelowMinimum: null,
  CannotCreate: null,
  UnknownAsset: null,
  Frozen: null,
  Unsupported: null,
  CannotCreateHold: null,
  NotExpendable: null,
  Blocked: null,
})

export const ArithmeticError = t.enum('ArithmeticError', { Underflow: null, Overflow: null, DivisionByZero: null })

export const ModuleError = t.struct('ModuleError', { index: t.u8, error: t.fixedBytes(4) })

export const DispatchError = t.named(
  ['sp_runtime', 'DispatchError'],
  t.enum('DispatchError', {
    Other: null,
    CannotLookup: null,
    BadOrigin: null,
    Module: t.named(['sp_runtime', 'ModuleError'], ModuleError),
    ConsumerRemaining: null,
    NoProviders: null,
    TooManyConsumers: null,
    Token: t.named(['sp_runtime', 'TokenError'], TokenError),
    Arithmetic: t.named(['sp_arithmetic', 'ArithmeticError'], ArithmeticError),
    Transactional: null,
    Exhausted: null,
    Corruption: null,
    Unavailable: null,
    RootNotAllowed: null,
  }),
)
export type DispatchError = Infer<typeof DispatchError>

/** Thrown by handlers: the call's changes are dropped, its fee is kept. */
export class DispatchFailure extends Error {
  override readonly name = 'DispatchFailure'
  readonly error: DispatchError

  constructor(error: DispatchError, detail: string = error.type) {
    super(detail)
    this.error = error
  }
}

/**
 * A failure of a token operation.
 * @example
 * if (balance < amount) throw tokenError('FundsUnavailable')
 */
export function tokenError(type: Infer<typeof TokenError>['type']): DispatchFailure {
  return new DispatchFailure({ type: 'Token', value: { type } }, `Token.${type}`)
}

/** A failure of a calculation. */
export function arithmeticError(type: Infer<typeof ArithmeticError>['type']): DispatchFailure {
  return new DispatchFailure({ type: 'Arithmetic', value: { type } }, `Arithmetic.${type}`)
}

/** Whether a call took effect, as events show it. */
export const DispatchResult = t.result(t.unit, DispatchError)
