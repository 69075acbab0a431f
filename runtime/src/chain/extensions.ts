/** The transaction extensions as metadata lists them. Wallets know these nine and no others. */
import { type Type, t } from '@pha/core/schema'
import type { TransactionExtension } from '../frame/metadata/metadata.ts'
import { Era } from '../transaction/era.ts'
import { MetadataHashMode } from '../transaction/extrinsic.ts'

/** In the order in which their bytes appear: `Extra` and `Implicit` in extrinsic.ts follow it. */
export const EXTENSIONS: readonly TransactionExtension[] = [
  extension('CheckNonZeroSender', t.unit, t.unit),
  extension('CheckSpecVersion', t.unit, t.u32),
  extension('CheckTxVersion', t.unit, t.u32),
  extension('CheckGenesis', t.unit, t.hash),
  extension('CheckMortality', Era, t.hash),
  extension('CheckNonce', t.compact(t.u32), t.unit),
  extension('CheckWeight', t.unit, t.unit),
  extension('ChargeTransactionPayment', t.compact(t.u128), t.unit),
  extension('CheckMetadataHash', t.struct('CheckMetadataHash', { mode: MetadataHashMode }), t.option(t.bytes32)),
]

function extension(identifier: string, extra: Type<unknown>, implicit: Type<unknown>): TransactionExtension {
  return { identifier, extra, implicit }
}
