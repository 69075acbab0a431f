/** Which methods a node serves, by the operator's choice. */
import type { RpcMethod } from './method.ts'
import { methods } from './methods.ts'

/**
 * `all`: every group. `legacy`: Substrate's older groups alone, for clients that trip over the newer ones.
 * Groups with `_v1_` in their names are the newer ones.
 */
export const METHOD_CHOICES = ['all', 'legacy'] as const
export type MethodChoice = (typeof METHOD_CHOICES)[number]

/** Methods that let one request cost what a block costs: only for who runs the node, as Substrate's `unsafe` ones. */
const UNSAFE: ReadonlySet<string> = new Set(['system_dryRun', 'system_dryRunAt'])

/**
 * The methods by wire name. Unsafe ones are among them only if nobody but this machine reaches the port.
 * @param host the address that the server listens on
 * @example
 * servedMethods('legacy', '0.0.0.0').has('system_dryRun') // false
 */
export function servedMethods(choice: MethodChoice, host: string): ReadonlyMap<string, RpcMethod> {
  const local = host === 'localhost' || host === '::1' || /^127\./.test(host)
  const served = new Map(
    [...methods].filter(([name]) => (local || !UNSAFE.has(name)) && (choice === 'all' || !name.includes('_v1_'))),
  )
  const names = [...served.keys(), 'rpc_methods'].sort()
  served.set('rpc_methods', () => ({ methods: names }))
  return served
}
