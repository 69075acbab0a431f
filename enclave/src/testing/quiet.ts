/** When enclaves of this process have done what they do by themselves: how fast the machine is does not matter. */
import type { TestHost } from './test-host.ts'

/**
 * Turns of the event loop without a frame, after which none comes: between two frames enclaves and hosts wait for nothing but
 * the turn in which a frame is written.
 */
const QUIET_TURNS = 5

/** Waits until nothing passes any more between enclaves and their hosts; runs that have to wait for their turn may be left. */
export async function quiet(enclaves: () => Iterable<{ readonly host: TestHost }>): Promise<void> {
  let before = 0
  for (let turns = 0; turns < QUIET_TURNS; turns++) {
    await new Promise((resolve) => setImmediate(resolve))
    let passed = 0
    for (const { host } of enclaves()) passed += host.passed
    if (passed !== before) turns = 0
    before = passed
  }
}
