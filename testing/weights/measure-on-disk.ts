/**
 * What the node's chain takes on a real disk: CPU time of all threads of the process, until LMDB has the block. A node goes
 * on as soon as the journal has it; what the handing over takes from other threads is counted all the same.
 */
import { currentRuntimeCode } from '@pha/host/runtime'
import { CODE_KEY } from '@pha/runtime/frame'
import { system } from '@pha/runtime/pallets'
import { markedExtrinsic } from '../campaigns/extrinsics/make-extrinsic.ts'
import { nodeChain } from './node-chain.ts'
import { chainOfFriends, type Prepared, type Scenario } from './scenario.ts'

/** In picoseconds. */
export interface DatabaseTimes {
  /** A block without transactions: runtime, root, journal, tables. */
  readonly block: number
  /** An entry at the head, which this process has not read before; the kernel may have its page. */
  readonly read: number
  /** One of a thousand entries that a block changes, with the nodes of its path. */
  readonly write: number
}

const ROUNDS = 12
/** The fastest may be luck; what the slower ones took more is other work on the machine. */
const COUNTED = 1
/** Until the common path is compiled: without changes, then with. */
const WARM_UP_BLOCKS = [40, 12] as const
const READ = 10_000
const CHANGED = 1_000

/** With the accounts of the ground in the state: the more there are, the longer the paths. */
export async function timeOfDatabase(): Promise<DatabaseTimes> {
  const prepared = chainOfFriends()
  prepared.host.set(CODE_KEY, await currentRuntimeCode())
  const accounts = shuffled([...prepared.host.trie.entries(system.storage.account.prefix())])
  if (accounts.length < CHANGED) throw new RangeError(`${CHANGED} accounts are changed, there are ${accounts.length}`)
  const nextOf = turns(accounts)
  await using chain = await nodeChain(prepared)
  await chain.reopen()

  const read = await fastTime(() => {
    const state = chain.state()
    const keys = nextOf(READ)
    return cpuMsOf(() => {
      for (const [key] of keys) if (state.get(key) === undefined) throw new Error('an account is missing')
    })
  })
  let nonce = 0
  const changes = () => nextOf(CHANGED).map(([key, value]) => [key, changedValue(value, ++nonce)] as const)
  for (let i = 0; i < WARM_UP_BLOCKS[0]; i++) await chain.block([])
  const block = await fastTime(() => cpuMsOf(() => chain.block([])))
  for (let i = 0; i < WARM_UP_BLOCKS[1]; i++) await chain.block([], changes())
  const changed = await fastTime(() => {
    const changing = changes()
    return cpuMsOf(() => chain.block([], changing))
  })
  return { block, read: read / READ, write: Math.max(0, changed - block) / CHANGED }
}

/** Picoseconds that a block with the call takes more than one with an empty extrinsic of the same sender. */
export async function timeOnDisk({ prepare }: Scenario): Promise<number> {
  const bare = await fastTime(() =>
    timeOfBlockWith(prepare(0), system.calls.remark.encode({ remark: new Uint8Array() })),
  )
  const whole = await fastTime(() => {
    const prepared = prepare(0)
    return timeOfBlockWith(prepared, prepared.call)
  })
  return Math.max(0, whole - bare)
}

async function timeOfBlockWith({ chain: prepared, sender }: Prepared, call: Uint8Array): Promise<number> {
  if (sender === undefined) throw new TypeError('what a block has anyway is measured with the empty block')
  await using chain = await nodeChain(prepared)
  // The first block of a process begins the journal.
  await chain.block([])
  const extrinsic = markedExtrinsic(prepared, sender, call)
  return await cpuMsOf(() => chain.block([extrinsic]))
}

async function cpuMsOf(work: () => void | Promise<void>): Promise<number> {
  const begun = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1_000
}

/** In picoseconds; `work` tells milliseconds. */
async function fastTime(work: () => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) times.push(await work())
  return (times.sort((one, other) => one - other)[COUNTED] ?? 0) * 1e9
}

/** Another nonce. */
function changedValue(value: Uint8Array, nonce: number): Uint8Array {
  const info = system.storage.account.type.decode(value)
  return system.storage.account.type.encode({ ...info, nonce })
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => [Math.random(), value] as const)
    .sort(([one], [other]) => one - other)
    .map(([, value]) => value)
}

/** The next so many of them, again and again from the first. */
function turns<T>(values: readonly T[]): (count: number) => T[] {
  let next = 0
  return (count) => {
    if (next + count > values.length) next = 0
    next += count
    return values.slice(next - count, next)
  }
}
