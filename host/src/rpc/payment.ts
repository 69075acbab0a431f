/** `payment_*`: what an extrinsic would cost. */
import { concatBytes } from '@pha/core/codec'
import { t } from '@pha/core/schema'
import type { RpcCall, RpcMethod } from './method.ts'
import type { Params } from './params.ts'

const DispatchInfo = t.struct('RuntimeDispatchInfo', {
  refTime: t.compact(t.u64),
  proofSize: t.compact(t.u64),
  class: t.enum('DispatchClass', { normal: null, operational: null, mandatory: null }),
  partialFee: t.u128,
})

const FeeDetails = t.struct('FeeDetails', {
  inclusionFee: t.option(t.struct('InclusionFee', { baseFee: t.u128, lenFee: t.u128, adjustedWeightFee: t.u128 })),
  tip: t.u128,
})

export const payment_queryInfo: RpcMethod = (params, call) => {
  const info = DispatchInfo.decode(query('TransactionPaymentApi_query_info', params, call))
  return {
    weight: { ref_time: Number(info.refTime), proof_size: Number(info.proofSize) },
    class: info.class.type,
    partialFee: info.partialFee.toString(),
  }
}

export const payment_queryFeeDetails: RpcMethod = (params, call) => {
  const { inclusionFee } = FeeDetails.decode(query('TransactionPaymentApi_query_fee_details', params, call))
  if (inclusionFee === undefined) return { inclusionFee: null }
  const { baseFee, lenFee, adjustedWeightFee } = inclusionFee
  return { inclusionFee: { baseFee: fee(baseFee), lenFee: fee(lenFee), adjustedWeightFee: fee(adjustedWeightFee) } }
}

function query(method: string, params: Params, { chain }: RpcCall): Uint8Array {
  const extrinsic = params.bytes(0)
  return chain.call(method, concatBytes(extrinsic, t.u32.encode(extrinsic.length)), params.optionalHash(1))
}

/** As `NumberOrHex`: hex, since fees pass 2^53. */
function fee(amount: bigint): string {
  return `0x${amount.toString(16)}`
}
