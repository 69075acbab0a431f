/**
 * Figures of a large state on disk, one JSON line each: `node testing/bench/state/main.ts [--accounts 5000000] [--blocks 20]
 * [--limit 2147483648] [--directory KEPT]`.
 *
 * Accounts are written by the node's own database in blocks of 100,000, in the order of their keys, as blocks of random ones
 * write the whole database each time; then a new process opens the directory, so that
 * nothing of the building is in its memory, and writes blocks that change 1,000 random accounts. `--limit` has the kernel
 * hold that process to so many bytes, pages of the mapped database included; `--directory` measures one that is there.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { figure } from '../main-job/figure.ts'
import { limitMemory } from './limit-memory.ts'
import { accountAt, changedBy, inKeyOrder, openState, writeNext } from './write-state.ts'

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '5000000' },
    blocks: { type: 'string', default: '20' },
    directory: { type: 'string' },
    limit: { type: 'string' },
  },
})
const accounts = Number(values.accounts)
const blocks = Number(values.blocks)
const BATCH = 100_000
const CHANGED = 1_000
const MEGABYTE = 1_048_576

if (values.directory === undefined) {
  const directory = await mkdtemp(join(tmpdir(), 'pha-state-'))
  try {
    await build(directory)
    const child = spawn(process.execPath, [import.meta.filename, ...process.argv.slice(2), '--directory', directory], {
      stdio: 'inherit',
    })
    const [code] = await once(child, 'exit')
    figure('size on disk', 'MB', [(await stat(join(directory, 'data.mdb'))).size / MEGABYTE])
    process.exitCode = code
  } finally {
    await rm(directory, { recursive: true })
  }
} else await measure(values.directory)

async function build(directory: string): Promise<void> {
  const started = performance.now()
  const state = openState(directory)
  const indexes = inKeyOrder(accounts)
  for (let first = 0; first < accounts; first += BATCH) {
    const count = Math.min(BATCH, accounts - first)
    await writeNext(state, changedBy([...indexes.subarray(first, first + count)], 0))
    const seconds = Math.round((performance.now() - started) / 1000)
    process.stderr.write(`${first + count} accounts after ${seconds} s\n`)
  }
  await state.database[Symbol.asyncDispose]()
  figure('building', 's', [(performance.now() - started) / 1000], { note: `${accounts} accounts` })
}

async function measure(directory: string): Promise<void> {
  const leaveLimit = values.limit === undefined ? undefined : limitMemory(Number(values.limit))
  const started = performance.now()
  const state = openState(directory)
  const trie = state.database.headState()
  figure('open to readable', 'ms', [performance.now() - started])

  const reads = Array.from({ length: 20_000 }, () => accountAt(Math.floor(Math.random() * accounts)))
  const before = performance.now()
  for (const key of reads) if (trie.get(key) === undefined) throw new Error('an account is missing')
  figure('read at the head', 'us', [((performance.now() - before) * 1000) / reads.length])

  const times: { root: number; cpu: number; commit: number }[] = []
  for (let block = 1; block <= blocks; block++) {
    const changed = Array.from({ length: CHANGED }, () => Math.floor(Math.random() * accounts))
    times.push(await writeNext(state, changedBy(changed, block)))
  }
  const note = `${CHANGED} random accounts of ${accounts}`
  figure(
    'root of a block',
    'ms',
    times.map(({ root }) => root),
    { note },
  )
  figure(
    'CPU of the root of a block',
    'ms',
    times.map(({ cpu }) => cpu),
    { note },
  )
  figure(
    'commit of a block',
    'ms',
    times.map(({ commit }) => commit),
    { note },
  )
  figure('heap', 'MB', [process.memoryUsage().heapUsed / MEGABYTE])
  const status = await readFile('/proc/self/status', 'utf8')
  for (const name of ['VmRSS', 'VmHWM', 'RssAnon', 'RssFile']) {
    const kilobytes = Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1])
    figure(
      name,
      'MB',
      [kilobytes / 1024],
      name === 'RssFile' ? { note: 'pages of the database, the kernel may drop them' } : {},
    )
  }
  await state.database[Symbol.asyncDispose]()
  leaveLimit?.()
}
