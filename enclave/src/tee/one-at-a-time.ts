/** Work on something that only one may use: each waits for those before it, whether they succeeded or not. */

/**
 * @example
 * const inTurn = oneAtATime()
 * const quote = await inTurn(() => writeThenRead(reportData))
 */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}
