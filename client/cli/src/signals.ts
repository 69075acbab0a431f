/** Ctrl-C and SIGTERM as a promise. Signals that come again are the same one: `timeout` and groups deliver them twice. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}
