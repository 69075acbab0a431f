/** One way in a process of its own: tells what loading costs, then applies a block of transfers whenever it is asked. */
import { currentRuntimeCode } from '@pha/host/runtime'
import { median } from './median.ts'
import { prepare, type Way } from './ways.ts'
import { rate, transfers } from './workload.ts'

export interface Loaded {
  readonly prepareMs: number
  readonly loadMs: number
}

const LOADS = 5

/** Milliseconds of processor time since `before`. */
function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

const code = await currentRuntimeCode()
const begin = process.cpuUsage()
const load = await prepare(process.argv[2] as Way)
const prepareMs = since(begin)
const loads = Array.from({ length: LOADS }, () => {
  const before = process.cpuUsage()
  load(code)
  return since(before)
})
const runtime = load(code)
const extrinsics = transfers(runtime)
process.on('message', () => process.send?.(rate(runtime, extrinsics)))
process.send?.({ prepareMs, loadMs: median(loads) } satisfies Loaded)
