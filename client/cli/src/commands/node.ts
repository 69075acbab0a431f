/** `pha node`: the node's own program, with the terminal's input and output, as it stands in the foreground. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Runs until the node ends; this process then ends as it did. */
export async function runNode(args: readonly string[]): Promise<void> {
  const main = fileURLToPath(import.meta.resolve('@pha/host/node/main'))
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' })
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal)
  // Ctrl-C reaches the node from the terminal as well; it takes a repeated signal as the same one.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, passOn)
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  process.exitCode = code ?? (signal === null ? 1 : 128)
}
