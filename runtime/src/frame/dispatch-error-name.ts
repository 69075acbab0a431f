/** What people read when a call failed. */
import type { AnyPallet } from './declare.ts'
import type { DispatchError } from './dispatch-error.ts'

/**
 * `Registry.EvidenceRefused`, `Token.FundsUnavailable`, `BadOrigin`.
 * @example
 * const name = dispatchErrorName(chainTypes.pallets, failed.dispatchError)
 */
export function dispatchErrorName(pallets: readonly AnyPallet[], error: DispatchError): string {
  if (error.type === 'Token' || error.type === 'Arithmetic') return `${error.type}.${error.value.type}`
  if (error.type !== 'Module') return error.type
  const { index, error: bytes } = error.value
  const pallet = pallets.find((declared) => declared.index === index)
  const declared = Object.values(pallet?.errors ?? {}).find((candidate) => candidate.index === bytes[0])
  return `${pallet?.name ?? `pallet ${index}`}.${declared?.name ?? `error ${bytes[0]}`}`
}
