/** Resident memory of processes, where the system tells it (Linux). */
import { readFile } from 'node:fs/promises'

export async function memoryMegabytes(
  processes: readonly { readonly name: string; readonly pid: number }[],
): Promise<{ readonly [name: string]: number }> {
  const measured = await Promise.all(
    processes.map(async ({ name, pid }) => [name, await residentMegabytes(pid)] as const),
  )
  return Object.fromEntries(measured.filter((entry): entry is readonly [string, number] => entry[1] !== undefined))
}

async function residentMegabytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024)
}
