/** What a check is, and how one runs another program. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Root folder of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** `summary` is one line; `details` is what a person needs to mend a failure. */
export type Finding =
  | { readonly ok: true; readonly summary: string }
  | { readonly ok: false; readonly summary: string; readonly details: readonly string[] }

export interface Check {
  readonly name: string
  readonly run: () => Finding | Promise<Finding>
}

/** Passes when nothing was found wrong, and says how much was looked at. */
export function finding(details: readonly string[], looked: string): Finding {
  return details.length === 0
    ? { ok: true, summary: looked }
    : { ok: false, summary: `${details.length} found`, details }
}

/** A check that is another program's exit code. */
export function programCheck(name: string, script: string, args: readonly string[], summary: string): Check {
  return {
    name,
    run() {
      const { status, error, stdout, stderr } = runProgram(process.execPath, [script, ...args])
      if (status === 0) return { ok: true, summary }
      return { ok: false, summary: `${script} ended with ${status ?? error?.message}`, details: [stdout, stderr] }
    },
  }
}

/** Runs a program in the repository's root and returns what it printed. */
export function runProgram(command: string, args: readonly string[]) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
}

/** Paths of the files that git has or would add, from the root. */
export function repositoryFiles(): readonly string[] {
  const { status, stdout, stderr } = runProgram('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  if (status !== 0) throw new Error(`git ls-files failed: ${stderr}`)
  return stdout.split('\0').filter((path) => path !== '')
}
