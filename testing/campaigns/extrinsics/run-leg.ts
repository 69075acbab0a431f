/** A part of the campaign: some thousands of extrinsics, one after another, on a chain of their own that makes blocks. */
import { getHeapStatistics } from 'node:v8'
import { equalBytes, type Hex, toHex } from '@pha/core/codec'
import { deriveDevAccount, type Keypair } from '@pha/core/crypto'

import { ApplyExtrinsicResult, Block, runtime, TransactionValidity } from '@pha/runtime/chain'
import { RuntimeError } from '@pha/runtime/frame'
import { balances, PHA } from '@pha/runtime/pallets'
import { deployer, outcomeOf, TestNetwork, user } from '@pha/runtime/testkit'
import { type Random, seededRandom } from '../scale/random.ts'
import { makeExtrinsic, markedExtrinsic } from './make-extrinsic.ts'
import { TrustingHost } from './trusting-host.ts'

export interface Leg {
  readonly seed: number
  /** Which part this is; the same seed and number give the same extrinsics. */
  readonly number: number
  readonly inputs: number
}

export interface LegOutcome {
  readonly inputs: number
  /** Not in a block. */
  readonly refused: number
  /** In a block, but their calls failed. */
  readonly failed: number
  readonly succeeded: number
  readonly blocks: number
  readonly slowestMs: number
  readonly violation?: Violation
}

export interface Violation {
  readonly leg: number
  readonly position: number
  readonly extrinsic: Hex
  readonly problem: string
}

/** Above the largest block by far, so that what a leg takes in memory stays small: blocks end by themselves before. */
const MOST_IN_BLOCK = 24
/** The invariants read the whole state, and executing a block anew doubles its cost: once in so many blocks. */
const CHECKED = 25
/** The memory of one extrinsic in so many is measured: asking takes longer than applying. */
const MEASURED = 64
/** The dearest known, a remark of 1 MiB with its hash, takes 20 ms; a deployment on few workers less. */
const MOST_MS = 250
/** A batch of 2,000 calls, each an object and an event, takes 20 MB before any is collected. */
const MOST_BYTES = (input: Uint8Array): number => 2 ** 25 + 512 * input.length

/** They send nothing themselves, but help the signers out: who cannot pay reaches nothing of what is tested. */
const BANKS = Array.from({ length: 20 }, (_, i) => deriveDevAccount(`//Bank//${i}`))
const POOR = 20n * PHA
const HELP = 100n * PHA

const SHARED_SIGNERS = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve'].map((path) => deriveDevAccount(path))

/**
 * Stops at the first violation.
 * @param before told of each extrinsic before it is tried, so that one which ends the process is known
 * @example
 * const { violation } = runLeg({ seed: 1, number: 0, inputs: 2_000 })
 */
export function runLeg({ seed, number, inputs }: Leg, before: (input: Uint8Array) => void = () => {}): LegOutcome {
  const random = seededRandom(seed, `leg ${number}`)
  const host = new TrustingHost()
  const [alice] = SHARED_SIGNERS
  const sudo = { key: random.oneIn(2) ? alice?.accountId : undefined }
  const network = new TestNetwork({ chain: { endowed: [...SHARED_SIGNERS, ...BANKS], host, sudo } })
  network.deploy()
  const { chain } = network
  const operators = [...network.workers, network.gatekeeper].map(({ operator }) => operator)
  const signers = [...SHARED_SIGNERS, deployer, user, ...operators]
  const ids = [chain.genesis, network.contract, ...network.workers.map(({ identity }) => identity.publicKey)]
  const earlier: Uint8Array[] = []

  const counted = { refused: 0, failed: 0, succeeded: 0 }
  let slowestMs = 0
  let blocks = 0
  let position = 0
  let extrinsic: Uint8Array = new Uint8Array()

  /** The state before the block, for whoever executes it anew. */
  let parent = host.fork()
  chain.open()
  const nextBlock = (): void => {
    chain.close()
    blocks++
    if (blocks % CHECKED === 0) checkBlock()
    remember(ids, chain.hash, 30, random)
    parent = host.fork()
    chain.open()
    const bank = BANKS[blocks % BANKS.length]
    const poor = signers.find(({ accountId }) => chain.balance(accountId) < POOR)
    if (bank !== undefined && poor !== undefined) chain.apply(markedExtrinsic(chain, bank, helpFor(poor)))
  }

  const checkBlock = (): void => {
    const broken = runtime.brokenInvariants(host)
    if (broken.length > 0) throw new Error(`broken: ${broken.join('; ')}`)
    const other = new TrustingHost(parent.trie)
    other.call(runtime, 'Core_execute_block', Block.encode({ header: chain.header, extrinsics: chain.extrinsics }))
    if (!equalBytes(other.storageRoot(), chain.header.stateRoot)) throw new Error('another node has another state')
  }

  /** What a node does with it: the pool asks, and the author of a block applies it. Then how long both took. */
  const offer = (to: TrustingHost, input: Uint8Array): { readonly outcome: string; readonly took: number } => {
    const begun = performance.now()
    const validity = answer(to, 'TaggedTransactionQueue_validate_transaction', concat(input, chain.header.parentHash))
    if (validity !== undefined) TransactionValidity.decode(validity)
    const applied = answer(to, 'BlockBuilder_apply_extrinsic', input)
    const outcome = applied === undefined ? 'bad input' : outcomeOf(ApplyExtrinsicResult.decode(applied))
    return { outcome, took: performance.now() - begun }
  }

  let violation: Violation | undefined
  try {
    for (; position < inputs; position++) {
      extrinsic = makeExtrinsic({ network, signers, ids, earlier }, random)
      before(extrinsic)
      const state = host.trie
      const heapBefore = position % MEASURED === 0 ? heapBytes() : undefined
      const { outcome, took } = offer(host, extrinsic)
      if (heapBefore !== undefined) {
        const grown = heapBytes() - heapBefore
        const again = () => memoryOf(() => offer(new TrustingHost(state), extrinsic))
        if (grown > MOST_BYTES(extrinsic))
          requireBelow('bytes of memory', MOST_BYTES(extrinsic), [again(), again(), again()])
      }
      if (took > MOST_MS) {
        const again = () => cpuMsOf(() => offer(new TrustingHost(state), extrinsic))
        requireBelow('ms', MOST_MS, [again(), again(), again()])
      } else if (took > slowestMs) slowestMs = took

      const isIncluded = outcome !== 'bad input' && !/^(Invalid|Unknown)\./.test(outcome)
      if (isIncluded) chain.extrinsics = [...chain.extrinsics, extrinsic]
      if (isIncluded && extrinsic.length < 5_000) remember(earlier, extrinsic, 50, random)
      counted[isIncluded ? (outcome === 'ok' ? 'succeeded' : 'failed') : 'refused']++
      const isFull = outcome === 'Invalid.ExhaustsResources' && random.oneIn(2)
      if (isFull || chain.extrinsics.length > MOST_IN_BLOCK) nextBlock()
    }
    chain.close()
    checkBlock()
  } catch (error) {
    const problem = error instanceof Error ? describe(error) : String(error)
    violation = { leg: number, position, extrinsic: toHex(extrinsic), problem }
  }
  return {
    inputs: counted.refused + counted.failed + counted.succeeded,
    ...counted,
    blocks,
    slowestMs: Math.round(slowestMs * 10) / 10,
    ...(violation === undefined ? {} : { violation }),
  }
}

function helpFor({ accountId }: Keypair): Uint8Array {
  return balances.calls.transferKeepAlive.encode({ dest: { type: 'Id', value: accountId }, value: HELP })
}

/** Keeps at most so many, of which a new one replaces any. */
function remember(kept: Uint8Array[], bytes: Uint8Array, most: number, random: Random): void {
  if (kept.length < most) kept.push(bytes)
  else kept[random.below(most)] = bytes
}

/** The answer, or `undefined` for input that is no extrinsic at all. Everything else is a fault that a stranger reached. */
function answer(host: TrustingHost, method: string, input: Uint8Array): Uint8Array | undefined {
  try {
    return host.call(runtime, method, input)
  } catch (error) {
    if (error instanceof RuntimeError && error.code === 'runtime.bad-input') return undefined
    throw error
  }
}

function concat(extrinsic: Uint8Array, parentHash: Uint8Array): Uint8Array {
  const whole = new Uint8Array(1 + extrinsic.length + parentHash.length)
  whole[0] = 2
  whole.set(extrinsic, 1)
  whole.set(parentHash, 1 + extrinsic.length)
  return whole
}

/** The least of several runs: what the first one compiles, computes once or waits for is not the input's cost. */
function requireBelow(unit: string, most: number, runs: readonly number[]): void {
  const least = Math.min(...runs)
  if (least > most) throw new Error(`took ${Math.round(least)} ${unit}, at most ${most}`)
}

/** Of this thread alone: on a busy machine it waits longer than it works. */
function cpuMsOf(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}

function memoryOf(work: () => void): number {
  const before = heapBytes()
  work()
  return Math.max(0, heapBytes() - before)
}

function heapBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${describe(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
