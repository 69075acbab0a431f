/** Resident memory of a process, as the system counts it. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** @returns bytes; `undefined` if the process has ended or the system does not tell */
export async function memoryOf(pid: number): Promise<number | undefined> {
  try {
    const kilobytes =
      process.platform === 'linux'
        ? /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
        : (await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])).stdout.trim()
    return kilobytes === undefined || kilobytes === '' ? undefined : Number(kilobytes) * 1_024
  } catch {
    return undefined
  }
}
