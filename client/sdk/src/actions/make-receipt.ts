import { toHex } from '@pha/core/codec'
import { FinalisedHeader, Header, Reply } from '@pha/core/protocol'
import { contracts, registry } from '@pha/runtime/pallets'
import { type CallOptions, deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import { RECEIPT_FORMAT, RECEIPT_VERSION, type ReceiptFile } from '../receipt/receipt-file.ts'
import { readStorage } from './read-storage.ts'

export interface MakeReceiptParams {
  /** A verified reply, as `waitForReply` or `runJob` gives it. */
  readonly reply: Reply
}

/**
 * Collects what anyone needs to check a result offline (`verifyReceipt`, `pha verify receipt`): the chain's start, a
 * finalised header, and the proof of the commit and of the replicas that agreed. The file holds the output in the clear.
 *
 * @throws PhaError as `readStorage`
 * @example
 * const { reply } = await runJob(client, { contract, input, result, signer })
 * await writeFile('answer.receipt.json', JSON.stringify(await makeReceipt(client, { reply }), undefined, 2))
 */
export async function makeReceipt(
  client: Client,
  { reply }: MakeReceiptParams,
  options: CallOptions = {},
): Promise<ReceiptFile> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  const { contract, batch, receipt } = reply
  const [genesis, at] = await Promise.all([client.chain.genesis(signal), client.chain.head(signal)])
  const { contracts: items, commits } = contracts.storage
  const commit = await readStorage(client, commits, [contract, batch], { signal, at })
  if (commit === undefined) {
    throw new PhaError('sdk.bad-proof', `batch ${batch} is not settled at block ${at.number}`)
  }
  const voters = commit.voters.map((voter) => registry.storage.workers.key(voter))
  const { proof } = await readKeys(client, [items.key(contract), commits.key(contract, batch), ...voters], signal, at)
  return {
    format: RECEIPT_FORMAT,
    version: RECEIPT_VERSION,
    unverified: {
      note: 'A copy for readers. Only what `pha verify receipt` prints is proven.',
      chain: toHex(genesis.hash),
      block: at.number,
      contract: toHex(contract),
      codeHash: toHex(commit.codeHash),
      sequence: receipt.sequence.toString(),
      batch,
      outcome: receipt.outcome.type,
      replicas: commit.voters.map(toHex),
    },
    genesis: { header: toHex(Header.encode(genesis.genesisHeader)), proof: genesis.genesisProof.map(toHex) },
    finalised: toHex(FinalisedHeader.encode(at.finalised)),
    proof: proof.map(toHex),
    reply: toHex(Reply.encode(reply)),
  }
}
