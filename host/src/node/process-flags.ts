/** Flags of Node.js that a node wants, whoever starts it. */

/**
 * What a block under construction holds outlives a young generation of the default 16 MiB: it is copied, promoted and
 * collected as old, for a fifth of the CPU time of a transfer. In 64 MiB it dies where it was born.
 */
const FLAGS: readonly string[] = ['--max-semi-space-size=64']

/**
 * Starts this process again with the flags, unless it has them: same process id, same files, same arguments. Where the
 * system cannot do that (Windows), it goes on without.
 */
export function restartWithFlags(): void {
  const missing = FLAGS.filter((flag) => !process.execArgv.includes(flag))
  if (missing.length === 0 || process.platform === 'win32') return
  const { execPath, execArgv, argv, env } = process
  process.execve?.(execPath, [execPath, ...execArgv, ...missing, ...argv.slice(1)], env)
}
