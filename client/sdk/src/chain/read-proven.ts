/** Reads of state that are checked by proof against a finalised header. */
import { toHex } from '@pha/core/codec'
import { readProven } from '@pha/core/light-client'
import { limits } from '@pha/core/protocol'
import { PhaError } from '../errors.ts'
import { readByteList, readRecord } from '../rpc/answers.ts'
import { type JsonRpc, RpcError } from '../rpc/json-rpc.ts'
import type { Chain, ProvenBlock } from './follower.ts'

export interface ProvenRead {
  readonly block: ProvenBlock
  /** In the order of the keys; `undefined` is proven absence. */
  readonly values: readonly (Uint8Array | undefined)[]
  /** The nodes that show it. */
  readonly proof: readonly Uint8Array[]
}

/**
 * Values of trie keys at `at`, or at the newest finalised block.
 * @throws PhaError `sdk.bad-proof` if the node's proof does not show them
 */
export async function readKeys(
  { rpc, chain }: { readonly rpc: JsonRpc; readonly chain: Chain },
  keys: readonly Uint8Array[],
  signal: AbortSignal,
  at?: ProvenBlock,
): Promise<ProvenRead> {
  const block = at ?? (await chain.head(signal))
  const nodes = new Map<string, Uint8Array>()
  for (let from = 0; from < keys.length; from += limits.proofKeys) {
    const page = keys.slice(from, from + limits.proofKeys).map(toHex)
    for (const node of await askForProof(rpc, page, block, signal)) nodes.set(toHex(node), node)
  }
  const proof = [...nodes.values()]
  const read = readProven(block.stateRoot, proof, keys)
  if (!read.ok) {
    throw new PhaError('sdk.bad-proof', `the node's read proof does not verify: ${read.detail}`, {
      fix: 'Use another node: this one lies or its data is damaged.',
    })
  }
  return { block, values: read.values, proof }
}

async function askForProof(
  rpc: JsonRpc,
  keys: readonly string[],
  { hash, number }: ProvenBlock,
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  try {
    const answer = await rpc.request('state_getReadProof', [keys, toHex(hash)], signal)
    return readByteList(readRecord(answer, 'read proof')['proof'], 'read proof')
  } catch (cause) {
    if (!(cause instanceof RpcError)) throw cause
    throw new PhaError('sdk.rpc-failed', `the node cannot prove the state of block ${number}: ${cause.message}`, {
      fix: 'Nodes keep the states of recent blocks only: read the newest one.',
      cause,
    })
  }
}
