/** A node that is killed with `kill -9` under load, again and again, on one base path. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../../src/until.ts'
import { checkBasePath, countLost, noteHeaders, prepareNode, sendTransfers, startNode } from '../one-node.ts'

export interface CrashRun {
  readonly run: number
  /** Since its subscriber was there, or was told of a block. */
  readonly aliveMs: number
  /** Blocks that a subscriber was told of before the kill. */
  readonly told: number
  /** Of all that were ever told, how many are no longer there as they were told. */
  readonly lost: number
  /** What `check` printed; `ok` if it found nothing. */
  readonly check: string
  readonly restartMs: number
  /** Errors that the node logged. */
  readonly log: readonly string[]
}

const LONGEST_LIFE_MS = 3_000

/**
 * The first start makes the chain, so kills of later runs only hit a node that serves or starts again. Every other life,
 * the first among them, counts from a block that was told in it: something can be lost on any machine.
 */
export async function* crashRuns(folder: string, runs: number, random: () => number): AsyncGenerator<CrashRun, void> {
  const basePath = join(folder, 'node')
  const args = [...(await prepareNode(folder, basePath)), '--state-pruning', '16']
  const told = new Map<number, string>()
  let node = await startNode(args)
  for (let run = 1; run <= runs; run++) {
    const before = told.size
    const { log } = node
    const socket = noteHeaders(node.port, told)
    const death = new AbortController()
    const load = sendTransfers(node.port, death.signal)
    const aliveMs = Math.round(random() * LONGEST_LIFE_MS)
    if (run % 2 === 1) await until('a block is told', () => told.size > before)
    await sleep(aliveMs)
    node.child.kill('SIGKILL')
    await node.ended
    socket.close()
    death.abort()
    await load
    const check = await checkBasePath(basePath)
    const started = performance.now()
    node = await startNode(args)
    const restartMs = Math.round(performance.now() - started)
    const lost = await countLost(node.port, told)
    yield { run, aliveMs, told: told.size - before, lost, check, restartMs, log }
  }
  node.child.kill('SIGTERM')
  await node.ended
}
