import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { headerHash } from '@pha/core/protocol'
import { emptyTrie, orderedTrieRoot } from '@pha/core/trie'
import { type BlockWrite, type ChainDatabase, checkDatabase, headBlock, openChainDatabase } from './index.ts'

/** A block with 60 kB of state; all of it follows from its number. */
function nextBlock(database: ChainDatabase): BlockWrite {
  const parent = database.head() === undefined ? undefined : headBlock(database)
  const number = parent === undefined ? 0 : parent.block.header.number + 1
  const changes = Array.from({ length: 300 }, (_, i) => {
    return [Uint8Array.of(i & 255, i >> 8, number & 255, number >> 8), new Uint8Array(200).fill(number + i)] as const
  })
  const trie = (parent === undefined ? emptyTrie(1) : database.headState()).applyChanges(changes)
  const header = {
    parentHash: parent?.hash ?? new Uint8Array(32),
    number,
    stateRoot: trie.root(),
    extrinsicsRoot: orderedTrieRoot([], 0),
    digest: { logs: [] },
  }
  const proof = { type: 'Solo', value: { signature: new Uint8Array(64) } } as const
  return { hash: headerHash(header), block: { header, body: [], proof }, extrinsics: [], changes, trie, archive: [] }
}

/** Writes blocks until there are `last` or one cannot be written; tells each that is on disk, and the error. */
async function writeBlocks(directory: string, last: number): Promise<void> {
  const database = openChainDatabase(directory)
  try {
    for (;;) {
      const block = nextBlock(database)
      if (block.block.header.number > last) return
      if (block.block.header.number === 0) await database.writeGenesis(block, [])
      else await database.writeBlock(block)
      process.stdout.write(`${block.block.header.number}\n`)
    }
  } catch (cause) {
    const { code, fix } = cause as { readonly code?: string; readonly fix?: string }
    process.stdout.write(`${code} ${fix}\n`)
  }
}

const [mode, writtenTo, last] = process.argv.slice(2)
if (mode === 'write-blocks' && writtenTo !== undefined) {
  await writeBlocks(writtenTo, Number(last))
  process.exit(0)
}

describe('a disk that fails', () => {
  const made: string[] = []
  const folder = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'pha-disk-'))
    made.push(path)
    return path
  }
  after(() => Promise.all(made.map((path) => rm(path, { recursive: true }))))

  it('that takes no more bytes is told with a code, nothing told before is lost, and the node goes on with more room', async () => {
    const path = join(await folder(), 'chain')
    // The shell's limit on the size of a file, in blocks of 512 or 1,024 bytes, needs no rights and no file system.
    const command = `ulimit -f 6000; exec "${process.execPath}" "${import.meta.filename}" write-blocks "${path}" 1000`
    const lines = spawnSync('sh', ['-c', command], { encoding: 'utf8', env: {} }).stdout.trim().split('\n')
    match(lines.at(-1) ?? '', /^db\.(disk-full|io) free some space/)
    const told = Number(lines.at(-2))
    ok(told > 0)
    await using database = openChainDatabase(path)
    const { header } = headBlock(database).block
    ok(header.number >= told, `head ${header.number}, told ${told}`)
    const findings = () => [...checkDatabase(database)].filter(({ code }) => code !== 'check.finality')
    deepEqual(findings(), [])
    await database.writeBlock(nextBlock(database))
    equal(headBlock(database).block.header.number, header.number + 1)
    deepEqual(findings(), [])
  })

  it('that has no room for the journal is told with the first block, and the chain goes on with more room', async () => {
    const path = join(await folder(), 'chain')
    {
      await using database = openChainDatabase(path)
      await database.writeGenesis(nextBlock(database), [])
    }
    await rm(join(path, 'journal-0'), { force: true })
    await rm(join(path, 'journal-1'), { force: true })
    // In blocks of 1,024 bytes: the tables have room for a block more, the journal, which grows by 1 MiB, has not.
    const command = `ulimit -f 1000; exec "${process.execPath}" "${import.meta.filename}" write-blocks "${path}" 3`
    const { stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8', env: {} })
    match(stdout, /^db\.disk-full free some space/)
    await using database = openChainDatabase(path)
    // The block that was refused may be whole on the disk: only the zeros behind it had no room.
    ok(headBlock(database).block.header.number <= 1)
    await database.writeBlock(nextBlock(database))
    deepEqual(
      [...checkDatabase(database)].filter(({ code }) => code !== 'check.finality'),
      [],
    )
  })

  it('that damaged the first pages is told with a code, and does not end the process', async () => {
    const path = join(await folder(), 'chain')
    await mkdir(path)
    await writeFile(join(path, 'data.mdb'), 'this is no database, whoever may read it'.repeat(300))
    throws(() => openChainDatabase(path), { code: 'db.corrupt' })
  })

  it('that may not be written to is told with a code', async () => {
    const path = await folder()
    await chmod(path, 0o500)
    // Root may write anywhere, so it becomes nobody for a moment.
    const isRoot = process.getuid?.() === 0
    if (isRoot) process.seteuid?.(65_534)
    try {
      throws(() => openChainDatabase(join(path, 'chain')), { code: 'db.read-only' })
    } finally {
      if (isRoot) process.seteuid?.(0)
      await chmod(path, 0o700)
    }
  })
})
