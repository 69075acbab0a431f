/**
 * What a connection may ask in a while. Each request costs units of about 0.1 ms of the node's time; a connection has a
 * store of them that fills again by the second. Whoever empties it is refused at next to no cost, not served slowly: a
 * client in a loop (PAPI 2.2.2 sent 7,000 requests a second after some upgrades) must not stop block making.
 */
import { rpcLimits } from './limits.ts'
import { RpcError } from './rpc-error.ts'

/** By wire name; all others cost 1. Submissions too: signature checks and the pool have bounds of their own. */
const COSTS: Readonly<Record<string, number>> = {
  ...costing(5, [
    'archive_v1_body',
    'chain_getBlock',
    'chainHead_v1_body',
    'state_getKeysPaged',
    'state_getKeysPagedAt',
    'state_getKeys',
    'state_queryStorageAt',
    'system_accountNextIndex',
    'account_nextIndex',
  ]),
  ...costing(10, [
    'archive_v1_call',
    'archive_v1_storage',
    'chainHead_v1_call',
    'chainHead_v1_continue',
    'chainHead_v1_follow',
    'chainHead_v1_storage',
    'payment_queryFeeDetails',
    'payment_queryInfo',
    'state_call',
    'state_callAt',
    'state_getMetadata',
    'state_getReadProof',
    'state_subscribeStorage',
  ]),
  ...costing(100, [
    'archive_v1_storageDiff',
    'author_pendingExtrinsics',
    'pha_blastRadius',
    'state_getPairs',
    'state_queryStorage',
    'system_dryRun',
    'system_dryRunAt',
  ]),
}

/** Which parameter of a method names the method of the runtime that it asks. */
const RUNTIME_METHOD_AT: Readonly<Record<string, number>> = {
  archive_v1_call: 1,
  chainHead_v1_call: 2,
  state_call: 0,
  state_callAt: 0,
}

/**
 * Methods of the runtime that take longer than those above suggest: some 35 ms for signatures that it checks itself, some
 * 10 ms to look at contracts and the workers that run them.
 */
const RUNTIME_COSTS: Readonly<Record<string, number>> = { RegistryApi_judge: 400, KeysApi_blast_radius: 100 }

export class Allowance {
  readonly #now: () => number
  #units: number = rpcLimits.allowance
  #since: number

  /** @param now milliseconds that only go up */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#since = now()
  }

  /**
   * @param params as they came
   * @throws RpcError `rpc.rate-limited`, and takes nothing then
   */
  take(method: string, params?: unknown): void {
    const now = this.#now()
    const filled = ((now - this.#since) / 1_000) * rpcLimits.allowancePerSecond
    this.#units = Math.min(rpcLimits.allowance, this.#units + filled)
    this.#since = now
    const cost = costOf(method, params)
    if (cost > this.#units) {
      throw new RpcError(
        'rpc.rate-limited',
        'Too many requests of this connection',
        'ask again in a second, and slower',
      )
    }
    this.#units -= cost
  }
}

/** Names of methods that cost more than 1. */
export const expensiveMethods: readonly string[] = Object.keys(COSTS)

export function costOf(method: string, params?: unknown): number {
  const asked = Array.isArray(params) ? params[own(RUNTIME_METHOD_AT, method) ?? params.length] : undefined
  const ofRuntime = typeof asked === 'string' ? own(RUNTIME_COSTS, asked) : undefined
  return ofRuntime ?? own(COSTS, method) ?? 1
}

function own(table: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

function costing(cost: number, methods: readonly string[]): Record<string, number> {
  return Object.fromEntries(methods.map((method) => [method, cost]))
}
