/** Which processes there are, as the system tells it. */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Ids of the children of a process, their children, and so on. */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  const all = process.platform === 'linux' ? await parentsFromProc() : await parentsFromPs()
  const found = [pid]
  for (const parent of found) found.push(...all.filter((one) => one.parent === parent).map((one) => one.pid))
  return found.slice(1)
}

interface Child {
  readonly pid: number
  readonly parent: number
}

/** Small systems have no `ps`. */
async function parentsFromProc(): Promise<readonly Child[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  return Promise.all(
    pids.map(async (pid) => {
      // It may have ended since it was listed.
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      return { pid, parent: Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]) }
    }),
  )
}

async function parentsFromPs(): Promise<readonly Child[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid='])
  return [...stdout.matchAll(/(\d+)\s+(\d+)/g)].map(([, pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }))
}
