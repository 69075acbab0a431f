/**
 * What the realm costs: transfers applied for each second of processor time, and the cost of loading the runtime, when it is
 * imported, in its realm, evaluated under `lockdown()` of ses, and in a `Compartment` of ses. One JSON line a way.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { median } from './median.ts'
import type { Loaded } from './one-way.ts'
import { WAYS, type Way } from './ways.ts'

const ROUNDS = 5

interface Measured extends Loaded {
  readonly way: Way
  readonly child: ChildProcess
  readonly rates: number[]
}

async function start(way: Way): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('one-way.ts', import.meta.url)), [way])
  const [loaded] = (await once(child, 'message')) as [Loaded]
  return { way, child, rates: [], ...loaded }
}

async function round({ child, rates }: Measured): Promise<void> {
  child.send('apply')
  const [rate] = (await once(child, 'message')) as [number]
  rates.push(rate)
}

const rounded = (value: number): number => Math.round(value * 10) / 10

const ways: Measured[] = []
for (const way of WAYS) ways.push(await start(way))
// In turn, so that a busy machine disturbs all alike; the first round warms up.
for (let i = 0; i <= ROUNDS; i++) for (const way of ways) await round(way)
const results = ways.map(({ rates, ...way }) => ({ ...way, rate: median(rates.slice(1)) }))
const imported = results.find(({ way }) => way === 'imported')?.rate ?? 0
for (const { way, rate, prepareMs, loadMs, child } of results) {
  child.disconnect()
  const figures = { transfersPerCpuSecond: rate, costPercent: 100 * (imported / rate - 1), prepareMs, loadMs }
  const entries = Object.entries(figures).map(([name, value]) => [name, rounded(value)])
  console.log(JSON.stringify({ way, ...Object.fromEntries(entries), load: rounded(loadavg()[0] ?? 0) }))
}
