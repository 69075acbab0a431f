/** Another zone's program in the foreground, with the terminal's input and output: started, never imported. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * Runs until the program ends; this process then ends as it did.
 * @example
 * await runProgram('@pha/host/node/main', ['check', '--base-path', 'node'])
 */
export async function runProgram(specifier: string, args: readonly string[]): Promise<void> {
  const main = fileURLToPath(import.meta.resolve(specifier))
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' })
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal)
  // Ctrl-C reaches the program from the terminal as well; it takes a repeated signal as the same one.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, passOn)
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  process.exitCode = code ?? (signal === null ? 1 : 128)
}
