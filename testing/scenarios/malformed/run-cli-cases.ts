/**
 * Runs the `pha` command for many command lines in one process: reads them as JSON from stdin, writes what each one did
 * as a line of JSON. Its modules are loaded once; only the command itself is evaluated anew each time.
 */
import { text } from 'node:stream/consumers'

const cases: readonly (readonly string[])[] = JSON.parse(await text(process.stdin))
const [stdoutWrite, stderrWrite] = [process.stdout.write, process.stderr.write]
const main = import.meta.resolve('../../../client/cli/src/main.ts')

for (const [number, args] of cases.entries()) {
  let stdout = ''
  let stderr = ''
  process.stdout.write = ((chunk: string | Uint8Array) => {
    stdout += chunk.toString()
    return true
  }) as typeof process.stdout.write
  process.stderr.write = ((chunk: string | Uint8Array) => {
    stderr += chunk.toString()
    return true
  }) as typeof process.stderr.write
  process.argv = [process.execPath, 'pha', ...args]
  process.exitCode = undefined
  let thrown: string | undefined
  try {
    await import(`${main}?case=${number}`)
  } catch (error) {
    thrown = String(error)
  }
  const exitCode = Number(process.exitCode ?? 0)
  process.stdout.write = stdoutWrite
  process.stderr.write = stderrWrite
  process.stdout.write(`${JSON.stringify({ exitCode, stdout, stderr, thrown })}\n`)
}
process.exit(0)
