/** `export` and `import`: finalised blocks to a file or a pipe, and back, executed again and checked. */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { headBlock, openChainDatabase } from '../../db/index.ts'
import { HeldSignatures } from '../../signatures/index.ts'
import { lockBasePath } from '../base-path-lock.ts'
import { type BlockFile, readBlockFile, writeBlockFile } from '../block-file.ts'
import { openChain } from '../chain.ts'
import { readChainSpec } from '../chain-spec.ts'
import { ensureGenesis } from '../genesis.ts'
import { importBlocks } from '../import-blocks.ts'
import { NodeError } from '../node-error.ts'
import { chainFolder } from './chain-folder.ts'

export const EXPORT_USAGE = 'export --base-path DIR [--from N] [--to N] [--out FILE]'
export const IMPORT_USAGE = 'import --base-path DIR --chain FILE [--in FILE]'

/** A line of progress for each so many blocks. */
const PROGRESS_BLOCKS = 10_000

/** Writes to standard output unless `--out` names a file; everything up to the head unless `--to` says less. */
export async function exportCommand(args: string[]): Promise<void> {
  const values = parsed(args, EXPORT_USAGE, ['base-path', 'from', 'to', 'out'])
  const basePath = required(values['base-path'], EXPORT_USAGE)
  await using database = openChainDatabase(await chainFolder(basePath, EXPORT_USAGE))
  const head = headBlock(database).block.header.number
  const from = blockNumber(values.from ?? '0', EXPORT_USAGE)
  const to = values.to === undefined ? head : blockNumber(values.to, EXPORT_USAGE)
  const out = values.out === undefined ? process.stdout : createWriteStream(values.out, { mode: 0o600 })
  let bytes = 0
  await writeBlockFile(database, { from, to }, async (part) => {
    bytes += part.length
    if (!out.write(part)) await new Promise((resolve) => out.once('drain', resolve))
  })
  if (out !== process.stdout) {
    out.end()
    await finished(out)
  }
  say(`exported blocks ${from} to ${to}, ${bytes} bytes`)
}

/** Reads standard input unless `--in` names a file. A new base path gets block 0 from the chain's specification. */
export async function importCommand(args: string[]): Promise<void> {
  const values = parsed(args, IMPORT_USAGE, ['base-path', 'chain', 'in'])
  const basePath = required(values['base-path'], IMPORT_USAGE)
  const spec = await readChainSpec(required(values.chain, IMPORT_USAGE))
  await mkdir(basePath, { recursive: true, mode: 0o700 })
  await using _ = await lockBasePath(basePath)
  await using database = openChainDatabase(join(basePath, 'chain'))
  const { verify } = new HeldSignatures()
  const base = { database, verify, onFault: (where: string, cause: unknown) => say(`${where}: ${String(cause)}`) }
  const file = await readBlockFile(values.in === undefined ? process.stdin : createReadStream(values.in))
  const blocks = file.blocks[Symbol.asyncIterator]()
  if (database.genesisHash() === undefined) {
    const first = await blocks.next()
    if (file.from !== 0 || first.done) {
      throw new NodeError('node.bad-block-file', 'a new base path needs the blocks from 0 on', 'export without --from')
    }
    await ensureGenesis(spec, undefined, base, first.value.proof)
  } else {
    await ensureGenesis(spec, undefined, base)
  }
  const chain = openChain(base)
  const rest: BlockFile = { ...file, blocks }
  let imported = 0
  await importBlocks(chain, rest, ({ header }) => {
    if (++imported % PROGRESS_BLOCKS === 0) say(`block ${header.number} of ${file.to}`)
  })
  say(`imported ${imported} blocks, the head is block ${chain.head.block.header.number}`)
}

/** To standard error: standard output may carry blocks. */
function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

function parsed<N extends string>(
  args: string[],
  usage: string,
  names: readonly N[],
): { readonly [K in N]?: string | undefined } {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]))
    return parseArgs({ args, options }).values as { readonly [K in N]?: string | undefined }
  } catch (cause) {
    throw new NodeError('node.bad-config', cause instanceof Error ? cause.message : String(cause), usage)
  }
}

function required(value: string | undefined, usage: string): string {
  if (value === undefined) throw new NodeError('node.bad-config', 'an option is missing', usage)
  return value
}

function blockNumber(text: string, usage: string): number {
  const number = Number(text)
  if (!/^\d{1,10}$/.test(text) || number > 0xffff_ffff) throw new NodeError('node.bad-config', `block ${text}`, usage)
  return number
}
