/** The one error class of this contract's pure parts: a broken promise of the caller, named by a stable code. */
import { CodedError } from '@pha/core/codec'

export type StatisticsErrorCode =
  | 'columns.unterminated-quote'
  | 'columns.ragged-row'
  | 'columns.no-id-column'
  | 'columns.duplicate-name'
  | 'columns.duplicate-id'
  | 'columns.not-a-number'
  | 'columns.out-of-range'
  | 'columns.unknown-name'
  | 'fraction.out-of-range'
  | 'table.not-a-count'
  | 'table.too-many-people'
  | 'split.unknown-column'

export class StatisticsError extends CodedError<StatisticsErrorCode> {
  protected static override readonly codeInMessage = false
  override readonly name = 'StatisticsError'
}
