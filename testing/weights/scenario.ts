/** The dearest way to make a call: what the weights are measured with. */
import type { Keypair } from '@pha/core/crypto'
import { blake2b256, deriveDevAccount } from '@pha/core/crypto'
import { emptyTrie } from '@pha/core/trie'
import { MemoryHost } from '@pha/runtime/chain'
import type { StorageItem } from '@pha/runtime/frame'
import { balances, gatekeepers, type MultiAddress, PHA, RuntimeCall, sudo, system } from '@pha/runtime/pallets'
import {
  GatekeeperNetwork,
  HardwareChain,
  type Machine,
  TestChain,
  TestNetwork,
  type Transaction,
  withGrace,
} from '@pha/runtime/testkit'

export interface Counts {
  readonly reads: number
  readonly writes: number
}

/** A state, and a call that is made in it. */
export interface Prepared {
  readonly chain: TestChain
  /** `undefined` for what the block's author adds. */
  readonly sender: Keypair | undefined
  /** Pallet, call, arguments. */
  readonly call: Uint8Array
}

export interface Scenario {
  /** What makes it the dearest: shown beside its figures. */
  readonly worst: string
  /** Length of the argument that the cost grows with; without it the cost is the same for all arguments. */
  /** What other ways to make the call touch, where that is more: they take less time. Random calls would find them. */
  readonly atLeast?: Counts
  /** Storing what it writes, or what a node does after it, costs as much as running it: the whole block is measured. */
  readonly isMeasuredOnDisk?: boolean
  /** A call that is run though its weight is not counted: the arguments state what it may cost. */
  readonly runs?: Uint8Array
  readonly units?: { readonly of: string; readonly most: number }
  /** The state and the call with so many units. The call has to succeed, except where `outcome` says how it fails. */
  prepare(units: number): Prepared
}

/** By name of the call, for every call of a pallet. */
export type Scenarios<P extends { readonly calls: object }> = { readonly [N in keyof P['calls']]: Scenario }

export const alice = deriveDevAccount('//Alice')
export const bob = deriveDevAccount('//Bob')
export const others: readonly Keypair[] = Array.from({ length: 100 }, (_, i) => deriveDevAccount(`//Other//${i}`))

/** What every state of the scenarios has below it. */
let ground = emptyTrie(1)

/** Puts so many accounts below every state that is prepared from now on: the deeper the trie, the slower the reads. */
export function fillGround(accounts: number): void {
  const { account } = system.storage
  const data = { ...account.fallback.data, free: PHA }
  const value = account.type.encode({ ...account.fallback, providers: 1, data })
  const nameOf = (i: number): Uint8Array => new TextEncoder().encode(`account ${i}`)
  ground = emptyTrie(1).applyChanges(
    Array.from({ length: accounts }, (_, i) => [account.key(blake2b256(nameOf(i))), value] as const),
  )
  ground.root()
}

/** Alice, Bob and others with tokens; Alice may do everything. */
export function chainOfFriends(): TestChain {
  const host = new MemoryHost(ground)
  const chain = new TestChain({ host, endowed: [alice, bob, ...others.slice(0, 4)], sudo: { key: alice.accountId } })
  chain.block()
  return chain
}

/** As many replicas as a contract may have, each at work, and one worker to spare. */
export function fullNetwork(): TestNetwork {
  const host = new MemoryHost(ground)
  const chain = { host, endowed: [alice, bob], sudo: { key: alice.accountId } }
  const network = new TestNetwork({ workers: 17, chain })
  network.deploy({ replicas: 16 })
  return network
}

/** As many gatekeepers as a group may have, and as many operators as may be admitted; `threshold` of them release together. */
export function fullGatekeepers(threshold: number, workers?: number): GatekeeperNetwork {
  const { maxMembers, maxOperators } = gatekeepers.constants
  const network = new GatekeeperNetwork({
    host: new MemoryHost(ground),
    governor: alice,
    gatekeepers: maxMembers.value,
    ...(workers !== undefined && { workers }),
    target: { members: maxMembers.value, threshold },
  })
  const operators = network.chain.read(gatekeepers.storage.operators)
  const more = others
    .slice(0, maxOperators.value - operators.length)
    .map(
      ({ accountId }) =>
        ({ account: accountId, standing: { type: 'Admitted' }, bond: 0n, enclave: accountId }) as const,
    )
  put(network.chain, gatekeepers.storage.operators, [...operators, ...more])
  return network
}

/** A chain that believes a vendor of hardware, where this machine may register; Alice may do everything. */
export function chainWithHardware(machine: Machine): HardwareChain {
  const host = new MemoryHost(ground)
  const endowed = [alice, bob, machine.operator]
  // Grace, so that newer collateral changes levels: more is written then than for a refusal.
  const policy = { sgx: withGrace(90 * 86_400) }
  return new HardwareChain({ host, endowed, policy, sudo: { key: alice.accountId } })
}

/** Makes blocks of these, none of which may fail. */
export function succeed(chain: TestChain, ...transactions: readonly Transaction[]): void {
  for (const transaction of transactions) {
    const [outcome] = chain.block(transaction)
    if (outcome !== 'ok') throw new Error(`a preparation failed: ${outcome}`)
  }
}

/** Writes an entry without a call: for states that would take thousands of calls to reach. */
export function put<Keys extends readonly unknown[], V, Get>(
  chain: TestChain,
  item: StorageItem<Keys, V, Get>,
  ...keysAndValue: [...Keys, V]
): void {
  const keys = keysAndValue.slice(0, -1) as unknown as Keys
  chain.host.set(item.key(...keys), item.type.encode(keysAndValue.at(-1) as V))
}

export function idOf({ accountId }: Keypair): MultiAddress {
  return { type: 'Id', value: accountId }
}

/** To an account that does not exist yet: one more event than to one that does. */
export function transfer(to: Keypair = others[99] as Keypair): Uint8Array {
  return balances.calls.transferKeepAlive.encode({ dest: idOf(to), value: PHA })
}

/** A call that Alice makes as root. */
export function byRoot(chain: TestChain, call: Uint8Array): Prepared {
  return { chain, sender: alice, call: sudo.calls.sudo.encode({ call: RuntimeCall.decode(call) }) }
}
