/** Memory that this machine, or the container around this process, has. */
import { availableParallelism, freemem, totalmem } from 'node:os'
import type { Check } from './check.ts'

const GIB = 2 ** 30
/** A node with a large state, a worker's host, and an enclave with some contracts. */
const ENOUGH_BYTES = 8 * GIB
/** A development network takes some 1.2 GiB. */
const LEAST_BYTES = 2 * GIB

export interface Memory {
  readonly total: number
  readonly free: number
}

export function memoryCheck({ total, free }: Memory = memoryHere()): Check {
  const found = `${gib(free)} of ${gib(total)} GiB free, ${availableParallelism()} processors`
  if (total >= ENOUGH_BYTES) return { about: 'memory', level: 'ok', found }
  if (total >= LEAST_BYTES) {
    return { about: 'memory', level: 'warn', found, fix: `${gib(ENOUGH_BYTES)} GiB for a node and a worker that stay` }
  }
  return { about: 'memory', level: 'lack', found, fix: `${gib(LEAST_BYTES)} GiB at the least` }
}

function memoryHere(): Memory {
  const limit = process.constrainedMemory()
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  return { total, free: Math.min(process.availableMemory(), freemem(), total) }
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1).replace(/\.0$/, '')
}
