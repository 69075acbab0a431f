/** Runtimes as code: built from sources, loaded from `:code` into realms, rehearsed before they take effect. */
export { buildRuntime, currentRuntimeCode } from './build-runtime.ts'
export { type LoadedRuntime, loadRuntime, startRuntime } from './load-runtime.ts'
export { type RehearsalResult, rehearse } from './rehearse.ts'
export { RuntimeCodeError, type RuntimeCodeErrorCode } from './runtime-code-error.ts'
