/** An executor that lies about what commands return, as a broken enclave might: its replica has to be outvoted. */
import { utf8Encode } from '@pha/core/codec'
import type { Executor } from '../executors/index.ts'

/** What every command of the liar returns. */
export const LIE = utf8Encode('a lie')

export function lyingExecutor(honest: Executor): Executor {
  return {
    name: honest.name,
    load(code, limits) {
      const program = honest.load(code, limits)
      return {
        ...program,
        invoke(invocation, state) {
          const outcome = program.invoke(invocation, state)
          return invocation.kind === 'command' && outcome.status === 'ok' ? { ...outcome, output: LIE } : outcome
        },
      }
    },
  }
}
