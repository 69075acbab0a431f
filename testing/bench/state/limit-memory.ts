/** A bound of memory that the kernel holds this process to: a control group (cgroups(7)), version 1 or 2. */
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const HOMES = [
  { home: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { home: '/sys/fs/cgroup', limit: 'memory.max' },
] as const

/**
 * Moves this process into a new control group, and has the kernel forget the files it holds in memory: their pages count
 * for the group that read them first.
 *
 * @param bytes what it may hold from now on, the pages of mapped files included. The kernel takes those back as needed, and
 * ends the process if that does not help.
 * @returns what moves it back and removes the group
 * @throws Error where this user may not make control groups
 */
export function limitMemory(bytes: number): () => void {
  for (const { home, limit } of HOMES) {
    const group = join(home, `pha-bench-${process.pid}`)
    try {
      mkdirSync(group)
      writeFileSync(join(group, limit), String(bytes))
      writeFileSync(join(group, 'cgroup.procs'), String(process.pid))
    } catch {
      continue
    }
    writeFileSync('/proc/sys/vm/drop_caches', '1')
    return () => {
      writeFileSync(join(home, 'cgroup.procs'), String(process.pid))
      rmdirSync(group)
    }
  }
  throw new Error('--limit: no control group of memory may be made here; run as root')
}
