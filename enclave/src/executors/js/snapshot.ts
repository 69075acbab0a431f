/**
 * The image of a machine between runs, and putting it back: every message starts from the same bytes at the same
 * addresses on every replica, and no message leaves anything to the next.
 */

import { linearStackFloor, Machine, PAGE_BYTES } from './machine.ts'
import { engineLimits, layout } from './quickjs-build.ts'

/** All that a run can write: static data, the part of the stack above its floor, and the heap up to the end. */
export interface Snapshot {
  readonly pages: number
  /** Where a query starts: it changes nothing, so it needs little, and all of it is zeroed before each one. */
  readonly queryPages: number
  readonly stackPointer: number
  readonly data: Uint8Array
  /** From `HIGH_START` to the last byte that is not zero. */
  readonly high: Uint8Array
}

/** The stack below this is out of reach of any run: the metering pass checks the stack pointer. */
const HIGH_START = linearStackFloor - layout.redZoneBytes

export function takeSnapshot(machine: Machine): Snapshot {
  const memory = new Uint8Array(machine.memory.buffer)
  let end = memory.length
  while (end > HIGH_START && memory[end - 1] === 0) end--
  return {
    pages: machine.pages,
    queryPages: Math.min(machine.pages, Math.ceil(end / PAGE_BYTES) + engineLimits.queryHeapPages),
    stackPointer: machine.stackPointer.value,
    data: memory.slice(0, layout.stackLow),
    high: memory.slice(HIGH_START, end),
  }
}

/**
 * The machine as it was when `snapshot` was taken. Memory cannot shrink, so one that grew is replaced by a new one.
 * Cost: copying static data and the heap in use, zeroing the rest of the heap.
 * @param pages `snapshot.pages`, or `snapshot.queryPages`
 */
export function restoreSnapshot(
  machine: Machine | undefined,
  module: WebAssembly.Module,
  snapshot: Snapshot,
  pages: number = snapshot.pages,
): Machine {
  const restored = machine?.pages === pages ? machine : new Machine(module, pages)
  const memory = new Uint8Array(restored.memory.buffer)
  memory.set(snapshot.data, 0)
  memory.set(snapshot.high, HIGH_START)
  memory.fill(0, HIGH_START + snapshot.high.length)
  restored.stackPointer.value = snapshot.stackPointer
  return restored
}

/** Fails loudly, at load, if the build's memory is not laid out as `layout` says. */
export function isLaidOut(machine: Machine): boolean {
  return (
    machine.stackPointer.value === layout.stackHigh &&
    machine.pages === engineLimits.initialPages &&
    isZero(new Uint8Array(machine.memory.buffer, layout.stackLow, HIGH_START - layout.stackLow))
  )
}

/** By a plain loop: a callback for each of five million bytes takes a tenth of a second of every start. */
function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false
  return true
}
