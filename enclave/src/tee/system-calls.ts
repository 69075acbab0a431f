/** The few system calls that drivers make. Tests put a kernel of their own below them. */
import { closeSync, constants, mkdirSync, openSync, read as readAsync, rmdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { codeOf } from '../log.ts'

/** Errors have Node's `code`: EBUSY, EINTR, ENOENT and so on. Paths are absolute. */
export interface SystemCalls {
  open(path: string, mode: 'read' | 'write'): number
  /** One read(2): how many bytes came, 0 at the end. The kernel may first wait for the TEE, so no thread of ours does. */
  read(descriptor: number, into: Uint8Array): Promise<number>
  /** One write(2): how many bytes went. */
  write(descriptor: number, bytes: Uint8Array): number
  close(descriptor: number): void
  makeDirectory(path: string): void
  removeDirectory(path: string): void
  /** Whether this program is shown it: Node's permission model hides what was not allowed. */
  exists(path: string): boolean
  /** Where to connect to a socket. */
  socketPath(path: string): string
}

const HIDDEN: ReadonlySet<string> = new Set(['ERR_ACCESS_DENIED', 'EACCES'])

const readOnce = promisify(readAsync)

/**
 * @param root another tree than the machine's, for tests
 * @example
 * const found = await detectTee(nodeCalls())
 */
export function nodeCalls(root = '/'): SystemCalls {
  const below = (path: string): string => join(root, path)
  return {
    // Neither O_CREAT nor O_TRUNC: attributes exist, and truncating is one more request to the kernel.
    open: (path, mode) => openSync(below(path), mode === 'read' ? constants.O_RDONLY : constants.O_WRONLY),
    read: async (descriptor, into) => (await readOnce(descriptor, into, 0, into.length, null)).bytesRead,
    write: (descriptor, bytes) => writeSync(descriptor, bytes),
    close: closeSync,
    makeDirectory: (path) => mkdirSync(below(path)),
    removeDirectory: (path) => rmdirSync(below(path)),
    exists: (path) => isShown(below(path)),
    socketPath: below,
  }
}

function isShown(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    if (HIDDEN.has(codeOf(error))) return false
    throw error
  }
}
