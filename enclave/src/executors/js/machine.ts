/**
 * One instance of the metered engine: its memory, its globals, and the few C functions that the executor calls.
 * It answers the engine's imports with constants, so nothing of this machine is visible from the inside.
 */
import { ExecutorError } from '../errors.ts'
import type { TrapReason } from '../executor.ts'
import { gasPrices } from '../limits.ts'
import { meterExports } from './meter-wasm.ts'
import { engineLimits, exportNames, importNames, layout } from './quickjs-build.ts'

/** An address in linear memory; 0 is none. */
export type Pointer = number

/** Thrown by host functions to end a run from inside the engine, past anything the guest could catch. */
export class GuestTrap {
  readonly reason: TrapReason

  constructor(reason: TrapReason) {
    this.reason = reason
  }
}

/** Carries what the host's own code threw through the engine, so that it is never taken for a trap of the guest. */
export class HostFault {
  readonly cause: unknown

  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** Answers a call of native function `id`: a pointer to the value to return, or 0 for undefined. */
export type HostCall = (id: number, args: readonly Pointer[]) => Pointer

type Run<Value> =
  | { readonly ok: true; readonly value: Value; readonly gasUsed: bigint }
  | { readonly ok: false; readonly reason: TrapReason; readonly gasUsed: bigint }

type Engine = { readonly [Name in keyof typeof exportNames]: (...args: number[]) => number }

export const PAGE_BYTES = 65_536

export class Machine {
  readonly memory: WebAssembly.Memory
  readonly engine: Engine
  readonly stackPointer: WebAssembly.Global<'i32'>
  readonly #gas: WebAssembly.Global<'i64'>
  readonly #nativeStack: WebAssembly.Global<'i32'>
  readonly #start: () => void
  #hostCall: HostCall = refuse

  /** @throws {ExecutorError} `executor.host-memory` if the machine has none */
  constructor(module: WebAssembly.Module, pages: number = engineLimits.initialPages) {
    try {
      this.memory = new WebAssembly.Memory({ initial: pages, maximum: engineLimits.maximumPages })
    } catch (cause) {
      throw new ExecutorError('executor.host-memory', `no room for ${pages} pages`, { cause })
    }
    const { exports } = new WebAssembly.Instance(module, { [importNames.module]: this.#imports() })
    const names = Object.entries(exportNames)
    this.engine = Object.fromEntries(names.map(([name, minified]) => [name, exports[minified]])) as Engine
    this.#gas = exports[meterExports.gas] as WebAssembly.Global<'i64'>
    this.#nativeStack = exports[meterExports.nativeStack] as WebAssembly.Global<'i32'>
    this.#start = exports[meterExports.start] as () => void
    this.stackPointer = exports[`${meterExports.global}${layout.stackPointerGlobal}`] as WebAssembly.Global<'i32'>
  }

  get pages(): number {
    return this.memory.buffer.byteLength / PAGE_BYTES
  }

  get gasLeft(): bigint {
    return this.#gas.value > 0n ? this.#gas.value : 0n
  }

  /** Takes gas for work outside of the engine; ends the run when there is not enough. Charge before the work. */
  charge(amount: bigint): void {
    this.#gas.value -= amount
    if (this.#gas.value < 0n) throw new GuestTrap('out-of-gas')
  }

  /** Places the module's data in fresh memory and runs its constructors. */
  initialize(): void {
    this.#start()
    this.engine.initialize()
  }

  /**
   * Runs `work`, which calls into the engine, under a gas limit. The memory is of no use after a trap.
   *
   * @throws {ExecutorError} if the machine, not the guest, ended the run; and what a `HostFault` carries
   */
  run<Value>(gasLimit: bigint, hostCall: HostCall, work: () => Value): Run<Value> {
    this.#gas.value = gasLimit
    this.#nativeStack.value = engineLimits.nativeStackBytes
    this.#hostCall = hostCall
    try {
      const value = work()
      return { ok: true, value, gasUsed: gasLimit - this.gasLeft }
    } catch (error) {
      return { ok: false, reason: this.#reasonOf(error), gasUsed: gasLimit - this.gasLeft }
    } finally {
      this.#hostCall = refuse
    }
  }

  /** A copy of `bytes` in the heap, with a zero byte behind. */
  place(bytes: Uint8Array): Pointer {
    const address = this.engine.malloc(bytes.length + 1)
    if (address === 0) throw new GuestTrap('out-of-memory')
    const memory = new Uint8Array(this.memory.buffer)
    memory.set(bytes, address)
    memory[address + bytes.length] = 0
    return address
  }

  /** The argument vector of a call: addresses, 4 bytes each, little-endian. */
  placePointers(pointers: readonly Pointer[]): Pointer {
    return this.place(new Uint8Array(Uint32Array.from(pointers).buffer))
  }

  copyOut(address: Pointer, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer).slice(address, address + length)
  }

  /** Which bound ended the run. A trap is told by the global that went below its floor. */
  #reasonOf(error: unknown): TrapReason {
    if (error instanceof GuestTrap) return error.reason
    if (error instanceof HostFault) throw error.cause
    if (error instanceof WebAssembly.RuntimeError) {
      if (this.#gas.value < 0n) return 'out-of-gas'
      if (this.#nativeStack.value < 0 || this.stackPointer.value < linearStackFloor) return 'stack-overflow'
      return 'exception'
    }
    if (error instanceof RangeError && /call stack/.test(error.message)) {
      throw new ExecutorError('executor.native-stack', 'the native stack ended first: see --stack-size', {
        cause: error,
      })
    }
    throw error
  }

  #imports(): Record<string, WebAssembly.ImportValue> {
    const imports: Record<string, WebAssembly.ImportValue> = {}
    for (const name of importNames.all) imports[name] = refuse
    imports[importNames.memory] = this.memory
    imports[importNames.environ_get] = () => 0
    imports[importNames.environ_sizes_get] = (count: Pointer, size: Pointer) => {
      const view = new DataView(this.memory.buffer)
      view.setUint32(count, 0, true)
      view.setUint32(size, 0, true)
      return 0
    }
    imports[importNames.emscripten_date_now] = () => 0
    imports[importNames.qts_free_host_ref] = () => {}
    imports[importNames.emscripten_resize_heap] = (bytes: number) => this.#grow(Math.ceil((bytes >>> 0) / PAGE_BYTES))
    imports[importNames.qts_host_call_function] = (
      _context: Pointer,
      _receiver: Pointer,
      count: number,
      vector: Pointer,
      id: number,
    ) => {
      const args: Pointer[] = []
      // no native function has more than two parameters
      for (let index = 0; index < Math.min(count, 2); index++) {
        args.push(this.engine.QTS_ArgvGetJSValueConstPointer(vector, index))
      }
      return this.#hostCall(id, args)
    }
    return imports
  }

  /** Ends the run at the bound instead of failing: QuickJS is not trusted to survive a failed allocation. */
  #grow(pages: number): number {
    if (pages > engineLimits.maximumPages) throw new GuestTrap('out-of-memory')
    const more = pages - this.pages
    if (more <= 0) return 1
    this.charge(BigInt(more) * gasPrices.memoryPage)
    try {
      this.memory.grow(more)
    } catch (cause) {
      throw new ExecutorError('executor.host-memory', `cannot grow to ${pages} pages`, { cause })
    }
    return 1
  }
}

/** Lowest value of the linear stack pointer. */
export const linearStackFloor = layout.stackHigh - engineLimits.linearStackBytes

function refuse(): never {
  throw new GuestTrap('exception')
}
