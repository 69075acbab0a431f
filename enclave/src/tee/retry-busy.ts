/** Kernels say EBUSY while somebody else's quote is in the making, and EINTR when a signal came first. */
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../log.ts'
import { teeLimits } from './limits.ts'
import { TeeError } from './tee-error.ts'

const TRANSIENT: ReadonlySet<string> = new Set(['EBUSY', 'EINTR', 'EAGAIN', 'ETIMEDOUT', 'tee.busy'])
const FIRST_PAUSE_MS = 50

export type Sleep = (ms: number) => Promise<unknown>

/**
 * Tries again, each time from the start and after twice the pause.
 * @throws TeeError `tee.busy` after the last attempt; `tee.failed` for any other failed system call
 */
export async function retryBusy<T>(attempt: () => Promise<T>, pause: Sleep = sleep): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt()
    } catch (cause) {
      const code = codeOf(cause)
      if (TRANSIENT.has(code)) {
        if (tried === teeLimits.attempts) throw new TeeError('tee.busy', `${code}, ${tried} times`, { cause })
        await pause(FIRST_PAUSE_MS * 2 ** (tried - 1))
      } else if (cause instanceof TeeError) throw cause
      else throw new TeeError('tee.failed', code, { cause })
    }
  }
}
