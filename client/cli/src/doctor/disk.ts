/** Room and speed of the disk that a node or worker would write to. */
import { access, constants, open, rm, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Check } from './check.ts'

const GIB = 2 ** 30
/** State and blocks of a chain with many accounts, and room to write them anew. */
const ENOUGH_BYTES = 20 * GIB
const LEAST_BYTES = 2 * GIB
/** A block is written to the journal each 250 ms at the most: slower disks delay blocks. */
const SLOW_FSYNC_MS = 25
const FSYNCS = 16
const PAGE = new Uint8Array(4096)

export async function diskChecks(data: string): Promise<readonly Check[]> {
  const folder = await existing(resolve(data))
  try {
    await access(folder, constants.W_OK)
  } catch {
    return [
      { about: 'disk', level: 'lack', found: `${folder} can't be written to`, fix: 'name another folder: --data' },
    ]
  }
  return Promise.all([room(folder), speed(folder)])
}

async function room(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(folder)
  const bytes = bavail * bsize
  const found = `${(bytes / GIB).toFixed(1)} GiB free in ${folder}`
  if (bytes >= ENOUGH_BYTES) return { about: 'disk', level: 'ok', found }
  const fix = `${ENOUGH_BYTES / GIB} GiB for a node that stays; a development network takes less than 1`
  return { about: 'disk', level: bytes < LEAST_BYTES ? 'lack' : 'warn', found, fix }
}

/** The median of some, since the first ones also pay for what others wrote. */
async function speed(folder: string): Promise<Check> {
  const file = join(folder, `.pha-doctor-${process.pid}`)
  const handle = await open(file, 'wx', 0o600)
  const took: number[] = []
  try {
    for (let i = 0; i < FSYNCS; i++) {
      const began = performance.now()
      await handle.write(PAGE)
      await handle.datasync()
      took.push(performance.now() - began)
    }
  } finally {
    await handle.close()
    await rm(file, { force: true })
  }
  const ms = took.sort((left, right) => left - right)[FSYNCS / 2] ?? 0
  const found = `4 KiB are on disk after ${ms.toFixed(1)} ms`
  if (ms <= SLOW_FSYNC_MS) return { about: 'disk', level: 'ok', found }
  return { about: 'disk', level: 'warn', found, fix: 'a local disk: a block waits for it before it is told to anyone' }
}

/** The folder, or the nearest above it that is there. */
async function existing(folder: string): Promise<string> {
  try {
    await access(folder)
    return folder
  } catch {
    const above = dirname(folder)
    return above === folder ? folder : existing(above)
  }
}
