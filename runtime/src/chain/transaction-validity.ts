/** Whether a transaction may enter the pool or a block, as clients and pools read it. Indexes are Substrate's. */
import { generated, type Infer, t } from '@pha/core/schema'
import { DispatchError } from '../frame/dispatch-error.ts'
import { codecs } from './codecs.ts'

const transactionValidity = (name: string): string[] => ['sp_runtime', 'transaction_validity', name]

export const InvalidTransaction = t.named(
  transactionValidity('InvalidTransaction'),
  t.enum('InvalidTransaction', {
    Call: null,
    Payment: null,
    Future: null,
    Stale: null,
    BadProof: null,
    AncientBirthBlock: null,
    ExhaustsResources: null,
    Custom: t.u8,
    BadMandatory: null,
    MandatoryValidation: null,
    BadSigner: null,
    IndeterminateImplicit: null,
    UnknownOrigin: null,
  }),
)

export const UnknownTransaction = t.named(
  transactionValidity('UnknownTransaction'),
  t.enum('UnknownTransaction', { CannotLookup: null, NoUnsignedValidator: null, Custom: t.u8 }),
)

export const TransactionValidityError = t.named(
  transactionValidity('TransactionValidityError'),
  t.enum('TransactionValidityError', { Invalid: InvalidTransaction, Unknown: UnknownTransaction }),
)
export type TransactionValidityError = Infer<typeof TransactionValidityError>

export const ValidTransaction = t.named(
  transactionValidity('ValidTransaction'),
  t.struct('ValidTransaction', {
    priority: t.u64,
    /** Tags that other transactions must have provided before. */
    requires: t.vec(t.bytes),
    provides: t.vec(t.bytes),
    /** Blocks for which this answer holds. */
    longevity: t.u64,
    propagate: t.bool,
  }),
)
export type ValidTransaction = Infer<typeof ValidTransaction>

export const TransactionValidity = generated(codecs, t.result(ValidTransaction, TransactionValidityError))
export type TransactionValidity = Infer<typeof TransactionValidity>

export const TransactionSource = t.named(
  transactionValidity('TransactionSource'),
  t.enum('TransactionSource', { InBlock: null, Local: null, External: null }),
)

/** Outer: whether the extrinsic is in the block. Inner: whether its call took effect. */
export const ApplyExtrinsicResult = generated(
  codecs,
  t.result(t.result(t.unit, DispatchError), TransactionValidityError),
)
export type ApplyExtrinsicResult = Infer<typeof ApplyExtrinsicResult>

/** Thrown while an extrinsic is checked: it leaves no trace and is not in the block. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly error: TransactionValidityError

  constructor(error: TransactionValidityError) {
    super(`${error.type}.${error.value.type}`)
    this.error = error
  }
}

export function invalid(type: Exclude<Infer<typeof InvalidTransaction>['type'], 'Custom'>): Refusal {
  return new Refusal({ type: 'Invalid', value: { type } })
}

export function unknown(type: Exclude<Infer<typeof UnknownTransaction>['type'], 'Custom'>): Refusal {
  return new Refusal({ type: 'Unknown', value: { type } })
}
