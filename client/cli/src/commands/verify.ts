/** `pha verify receipt FILE`: what a receipt proves, from public data alone, without a network. */
import { readFile, stat } from 'node:fs/promises'
import type { Hex } from '@pha/core/codec'
import { type ReceiptFacts, verifyReceipt } from '@pha/sdk'
import { CliError } from '../cli-error.ts'
import { teeLabel } from './status.ts'

/** Far above any receipt; keeps a wrong file from being read into memory. */
const MAX_FILE = 16 * 1024 * 1024

/** @throws CliError with the verifier's reason as code if the receipt proves nothing */
export async function verify(file: string, genesisHash: Hex | undefined): Promise<ReceiptFacts> {
  const info = await stat(file).catch(() => undefined)
  if (info === undefined || !info.isFile() || info.size > MAX_FILE) {
    throw new CliError(
      'cli.no-file',
      `${file} is not a readable file of at most ${MAX_FILE} bytes`,
      'name a receipt file',
    )
  }
  const verdict = verifyReceipt(await readFile(file, 'utf8'), genesisHash === undefined ? {} : { genesisHash })
  if (verdict.ok) return verdict.facts
  throw new CliError(verdict.reason, 'this receipt proves nothing', 'ask for a new one: pha send ... --receipt FILE')
}

export function factsText(facts: ReceiptFacts): string {
  const { genesisHash, chainPinned, block, contract, codeHash, sequence, batch, stateRoot, outcome, agreed, replicas } =
    facts
  return [
    'receipt verified',
    `chain      ${genesisHash}${chainPinned ? '' : '  (named by the file: compare it, or pass --genesis)'}`,
    `block      ${block.number}  ${block.hash}  finalised`,
    `contract   ${contract}`,
    `code       ${codeHash}`,
    `message    ${sequence}  in batch ${batch}, outcome ${outcome}`,
    `state root ${stateRoot}`,
    `agreed     ${agreed.length} of ${replicas} replicas`,
    ...agreed.map(
      ({ identity, enclave }) =>
        `  ${identity}  ${enclave ? `TEE ${teeLabel(enclave.tee)}  measurement ${enclave.measurement}` : 'no longer registered'}`,
    ),
    ...(facts.simulated ? ['a TEE is SIMULATED or unknown: this proves nothing about hardware'] : []),
  ].join('\n')
}
