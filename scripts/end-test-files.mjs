/**
 * Loaded before each test file: a file that still holds a timer, socket or process when its tests are over has failed,
 * with the names of what it holds. Node's test runner would wait for it without end.
 */
import { after } from 'node:test'

/** @polkadot/api keeps timers of its observables for 7 s after it was disconnected. */
const PATIENCE_MS = 15_000

if (process.env.NODE_TEST_CONTEXT?.startsWith('child')) {
  after(() => {
    setTimeout(() => {
      console.error(
        `error test.left-open: tests are over, but still open: ${process.getActiveResourcesInfo().join(', ')}`,
      )
      process.exit(1)
    }, PATIENCE_MS).unref()
  })
}
