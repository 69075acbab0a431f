/** Runs mutated inputs against one target and counts what came of them. */
import { getHeapStatistics } from 'node:v8'
import { type Hex, toHex } from '@pha/core/codec'
import { mutate } from './mutate.ts'
import { type Random, seededRandom } from './random.ts'
import type { Sample } from './sample.ts'
import { type Target, Violation } from './target.ts'

export interface Plan {
  readonly target: Target
  /** Before the target's `share` is taken. */
  readonly inputs: number
  readonly seed: number
}

export interface Outcome {
  readonly type: string
  readonly inputs: number
  readonly refused: number
  readonly accepted: number
  readonly seconds: number
  /** The slowest input, run again to see that it was not a pause of the machine. */
  readonly slowestMs: number
  /** The most memory that one of the measured inputs took, before any of it was collected. */
  readonly largestKb: number
  readonly violation?: { readonly input: Hex; readonly problem: string }
}

/** A valid value is changed this many times before the next one is made. */
const CHANGES_OF_ONE = 24
/** The memory of one input in so many is measured: asking takes longer than decoding. */
const MEASURED = 32
/** Inputs have at most 64 KB: 60,000 empty byte strings, the worst known, take some 30 ms. */
const MOST_MS = 100
/** Empty byte strings take 250 bytes of memory for each byte of input, the most known: twice that would be a bomb. */
const MOST_BYTES = (input: Uint8Array): number => 2 ** 20 + 512 * input.length

/**
 * Stops at the first violation. The same plan gives the same inputs.
 * @param before told of each input before it is tried, so that one which ends the process is known
 * @example
 * const { violation } = runCampaign({ target: typeTarget('Header', Header), inputs: 1_000_000, seed: 1 })
 */
export function runCampaign({ target, inputs, seed }: Plan, before: (input: Uint8Array) => void = () => {}): Outcome {
  const wanted = Math.max(1, Math.ceil(inputs * target.share))
  const source = inputsOf(target, seededRandom(seed, target.name))
  const counted = { refused: 0, accepted: 0 }
  let slowestMs = 0
  let largest = 0
  let violation: Outcome['violation']
  const started = performance.now()
  for (let i = 0; i < wanted && violation === undefined; i++) {
    const { input, valid } = source.next().value
    before(input)
    try {
      const heapBefore = i % MEASURED === 0 ? heapBytes() : undefined
      const begun = performance.now()
      const verdict = target.offer(input)
      const took = performance.now() - begun
      if (heapBefore !== undefined) {
        const grown = heapBytes() - heapBefore
        if (grown > largest) largest = Math.max(largest, withinMemory(grown, target, input))
      }
      if (took > slowestMs) slowestMs = Math.max(slowestMs, withinTime(took, target, input))
      if (valid && verdict !== 'accepted') throw new Violation('a valid value was refused')
      counted[verdict]++
    } catch (error) {
      violation = {
        input: toHex(input),
        problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }
    }
  }
  return {
    type: target.name,
    inputs: counted.refused + counted.accepted + (violation === undefined ? 0 : 1),
    ...counted,
    seconds: rounded((performance.now() - started) / 1000),
    slowestMs: rounded(slowestMs),
    largestKb: Math.ceil(largest / 1024),
    ...(violation === undefined ? {} : { violation }),
  }
}

/** Each valid value once as it is, then changed. */
function* inputsOf(target: Target, random: Random): Generator<{ input: Uint8Array; valid: boolean }, never> {
  let other: Sample = target.sample(random)
  for (;;) {
    const sample = target.sample(random)
    yield { input: sliceOfPool(sample.bytes), valid: true }
    for (let i = 0; i < CHANGES_OF_ONE; i++) {
      yield { input: sliceOfPool(mutate(sample, other.bytes, random)), valid: false }
    }
    other = sample
  }
}

/** As a small Node Buffer is: a view that begins inside a larger buffer, where a careless reader reads its neighbour. */
function sliceOfPool(bytes: Uint8Array): Uint8Array {
  const pool = new Uint8Array(bytes.length + 16).fill(0xff)
  pool.set(bytes, 8)
  return pool.subarray(8, 8 + bytes.length)
}

/** The least of four runs: what the first run compiles, computes once or waits for is not the input's cost. */
function leastOf(first: number, measure: () => number): number {
  return Math.min(first, measure(), measure(), measure())
}

function withinTime(firstMs: number, target: Target, input: Uint8Array): number {
  const least = leastOf(firstMs, () => {
    const begun = performance.now()
    target.offer(input)
    return performance.now() - begun
  })
  if (least > MOST_MS) throw new Violation(`took ${least.toFixed(0)} ms for ${input.length} bytes`)
  return least
}

function withinMemory(firstBytes: number, target: Target, input: Uint8Array): number {
  const least = leastOf(firstBytes, () => {
    const before = heapBytes()
    target.offer(input)
    return Math.max(0, heapBytes() - before)
  })
  if (least > MOST_BYTES(input) + (target.garbageBytes ?? 0))
    throw new Violation(`took ${least} bytes of memory for ${input.length} bytes`)
  return least
}

function heapBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
