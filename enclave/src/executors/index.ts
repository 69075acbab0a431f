/** Executors of confidential contracts. */
export type { ExecutorErrorCode } from './errors.ts'
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
