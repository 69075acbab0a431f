/**
 * Finalised blocks in a file or a pipe: a line of magic, a head that says which blocks follow, then each block as a 4-byte
 * little-endian length and SCALE `StoredBlock`. Whoever reads it trusts none of it.
 */
import { CodecError, concatBytes, lengthPrefixed, utf8Encode } from '@pha/core/codec'
import { t } from '@pha/core/schema'
import { type ChainDatabase, StoredBlock } from '../db/index.ts'
import { MAX_BLOCK_BYTES } from './limits.ts'
import { NodeError } from './node-error.ts'

/** Format 1. */
const MAGIC = utf8Encode('pha-blocks/1\n')

const BlockFileHead = t.struct('BlockFileHead', { genesis: t.hash, from: t.u32, to: t.u32 })
const HEAD_BYTES = 32 + 4 + 4

/** A body of the largest size, and a header with its proof. */
const MAX_RECORD_BYTES = MAX_BLOCK_BYTES + 65_536

export interface BlockFile {
  /** Hash of the chain's block 0. */
  readonly genesis: Uint8Array
  readonly from: number
  readonly to: number
  /** Exactly those of `from` to `to`, each checked to have its number. */
  readonly blocks: AsyncGenerator<StoredBlock, void, undefined>
}

/**
 * Writes blocks `from` to `to` of a chain.
 * @param write resolves when more may be written
 * @throws NodeError `node.block-unknown` if the chain does not have them all
 * @example
 * await writeBlockFile(database, { from: 0, to: 100 }, (bytes) => file.writeFile(bytes))
 */
export async function writeBlockFile(
  database: ChainDatabase,
  { from, to }: { readonly from: number; readonly to: number },
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const genesis = database.genesisHash()
  if (genesis === undefined || from > to || database.hashAt(to) === undefined) {
    throw new NodeError('node.block-unknown', `${from} to ${to}`, 'choose blocks that the chain has')
  }
  await write(concatBytes(MAGIC, BlockFileHead.encode({ genesis, from, to })))
  for (let number = from; number <= to; number++) {
    const block = database.block(database.hashAt(number) ?? new Uint8Array())
    if (block === undefined) throw new NodeError('node.block-unknown', `number ${number}`, 'check the database')
    await write(lengthPrefixed(StoredBlock.encode(block)))
  }
}

/**
 * Reads what `writeBlockFile` wrote.
 * @throws NodeError `node.bad-block-file` for everything else, also while the blocks are walked
 */
export async function readBlockFile(source: AsyncIterable<Uint8Array>): Promise<BlockFile> {
  const bytes = new Bytes(source)
  const magic = await bytes.take(MAGIC.length)
  if (!magic.every((byte, i) => byte === MAGIC[i])) throw bad('it does not begin like a file of blocks')
  const head = decode(BlockFileHead, await bytes.take(HEAD_BYTES))
  if (head.from > head.to) throw bad(`blocks ${head.from} to ${head.to}`)
  return { ...head, blocks: blocksOf(bytes, head.from, head.to) }
}

async function* blocksOf(bytes: Bytes, from: number, to: number): AsyncGenerator<StoredBlock, void, undefined> {
  for (let number = from; number <= to; number++) {
    const length = t.u32.decode(await bytes.take(4))
    if (length > MAX_RECORD_BYTES) throw bad(`block ${number} claims ${length} bytes`)
    const block = decode(StoredBlock, await bytes.take(length))
    if (block.header.number !== number) throw bad(`block ${block.header.number} in place of ${number}`)
    yield block
  }
  if (!(await bytes.isAtEnd())) throw bad('more bytes than the blocks it names')
}

/** A stream by exact lengths. */
class Bytes {
  readonly #source: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  async take(length: number): Promise<Uint8Array> {
    const parts = [this.#rest]
    let got = this.#rest.length
    while (got < length) {
      const next = await this.#source.next()
      if (next.done) throw bad(`it ends too early: ${length - got} bytes are missing`)
      parts.push(next.value)
      got += next.value.length
    }
    const joined = parts.length === 1 ? this.#rest : concatBytes(...parts)
    this.#rest = joined.subarray(length)
    return joined.slice(0, length)
  }

  async isAtEnd(): Promise<boolean> {
    return this.#rest.length === 0 && (await this.#source.next()).done === true
  }
}

function decode<T>(type: { decode(bytes: Uint8Array): T }, bytes: Uint8Array): T {
  try {
    return type.decode(bytes)
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause
    throw bad(cause.message)
  }
}

function bad(detail: string): NodeError {
  return new NodeError('node.bad-block-file', detail, 'export the blocks again, and copy the file whole')
}
