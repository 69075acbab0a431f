/** Transactions are validated, and signatures checked, off the node's thread. */

export { QUESTIONS_IN_THREADS } from './limits.ts'
export {
  type Provisional,
  type StateToAsk,
  type Validated,
  type ValidateHereInit,
  validate,
  validateHere,
} from './validate.ts'
export {
  type ValidatedState,
  type ValidationThreads,
  type ValidationThreadsInit,
  validationThreads,
} from './validation-threads.ts'
export type { Validation } from './validator.ts'
