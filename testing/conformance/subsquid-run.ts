/** Runs the indexer over a range of blocks and reads what it wrote. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface IndexedBlock {
  readonly height: number
  readonly hash: string
  readonly specVersion: number
  readonly timestamp: number
  readonly events: readonly { readonly name: string; readonly args: unknown; readonly extrinsic?: string }[]
  readonly calls: readonly {
    readonly name: string
    readonly args: unknown
    readonly success: boolean
    readonly error?: unknown
  }[]
  readonly extrinsics: readonly {
    readonly hash: string
    readonly fee?: string
    readonly tip?: string
    readonly success: boolean
  }[]
}

const MAIN = new URL('subsquid-main.ts', import.meta.url).pathname
const run = promisify(execFile)

/**
 * @throws with what the indexer wrote if it fails
 * @example
 * const blocks = await indexBlocks(node.http, 0, 30)
 */
export async function indexBlocks(url: string, first: number, last: number): Promise<IndexedBlock[]> {
  const args = [MAIN, url, String(first), String(last)]
  const { stdout } = await run(process.execPath, args, { maxBuffer: 67_108_864, timeout: 60_000 })
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"height"'))
    .map((line): IndexedBlock => JSON.parse(line))
}
