import { CodecError, fromHex, toHex } from '@pha/core/codec'
import { BlastQuestion, BlastRadius, type Broken } from '@pha/runtime/pallets'
import { type CallOptions, deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'

/**
 * What is open to whoever breaks these enclaves now: contracts, live epochs, and how much ciphertext lies on chain under
 * each. Computed by the node at the newest final block and NOT proven: ask a node that you trust.
 *
 * @throws PhaError `sdk.bad-answer` if the node's answer has another shape; as `readStorage` otherwise
 * @example
 * const { contracts } = await getBlastRadius(client, { type: 'Enclave', value: identity })
 */
export async function getBlastRadius(
  client: Client,
  broken: Broken,
  options: CallOptions = {},
): Promise<Omit<BlastRadius, 'next'>> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  const { hash } = await client.chain.head(signal)
  const ask = async (after: Uint8Array | undefined): Promise<BlastRadius> => {
    const input = toHex(BlastQuestion.encode({ broken, after }))
    const answer = await client.rpc.request('state_call', ['KeysApi_blast_radius', input, toHex(hash)], signal)
    return decoded(answer)
  }
  const first = await ask(undefined)
  const contracts = [...first.contracts]
  for (let { next } = first; next !== undefined; ) {
    const more = await ask(next)
    contracts.push(...more.contracts)
    next = more.next
  }
  return { shares: first.shares, hasRoot: first.hasRoot, contracts }
}

function decoded(answer: unknown): BlastRadius {
  try {
    return BlastRadius.decode(fromHex(String(answer)))
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause
    throw new PhaError('sdk.bad-answer', 'the blast radius has another shape on this chain', {
      fix: 'Use the SDK version that belongs to the chain.',
      cause,
    })
  }
}
