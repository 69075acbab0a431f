/** The extrinsics of a finalised block, checked against the root in its header. */
import { equalBytes, toHex } from '@pha/core/codec'
import { orderedTrieRoot } from '@pha/core/trie'
import { PhaError } from '../errors.ts'
import { readByteList, readRecord } from '../rpc/answers.ts'
import type { JsonRpc } from '../rpc/json-rpc.ts'
import type { ProvenBlock } from './follower.ts'

/** @throws PhaError `sdk.bad-proof` if the node's body is not the one that the header commits to */
export async function readBody(rpc: JsonRpc, block: ProvenBlock, signal: AbortSignal): Promise<readonly Uint8Array[]> {
  const answer = readRecord(await rpc.request('chain_getBlock', [toHex(block.hash)], signal), 'block')
  const body = readByteList(readRecord(answer['block'], 'block')['extrinsics'], 'block body')
  // Version 0 of the trie, as in Substrate; version 1 is for state.
  if (!equalBytes(orderedTrieRoot(body, 0), block.finalised.header.extrinsicsRoot)) {
    throw new PhaError('sdk.bad-proof', `the node gave another body for block ${block.number}`, {
      fix: 'Use another node: this one lies or its data is damaged.',
    })
  }
  return body
}
