/** Flags of Node.js that a node wants, whoever starts it. */

/**
 * What a block under construction holds outlives a young generation of the default 16 MiB: it is copied, promoted and
 * collected as old, for a fifth of the CPU time of a transfer. In 64 MiB it dies where it was born.
 */
const FLAG = '--max-semi-space-size'

/** For whoever starts a node: it then need not start itself again. */
export const NODE_FLAG = `${FLAG}=64`

/**
 * Starts this process again with the flag, unless whoever started it chose a size, by flag or `NODE_OPTIONS`: same process
 * id, same files, same arguments. Where the system cannot do that (Windows), it goes on without. A profiler's signals
 * would end the process in between: who profiles gives the flag himself.
 */
export function restartWithFlags(): void {
  const { execPath, execArgv, argv, env, platform } = process
  const given = [...execArgv, ...(env.NODE_OPTIONS ?? '').split(' ')]
  if (given.some((option) => option.startsWith(FLAG)) || platform === 'win32') return
  process.execve?.(execPath, [execPath, ...execArgv, NODE_FLAG, ...argv.slice(1)], env)
}
