/** A node whose disk becomes full under load, and which starts again when there is room. */
import { execFile } from 'node:child_process'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '../../src/until.ts'
import {
  checkBasePath,
  countLost,
  noteHeaders,
  prepareNode,
  type RunningNode,
  sendTransfers,
  startNode,
} from '../one-node.ts'

const run = promisify(execFile)

export interface FullDiskRun {
  /** How the node ended when the disk was full. */
  readonly exitCode: number | null
  /** Of the last error that it logged. */
  readonly code: string | undefined
  readonly fix: string | undefined
  /** Bytes that were left on the disk then. */
  readonly left: number
  /** Blocks that a subscriber was told of before. */
  readonly told: number
  /** Of those, how many are no longer there after the next start. */
  readonly lost: number
  /** What `check` printed of the base path, before the next start and at the end; `ok` if it found nothing. */
  readonly checks: readonly string[]
}

/** Blocks after which the node is said to go on. */
const BLOCKS = 20

/** A small disk, which only root may make. */
export async function smallDisk(path: string, kilobytes: number): Promise<AsyncDisposable> {
  await mkdir(path)
  await run('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path])
  return { [Symbol.asyncDispose]: async () => void (await run('umount', ['--lazy', path])) }
}

/** Whether `smallDisk` works here. */
export async function hasSmallDisks(folder: string): Promise<boolean> {
  try {
    await using _ = await smallDisk(join(folder, 'try'), 64)
    return true
  } catch {
    return false
  }
}

/**
 * @throws if the node makes no blocks after it was started again
 * @param folder on another disk, for the chain's files
 * @param disk where the node keeps its base path; becomes full
 * @param ballast kilobytes of a file there that is removed before the node starts again
 */
export async function fullDiskRun(folder: string, disk: string, ballast: number): Promise<FullDiskRun> {
  const basePath = join(disk, 'node')
  await writeFile(join(disk, 'ballast'), new Uint8Array(ballast * 1024))
  const args = [...(await prepareNode(folder, basePath)), '--state-pruning', 'archive']
  const told = new Map<number, string>()
  await using first = await startNode(args)
  await underLoad(first, told, first.ended)
  const { bavail, bsize } = await statfs(disk)
  const { code, fix } = JSON.parse(first.log.at(-1) ?? '{}') as { readonly code?: string; readonly fix?: string }

  await rm(join(disk, 'ballast'))
  const checks = [await checkBasePath(basePath)]
  await using second = await startNode(args)
  const lost = await countLost(second.port, told)
  const [before, last] = [told.size, Math.max(...told.keys())]
  await underLoad(
    second,
    told,
    until('blocks are made again', () => told.has(last + BLOCKS)),
  )
  second.child.kill('SIGTERM')
  await second.ended
  checks.push(await checkBasePath(basePath))
  return { exitCode: await first.ended, code, fix, left: bavail * bsize, told: before, lost, checks }
}

/** Transfers, and a subscriber that notes what it is told, until `end`. */
async function underLoad({ port }: RunningNode, told: Map<number, string>, end: Promise<unknown>): Promise<void> {
  const socket = noteHeaders(port, told)
  const ending = new AbortController()
  const load = sendTransfers(port, ending.signal)
  await end
  socket.close()
  ending.abort()
  await load
}
