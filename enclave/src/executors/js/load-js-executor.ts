/**
 * The JavaScript executor: contracts as one bundled script in QuickJS, which runs inside WebAssembly that
 * `meter-wasm.ts` made countable.
 *
 * The unit of isolation is the memory image. The engine boots once; a bundle is evaluated once on a copy of that
 * image; each message runs on a copy of the bundle's image. So a message costs two memory copies, not a start of the
 * engine, and a trap needs no cleaning up.
 */
import { toHex } from '@pha/core/codec'
import { sha256 } from '@pha/core/crypto'
import { ExecutorError } from '../errors.ts'
import type { Executor, Invocation, LoadDefect, LoadedContract, LoadLimits, Outcome, StateAccess } from '../executor.ts'
import { DEFAULT_GAS_LIMIT, executionLimits, gasPrices } from '../limits.ts'
import { hostSession, nativeFunctions, newBuffer, noHostCalls } from './host-functions.ts'
import { linearStackFloor, Machine, type Pointer } from './machine.ts'
import { meterWasm } from './meter-wasm.ts'
import { ENTRY_CHECK, PRELUDE } from './prelude.ts'
import { engineLimits, INTRINSICS, layout, QUICKJS_SHA256 } from './quickjs-build.ts'
import { isLaidOut, restoreSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts'

/** A booted engine: its image, and addresses in it. */
interface Base {
  readonly module: WebAssembly.Module
  readonly snapshot: Snapshot
  readonly context: Pointer
  /** The prelude's function that handles one message. */
  readonly handle: Pointer
}

/** More than any boot needs; the guest's own limits come with each run. */
const BOOT_GAS = 1n << 40n
const MAX_GAS = (1n << 63n) - 1n

/**
 * Makes the JavaScript executor.
 *
 * @param quickjsWasm bytes of the QuickJS build named in `quickjs-build.ts`, embedded by the enclave bundle
 * @throws {ExecutorError} `executor.unknown-engine` for other bytes, `executor.native-stack` in a process whose stack
 *   is too small for the bounds to hold
 *
 * @example
 * const executor = loadJsExecutor(quickjsWasm)
 * using contract = executor.load(bundle)
 * const outcome = contract.invoke(invocation, state)
 */
export function loadJsExecutor(quickjsWasm: Uint8Array): Executor {
  const hash = toHex(sha256(quickjsWasm))
  if (hash !== QUICKJS_SHA256) throw new ExecutorError('executor.unknown-engine', `engine has SHA-256 ${hash}`)
  const metered = meterWasm(quickjsWasm, {
    stackPointer: { global: layout.stackPointerGlobal, floor: linearStackFloor },
    memory: { minimum: engineLimits.leastPages, maximum: engineLimits.maximumPages },
  })
  const base = boot(new WebAssembly.Module(metered))
  requireNativeStack(base)
  return { name: 'js', load: (code, limits) => loadContract(base, code, limits) }
}

function boot(module: WebAssembly.Module): Base {
  const machine = new Machine(module)
  const { engine } = machine
  const booted = machine.run(BOOT_GAS, noHostCalls, () => {
    machine.initialize()
    const runtime = engine.QTS_NewRuntime()
    engine.QTS_RuntimeSetMaxStackSize(runtime, engineLimits.quickjsStackBytes)
    const context = engine.QTS_NewContext(runtime, INTRINSICS)
    const prelude = evaluate(machine, context, new TextEncoder().encode(PRELUDE), 'prelude.js')
    const natives = nativeFunctions.map((name, id) =>
      engine.QTS_NewFunction(context, placeText(machine, name), 0, 0, id),
    )
    return { context, handle: call(machine, context, prelude ?? 0, natives) }
  })
  if (!booted.ok || booted.value.handle === undefined || !isLaidOut(machine)) {
    throw new ExecutorError('executor.engine-fault', 'the engine does not boot')
  }
  const { context, handle } = booted.value
  return { module, snapshot: takeSnapshot(machine), context, handle }
}

/** Uses up the metered stack once: if V8's ends first, this process must not execute anything. */
function requireNativeStack(base: Base): void {
  const machine = restoreSnapshot(undefined, base.module, base.snapshot)
  const source = new TextEncoder().encode(`JSON.parse('['.repeat(100000))`)
  const { ok } = machine.run(BOOT_GAS, noHostCalls, () => evaluate(machine, base.context, source, 'probe.js'))
  if (ok) throw new ExecutorError('executor.engine-fault', 'the stack is not bounded')
}

function loadContract(
  base: Base,
  code: Uint8Array,
  limits: LoadLimits = { gasLimit: DEFAULT_GAS_LIMIT },
): LoadedContract {
  if (limits.gasLimit < 0n || limits.gasLimit > MAX_GAS) throw new ExecutorError('executor.bad-invocation', 'gas limit')
  if (code.length > executionLimits.codeBytes) return refused('too-large', 0n)
  if (!isText(code)) return refused('not-text', 0n)
  const machine = restoreSnapshot(undefined, base.module, base.snapshot)
  const loaded = machine.run(limits.gasLimit, noHostCalls, (): LoadDefect | undefined => {
    if (evaluate(machine, base.context, code, 'contract.js') === undefined) return 'exception'
    const entry = evaluate(machine, base.context, new TextEncoder().encode(ENTRY_CHECK), 'entry.js')
    return entry !== undefined && machine.engine.QTS_GetFloat64(base.context, entry) === 1 ? undefined : 'no-entry'
  })
  const defect = loaded.ok ? loaded.value : loaded.reason
  if (defect !== undefined) return refused(defect, loaded.gasUsed)
  if (machine.memory.buffer.byteLength > executionLimits.imageBytes) return refused('out-of-memory', loaded.gasUsed)
  return contractOf(base, machine, loaded.gasUsed)
}

function contractOf(base: Base, loadedMachine: Machine, loadGas: bigint): LoadedContract {
  const snapshot = takeSnapshot(loadedMachine)
  let machine: Machine | undefined = loadedMachine
  /** Queries have less to put back; one machine for all would change the gas of commands, which is consensus. */
  let queryMachine: Machine | undefined
  let status: 'idle' | 'running' | 'disposed' = 'idle'
  return {
    defect: undefined,
    loadGas,
    invoke(invocation, state) {
      requireBounds(invocation)
      if (status !== 'idle') throw new ExecutorError('executor.unavailable', `the contract is ${status}`)
      status = 'running'
      try {
        if (invocation.kind === 'query') {
          queryMachine = restoreSnapshot(queryMachine, base.module, snapshot, snapshot.queryPages)
          return invoke(base, queryMachine, invocation, state)
        }
        machine = restoreSnapshot(machine, base.module, snapshot)
        return invoke(base, machine, invocation, state)
      } finally {
        status = 'idle'
      }
    },
    [Symbol.dispose]() {
      if (status === 'running') throw new ExecutorError('executor.unavailable', 'the contract is running')
      // what the last message left; V8's own copies, if it made any, are out of reach
      for (const used of [machine, queryMachine]) if (used !== undefined) new Uint8Array(used.memory.buffer).fill(0)
      machine = undefined
      queryMachine = undefined
      status = 'disposed'
    },
  }
}

function invoke({ context, handle }: Base, machine: Machine, invocation: Invocation, state: StateAccess): Outcome {
  const { kind, input, caller, contract, block, seed, gasLimit } = invocation
  const { engine } = machine
  const session = hostSession(machine, context, kind, state)
  const run = machine.run(gasLimit, session.call, () => {
    machine.charge(gasPrices.invocation + BigInt(input.length) * gasPrices.hostByte)
    const number = (value: number): Pointer => engine.QTS_NewFloat64(context, value)
    const buffer = (bytes: Uint8Array): Pointer => newBuffer(machine, context, bytes)
    return call(machine, context, handle, [
      engine.QTS_NewString(context, placeText(machine, kind)),
      buffer(input),
      buffer(caller),
      buffer(contract),
      number(block.number),
      number(Number(block.timeMs)),
      buffer(seed),
    ])
  })
  const { gasUsed } = run
  if (!run.ok) return { status: 'trap', reason: run.reason, gasUsed }
  return { ...(session.answer() ?? { status: 'trap', reason: 'exception' }), gasUsed }
}

/** The value of a script in the guest's global scope, or undefined if it threw. */
function evaluate(machine: Machine, context: Pointer, source: Uint8Array, name: string): Pointer | undefined {
  const { engine } = machine
  const value = engine.QTS_Eval(context, machine.place(source), source.length, placeText(machine, name), 0, 0)
  return engine.QTS_ResolveException(context, value) === 0 ? value : undefined
}

/** The result of a function of the guest, or undefined if it threw. */
function call(machine: Machine, context: Pointer, func: Pointer, args: readonly Pointer[]): Pointer | undefined {
  const { engine } = machine
  const value = engine.QTS_Call(context, func, engine.QTS_GetUndefined(), args.length, machine.placePointers(args))
  return engine.QTS_ResolveException(context, value) === 0 ? value : undefined
}

function placeText(machine: Machine, text: string): Pointer {
  return machine.place(new TextEncoder().encode(text))
}

function isText(code: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(code)
    return true
  } catch {
    return false
  }
}

function refused(defect: LoadDefect, loadGas: bigint): LoadedContract {
  return {
    defect,
    loadGas,
    invoke: () => ({ status: 'trap', reason: 'bad-code', gasUsed: 0n }),
    [Symbol.dispose]() {},
  }
}

/** Bounds that the caller checks when a message comes in; here they only guard against its mistakes. */
function requireBounds({ input, caller, contract, seed, block, gasLimit }: Invocation): void {
  const { inputBytes, identifierBytes } = executionLimits
  const isBounded =
    input.length <= inputBytes &&
    [caller, contract, seed].every(({ length }) => length <= identifierBytes) &&
    Number.isSafeInteger(block.number) &&
    Number.isSafeInteger(Number(block.timeMs)) &&
    gasLimit >= 0n &&
    gasLimit <= MAX_GAS
  if (!isBounded) throw new ExecutorError('executor.bad-invocation', 'an argument is out of bounds')
}
