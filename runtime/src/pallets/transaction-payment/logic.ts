/** TransactionPayment: takes the fee before a call runs, whatever comes of it. */
import { implement } from '../../frame/implement.ts'
import { balancesLogic } from '../balances/logic.ts'
import { transactionPayment } from './schema.ts'

export interface InclusionFee {
  readonly baseFee: bigint
  readonly lenFee: bigint
  readonly adjustedWeightFee: bigint
}

export const transactionPaymentLogic = implement(
  transactionPayment,
  { balances: balancesLogic },
  ({ constants, events, deps }) => {
    const lengthFee = (length: number): bigint => BigInt(length) * constants.byteFee
    const weightFee = (refTime: bigint): bigint => refTime * constants.weightFee
    return {
      calls: {},
      exposes: {
        lengthFee,
        weightFee,
        inclusionFee: (length: number, refTime: bigint): InclusionFee => ({
          baseFee: constants.baseFee,
          lenFee: lengthFee(length),
          adjustedWeightFee: weightFee(refTime),
        }),
        /** Whether `charge` would succeed. */
        canPay: (who: Uint8Array, fee: bigint): boolean => deps.balances.canWithdraw(who, fee, 'keepAlive'),
        /** Burns the fee. The payer keeps his account. @throws DispatchFailure `Token.*` */
        charge(who: Uint8Array, fee: bigint): void {
          deps.balances.withdraw(who, fee, 'keepAlive')
        },
        notePaid(who: Uint8Array, actualFee: bigint, tip: bigint): void {
          events.TransactionFeePaid({ who, actualFee, tip })
        },
      },
    }
  },
)

/** What a transaction costs in all. */
export function totalFee({ baseFee, lenFee, adjustedWeightFee }: InclusionFee, tip: bigint): bigint {
  return baseFee + lenFee + adjustedWeightFee + tip
}
