/**
 * The one interface of all executors: a deterministic function from (code, state, message) to an outcome.
 *
 * Every replica that runs the same invocation on the same state gets the same outcome and the same gas, whatever the
 * code does. What a contract can make happen is an `Outcome`; an `ExecutorError` means that this machine failed.
 */

/**
 * The state of one contract, as the invocation sees it. The caller buffers writes, answers reads from its buffer
 * first, and drops the buffer unless the outcome is `ok`. Keys order by unsigned bytes, a prefix before what it starts.
 */
export interface StateAccess {
  get(key: Uint8Array): Uint8Array | undefined
  /** `undefined` removes. Never called in a query. */
  set(key: Uint8Array, value: Uint8Array | undefined): void
  /** The first key after `after` (without it: the first at all) that starts with `prefix`. */
  nextKey(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined
}

export interface Invocation {
  readonly kind: 'init' | 'command' | 'query'
  readonly input: Uint8Array
  readonly caller: Uint8Array
  readonly contract: Uint8Array
  readonly block: { readonly number: number; readonly timeMs: bigint }
  /** The only source of randomness, fixed before execution. */
  readonly seed: Uint8Array
  readonly gasLimit: bigint
}

/** Codes are forever: append only. */
export type TrapReason =
  | 'out-of-gas'
  | 'out-of-memory'
  | 'stack-overflow'
  | 'output-too-large'
  | 'state-limit'
  | 'bad-code'
  | 'exception'

/** `rejected`: the contract refused with an error of its own, and `output` is that error encoded. */
export type Outcome =
  | { readonly status: 'ok' | 'rejected'; readonly output: Uint8Array; readonly gasUsed: bigint }
  | { readonly status: 'trap'; readonly reason: TrapReason; readonly gasUsed: bigint }

export interface LoadedContract {
  /** Why the code was refused, if it was: then every invocation traps with `bad-code` and uses no gas. */
  readonly defect: LoadDefect | undefined
  readonly loadGas: bigint
  /**
   * Runs one message from the image that loading left: nothing passes from one message to the next but `state`.
   *
   * @throws {ExecutorError} if this machine cannot say what the outcome is; what `state` throws passes unchanged
   */
  invoke(invocation: Invocation, state: StateAccess): Outcome
  [Symbol.dispose](): void
}

/** A way in which code cannot become a contract; `no-entry`: it does not offer the function that is called. */
export type LoadDefect = 'too-large' | 'not-text' | 'no-entry' | TrapReason

export interface LoadLimits {
  readonly gasLimit: bigint
}

export interface Executor {
  readonly name: 'js'
  /** Takes any bytes: hostile code yields a contract with a `defect`, the same on every replica. */
  load(code: Uint8Array, limits?: LoadLimits): LoadedContract
}
