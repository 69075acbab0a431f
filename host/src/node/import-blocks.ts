/** Blocks of somebody else: each is executed again, and must end in the header that its authority proved final. */
import { CodecError, equalBytes, toHex } from '@pha/core/codec'
import { advance, type LightClient, startFrom } from '@pha/core/light-client'
import { RuntimeError } from '@pha/runtime/frame'
import { Block } from '@pha/runtime/interface'
import { unseal } from '../consensus/index.ts'
import type { StoredBlock } from '../db/index.ts'
import type { BlockFile } from './block-file.ts'
import type { Chain } from './chain.ts'
import { NodeError } from './node-error.ts'

/**
 * Appends the blocks of a file that follow the chain's head; those that the chain has already are compared.
 * @param onBlock told of each block that was appended
 * @throws NodeError `node.bad-block-file` if the file is of another chain, does not reach the head or forks from it;
 *   `node.bad-block` if a block is not what its header says or is not proven final. What was appended before stays.
 * @example
 * await importBlocks(chain, await readBlockFile(createReadStream('blocks.bin')), ({ header }) => log(header.number))
 */
export async function importBlocks(
  chain: Chain,
  file: BlockFile,
  onBlock: (block: StoredBlock) => void = () => {},
): Promise<void> {
  if (!equalBytes(file.genesis, chain.genesisHash)) {
    throw foreign(`its chain is ${toHex(file.genesis)}, this one ${toHex(chain.genesisHash)}`)
  }
  const next = chain.head.block.header.number + 1
  if (file.from > next) throw foreign(`it begins at block ${file.from}, block ${next} is wanted`)
  let client = clientOf(chain)
  for await (const block of file.blocks) {
    const { number } = block.header
    if (number < next) {
      requireSame(chain, block)
      continue
    }
    client = provenBy(client, block)
    await append(chain, block)
    onBlock(block)
  }
}

function clientOf(chain: Chain): LightClient {
  const genesisHeader = chain.header(chain.genesisHash)
  const started = startFrom({ genesisHeader, genesisProof: chain.database.genesisProof() })
  if (!started.ok) throw badBlock(0, started.reason)
  return started.client
}

function provenBy(client: LightClient, { header, proof }: StoredBlock): LightClient {
  const advanced = advance(client, { header, proof })
  if (!advanced.ok) throw badBlock(header.number, advanced.reason)
  return advanced.client
}

async function append(chain: Chain, block: StoredBlock): Promise<void> {
  const { header, body, proof } = block
  if (!equalBytes(header.parentHash, chain.head.hash)) throw badBlock(header.number, 'it does not follow the head')
  const input = toExecute(block)
  const state = chain.stateAt()
  try {
    state.call('Core_execute_block', input)
  } catch (cause) {
    if (!(cause instanceof RuntimeError)) throw cause
    throw badBlock(header.number, cause.message)
  }
  await chain.append({ header, proof }, body, state)
}

/** Each extrinsic in a body says how long it is, which whoever wrote the file may have made up. */
function toExecute({ header, body }: StoredBlock): Uint8Array {
  try {
    return Block.encode({ header: unseal(header), extrinsics: body })
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause
    throw badBlock(header.number, cause.message)
  }
}

function requireSame(chain: Chain, { header }: StoredBlock): void {
  const ours = chain.header(chain.hashAt(header.number))
  if (!equalBytes(ours.stateRoot, header.stateRoot) || !equalBytes(ours.extrinsicsRoot, header.extrinsicsRoot)) {
    throw foreign(`its block ${header.number} is not this chain's`)
  }
}

function foreign(detail: string): NodeError {
  return new NodeError('node.bad-block-file', detail, 'import blocks of this chain that follow its head')
}

function badBlock(number: number, detail: string): NodeError {
  return new NodeError('node.bad-block', `block ${number}: ${detail}`, 'export the blocks again from a sound node')
}
