import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { utf8Encode } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import { ContractMessage, type TopicMessage } from '@pha/core/protocol'
import { loadJsExecutor } from '../executors/index.ts'
import { enclaveLimits } from '../limits.ts'
import { deriveContractKeys } from './contract-keys.ts'
import { ContractState } from './contract-state.ts'
import { executeBatch } from './execute-batch.ts'
import { Turns } from './turns.ts'

const wasm = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')
const executor = loadJsExecutor(new Uint8Array(readFileSync(wasm)))
const genesis = new Uint8Array(32).fill(1)
const contract = new Uint8Array(32).fill(2)
const keys = deriveContractKeys(Secret.from(new Uint8Array(64).fill(3)), 0)
const initial = ContractState.initial(keys.stateSalt.expose())
/** Writes as many bytes as its input says, or removes the entry `big` if it says none. */
const writer = `globalThis.__pha_main = ({ input }) => {
  const length = new DataView(input).getUint32(0)
  const key = length === 0 ? 1 : 2
  __pha_host.set(new Uint8Array([key]).buffer, length === 0 ? undefined : new ArrayBuffer(length))
  return { ok: true, output: new ArrayBuffer(0) }
}`

/** One message for each length. */
function run(before: ContractState, lengths: readonly number[]): ReturnType<typeof executeBatch> {
  const messages = lengths.map((length, i): TopicMessage => {
    const input = new Uint8Array(4)
    new DataView(input.buffer).setUint32(0, length)
    const payload = ContractMessage.encode({ type: 'Init', value: { input } })
    return { sequence: BigInt(i + 1), block: 1, timestamp: 1n, sender: { type: 'Account', value: contract }, payload }
  })
  const program = executor.load(utf8Encode(writer))
  const turns = new Turns({ nowMs: () => 0 })
  const batch = { genesis, contract, batch: 1, messages, before, keys, keysOf: () => undefined, program, turns }
  return executeBatch({ ...batch, batchSeed: undefined, gasLimit: 10n ** 9n })
}

/** A state that has room for `room` more, with one entry under the key 1. */
function almostFull(room: number): ContractState {
  const value = new Uint8Array(65_536)
  const many = Array.from({ length: 765 }, (_, i) => [Uint8Array.of(9, i >> 8, i & 255), value] as const)
  const filled = initial.apply([[Uint8Array.of(1), value], ...many])
  const rest = enclaveLimits.stateBytes - filled.size - enclaveLimits.entryBytes - 1 - room
  return filled.apply([[Uint8Array.of(8), new Uint8Array(rest)]])
}

describe('executing a batch', () => {
  it('traps a message that would make the state larger than an enclave may hold, and goes on with the next', async () => {
    const { delta, after } = await run(almostFull(1_000), [2_000, 0, 2_000])
    deepEqual(
      delta.receipts.map(({ outcome }) => outcome.type),
      ['Trapped', 'Ok', 'Ok'],
    )
    deepEqual(delta.replies[0]?.output, utf8Encode('state-limit'))
    equal(after.trie.get(Uint8Array.of(1)), undefined)
    equal(after.trie.get(Uint8Array.of(2))?.length, 2_000)
  })
})
