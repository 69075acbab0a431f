/**
 * Facts about the one QuickJS build that this executor runs: `@jitl/quickjs-wasmfile-release-sync` 0.32.0, which is
 * bellard/quickjs 2025-09-13+f1139494 compiled by Emscripten. Names in the binary are minified and differ in each
 * build, so the binary is recognised by its hash: an update changes this file, and gas with it (an upgrade by vote).
 */

/** SHA-256 of `emscripten-module.wasm`. */
export const QUICKJS_SHA256 = '0x105c3bed22d457e43e3d1c3c1c6959fda62a8fe06f0fc8a985303c3a2be72232'

/** Where Emscripten put things in linear memory: data, then the stack growing down to it, then the heap. */
export const layout = {
  stackPointerGlobal: 0,
  /** End of static data, beginning of the stack's 5 MiB. */
  stackLow: 90_208,
  /** Initial stack pointer, beginning of the heap. */
  stackHigh: 5_333_088,
  /** Leaf functions use up to 160 bytes below the stack pointer without moving it (counted in the binary). */
  redZoneBytes: 4096,
} as const

/** Bounds of the engine. All are consensus. */
export const engineLimits = {
  /** Pages of 64 KiB at boot: data, stack, and 2 MiB of heap that need no growing. */
  initialPages: 114,
  /** Least of any machine: what is below the heap. */
  leastPages: 82,
  /** Pages of heap that a query has above the contract's image without growing; zeroing them takes 10 microseconds. */
  queryHeapPages: 8,
  /** 64 MiB for all of linear memory: an enclave holds many contracts. */
  maximumPages: 1024,
  /** QuickJS's own limit, which a guest sees as an InternalError: 741 plain calls deep. */
  quickjsStackBytes: 128 * 1024,
  /** Linear stack that may be used at all, checked by the metering pass: QuickJS and what it does not check. */
  linearStackBytes: 512 * 1024,
  /**
   * Estimated native stack, checked by the metering pass. Measured: V8 needs 0.4 to 1.02 times the estimate, whatever
   * the compiler tier. Node's default of 984 KiB so leaves 300 KiB to the host below and above the guest.
   */
  nativeStackBytes: 640 * 1024,
} as const

/** Exports in use, by their names in C. */
export const exportNames = {
  initialize: 'u', // __wasm_call_ctors
  malloc: 'v',
  free: 'M',
  QTS_NewRuntime: 'K',
  QTS_RuntimeSetMaxStackSize: 'D',
  QTS_NewContext: 'N',
  QTS_GetUndefined: 'E',
  QTS_NewArrayBuffer: 'X',
  QTS_GetArrayBuffer: 'aa',
  QTS_GetArrayBufferLength: 'ba',
  QTS_NewFloat64: 'Y',
  QTS_GetFloat64: 'Z',
  QTS_NewString: '_',
  QTS_NewFunction: 'Da',
  QTS_ArgvGetJSValueConstPointer: 'Ea',
  QTS_Call: 'ma',
  QTS_Eval: 'pa',
  QTS_ResolveException: 'na',
} as const

/** Imports that have an answer; every other one of `b` to `t` (files, clock, timers, modules, exit) ends the run. */
export const importNames = {
  module: 'a',
  memory: 'a',
  environ_get: 'e',
  environ_sizes_get: 'f',
  emscripten_resize_heap: 'k',
  emscripten_date_now: 'p',
  qts_host_call_function: 's',
  qts_free_host_ref: 't',
  all: 'bcdefghijklmnopqrst',
} as const

/** `QTS_Intrinsic` of the wrapper's interface.c. Without Date; Eval is needed to load and is taken away by the prelude. */
export const INTRINSICS =
  (1 << 0) | // BaseObjects
  (1 << 2) | // Eval
  (1 << 3) | // StringNormalize
  (1 << 4) | // RegExp
  (1 << 5) | // RegExpCompiler
  (1 << 6) | // JSON
  (1 << 7) | // Proxy
  (1 << 8) | // MapSet
  (1 << 9) | // TypedArrays
  (1 << 10) | // Promise
  (1 << 11) // BigInt
