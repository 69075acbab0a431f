/** Executors of confidential contracts. */
export { ExecutorError, type ExecutorErrorCode } from './errors.ts'
export type {
  Executor,
  Invocation,
  LoadDefect,
  LoadedContract,
  LoadLimits,
  Outcome,
  StateAccess,
  TrapReason,
} from './executor.ts'
export { loadJsExecutor } from './js/load-js-executor.ts'
export { DEFAULT_GAS_LIMIT, executionLimits, gasPrices } from './limits.ts'
