/** The `pha` command as a person starts it: in a process group of its own, as a terminal does. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { until } from '../src/index.ts'
import { descendantsOf } from './processes.ts'

export interface RunningCommand extends AsyncDisposable {
  readonly process: ChildProcess
  /** Its folder for temporary files. */
  readonly temporary: string
  /** Resolves when it has written a line like this. */
  says(line: RegExp): Promise<unknown>
  /** Ids of all processes below it, as soon as there are so many. */
  children(atLeast: number): Promise<readonly number[]>
  /** What a terminal does at Ctrl-C: the whole group gets the signal. */
  interrupt(): void
  /** Resolves to its exit code when it has ended. */
  ended(): Promise<number | null>
}

const CLI = fileURLToPath(new URL('../../client/cli/src/main.ts', import.meta.url))

/**
 * @param folder where it works
 * @example
 * await using command = await runCommand(['dev', '--ports', '0,0,0'], folder.path)
 * await command.says(/^Ctrl-C ends it/)
 */
export async function runCommand(args: readonly string[], folder: string): Promise<RunningCommand> {
  const temporary = join(folder, 'temporary')
  await mkdir(temporary, { recursive: true })
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const { pid = 0 } = child
  const lines: string[] = []
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => lines.push(line))
  const exit = once(child, 'exit')

  return {
    process: child,
    temporary,
    says: (wanted) =>
      until(`a line like ${wanted}`, () => {
        if (lines.some((line) => wanted.test(line))) return true
        if (child.exitCode !== null) throw new Error(`it ended and said: ${lines.join('\n')}`)
        return false
      }),
    children: (atLeast) =>
      until(`${atLeast} processes run`, async () => {
        const found = await descendantsOf(pid)
        return found.length >= atLeast && found
      }),
    interrupt: () => process.kill(-pid, 'SIGINT'),
    async ended() {
      const [code] = await exit
      return code
    },
    async [Symbol.asyncDispose]() {
      // Its children end with the pipes that it holds.
      child.kill('SIGKILL')
      await exit
    },
  }
}
