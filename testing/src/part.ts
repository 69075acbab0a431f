/** A part of a test network that can be stopped and started again. */

export interface Part<T> {
  /** What runs now; throws while it is stopped. */
  readonly running: T
  stop(): Promise<void>
  /** Resolves when it runs. */
  start(): Promise<void>
}

/**
 * A part that does not run yet.
 * @param begin starts it, each time with the same folder, keys and port
 */
export function stoppedPart<T extends AsyncDisposable>(begin: () => Promise<T>): Part<T> & AsyncDisposable {
  let running: T | undefined
  async function stop(): Promise<void> {
    const ending = running
    running = undefined
    await ending?.[Symbol.asyncDispose]()
  }
  return {
    get running() {
      if (running === undefined) throw new Error('this part of the network is stopped')
      return running
    },
    stop,
    async start() {
      running ??= await begin()
    },
    [Symbol.asyncDispose]: stop,
  }
}

/**
 * A part that runs.
 * @param begin as for `stoppedPart`
 * @example
 * const node = await startPart(() => startNode(config))
 * await node.stop()
 * await node.start()
 */
export async function startPart<T extends AsyncDisposable>(
  begin: () => Promise<T>,
): Promise<Part<T> & AsyncDisposable> {
  const part = stoppedPart(begin)
  await part.start()
  return part
}
