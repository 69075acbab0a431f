/** What a call may cost, declared beside it. One unit of `refTime` is a picosecond of a reference machine. */
import { type Infer, t } from '@pha/core/schema'

/** Cost as the chain counts it. `proofSize` is always 0: blocks are not validated from proofs. */
export const Weight = t.named(
  ['sp_weights', 'weight_v2', 'Weight'],
  t.struct('Weight', { refTime: t.compact(t.u64), proofSize: t.compact(t.u64) }),
)
export type Weight = Infer<typeof Weight>

/** A call's declared cost: computation, and database accesses that are priced by the chain's `DbWeight`. */
export interface CallWeight {
  readonly refTime: bigint
  readonly reads: number
  readonly writes: number
}

/** A short handler that touches one entry: 50 us, one read, one write. */
export const DEFAULT_WEIGHT: CallWeight = { refTime: 50_000_000n, reads: 1, writes: 1 }
