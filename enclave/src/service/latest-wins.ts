/** Work that is driven by the newest value: never two at a time, and values that came meanwhile are skipped but the last. */

/**
 * @param work must handle its own errors: what it throws would be unhandled
 * @example
 * const drive = latestWins((view: ProvenView) => replica.step(view))
 * drive(first); drive(second); drive(third) // runs for first, then for third
 */
export function latestWins<T>(work: (value: T) => Promise<void>): (value: T) => void {
  let waiting: { readonly value: T } | undefined
  let running = false

  async function run(): Promise<void> {
    running = true
    try {
      while (waiting !== undefined) {
        const { value } = waiting
        waiting = undefined
        await work(value)
      }
    } finally {
      running = false
    }
  }

  return (value) => {
    waiting = { value }
    if (!running) void run()
  }
}
