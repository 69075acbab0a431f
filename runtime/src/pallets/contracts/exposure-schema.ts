/** What keys open: the answer of `KeysApi_blast_radius` about one contract. */
import { type Infer, t } from '@pha/core/schema'
import { MAX_COUNTED_EPOCHS, SealedAmount } from './schema.ts'

export const EpochStanding = t.enum('EpochStanding', {
  /** Commands are sealed to it. */
  InForce: null,
  /** Replicas may ask for its keys; nothing is sealed to it yet. */
  Pending: null,
  /** The one before, while it is not closed. */
  Former: null,
})
export type EpochStanding = Infer<typeof EpochStanding>

export const OpenedContract = t.struct(
  'OpenedContract',
  {
    contract: t.bytes32,
    epochs: t.boundedVec(
      t.struct('OpenedEpoch', { epoch: t.u32, standing: EpochStanding, sealed: SealedAmount }),
      MAX_COUNTED_EPOCHS,
    ),
    closed: SealedAmount,
    uncounted: t.u64,
    deltas: t.u32,
  },
  'Commands of these epochs, those of closed epochs, and the present state of the contract. `uncounted` messages, and the ' +
    'bytes of the state and of at most `deltas` deltas, are in no count: the chain does not know them.',
)
export type OpenedContract = Infer<typeof OpenedContract>
