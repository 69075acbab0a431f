/** TransactionPayment: what an extrinsic costs. Fees are burned. */
import { t } from '@pha/core/schema'
import { constant, pallet } from '../../frame/declare.ts'

export const transactionPayment = pallet({
  name: 'TransactionPayment',
  index: 3,
  docs: 'Fee = base + bytes x byteFee + weight x weightFee + tip.',
  constants: {
    baseFee: constant(t.u128, 250_000_000n, '0.00025 PHA: makes a million empty extrinsics cost 250 PHA.'),
    byteFee: constant(t.u128, 100_000n, '0.0000001 PHA: 512 KiB of contract code cost 0.05 PHA.'),
    weightFee: constant(t.u128, 1n, 'Planck per picosecond: a second of the whole network costs 1 PHA.'),
  },
  events: {
    TransactionFeePaid: [
      { who: t.accountId, actualFee: t.u128, tip: t.u128 },
      'A fee was paid; the tip is part of it.',
    ],
  },
})
