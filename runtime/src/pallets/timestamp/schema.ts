/** Timestamp: the time of a block, set by its author as the first extrinsic. */
import { t } from '@pha/core/schema'
import { call, constant, pallet, value } from '../../frame/declare.ts'
import { WEIGHTS } from '../weights.ts'

export const timestamp = pallet({
  name: 'Timestamp',
  index: 1,
  docs: 'The time of each block, in milliseconds since 1970.',
  genesis: { now: t.u64 },
  constants: {
    minimumPeriod: constant(t.u64, 1n, 'Blocks on demand may follow each other at once; time still moves with each.'),
  },
  storage: {
    now: value(t.u64, 'Time of the current block.', 0n),
    didUpdate: value(t.bool, 'Whether the time of this block is set; empty between blocks.', false),
  },
  calls: {
    set: call(0, { now: t.compact(t.u64) }, "Set the block's time. Only the author, once per block.", {
      origin: 'none',
      weight: WEIGHTS.Timestamp.set,
    }),
  },
  errors: {
    AlreadySet: 'the time of this block is set already',
    TooEarly: 'the time must be minimumPeriod later than that of the block before',
  },
})
