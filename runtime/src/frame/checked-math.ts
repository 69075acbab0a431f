/** u128 arithmetic for amounts: `bigint` never overflows, the type that is stored does. */
import { arithmeticError } from './dispatch-error.ts'

const MAX_U128 = (1n << 128n) - 1n

/** @throws DispatchFailure `Arithmetic.Overflow` above 2^128 - 1 */
export function checkedAdd(left: bigint, right: bigint): bigint {
  const sum = left + right
  if (sum > MAX_U128) throw arithmeticError('Overflow')
  return sum
}

/** @throws DispatchFailure `Arithmetic.Underflow` below zero */
export function checkedSub(left: bigint, right: bigint): bigint {
  if (right > left) throw arithmeticError('Underflow')
  return left - right
}

/** @throws DispatchFailure `Arithmetic.Overflow` above 2^128 - 1 */
export function checkedMul(left: bigint, right: bigint): bigint {
  const product = left * right
  if (product > MAX_U128) throw arithmeticError('Overflow')
  return product
}
