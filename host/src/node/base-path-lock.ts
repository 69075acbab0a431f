/**
 * One process for a base path: a second node would end the first, which learns at its next block that it is not alone.
 *
 * The lock is a Unix socket that the process listens on, as Node has no locks of files. The kernel ends it with the process,
 * however that ends, and who finds it can ask whether somebody still listens.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { NodeError } from './node-error.ts'

const NAME = 'node.lock'

/** Each is lost to a process that starts or ends in the same moment. */
const TRIES = 8

/**
 * Holds `basePath`, which exists, until it is disposed. A disk that takes no socket is not held: the database says what is
 * wrong with it, and two that write to it notice each other by the key of the journal.
 *
 * @throws NodeError `node.base-path-in-use`
 * @example
 * await using _ = await lockBasePath('/var/lib/pha')
 */
export async function lockBasePath(basePath: string): Promise<AsyncDisposable> {
  // A socket's path has at most 107 bytes, a base path may have more.
  const directory = opened(basePath)
  if (directory === undefined) return { [Symbol.asyncDispose]: async () => {} }
  const path = process.platform === 'linux' ? `/proc/self/fd/${directory}/${NAME}` : join(basePath, NAME)
  const server = createServer((asking) => asking.destroy()).unref()
  const lock = {
    async [Symbol.asyncDispose]() {
      if (server.listening) await new Promise((resolve) => server.close(resolve)) // removes the socket
      closeSync(directory)
    },
  }
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const refused = await listen(server, path)
      if (refused !== 'EADDRINUSE') return lock
      if ((await isHeld(path)) || !(await removeStale(path))) break
    }
  } catch (cause) {
    await lock[Symbol.asyncDispose]()
    throw cause
  }
  await lock[Symbol.asyncDispose]()
  throw new NodeError(
    'node.base-path-in-use',
    `another process uses ${basePath}`,
    'end it first, or give this one a base path of its own',
  )
}

function opened(directory: string): number | undefined {
  try {
    return openSync(directory, 'r')
  } catch {
    return undefined
  }
}

/** @returns the system's code if it did not go well */
function listen(server: Server, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const failed = ({ code }: NodeJS.ErrnoException): void => resolve(code)
    server.once('error', failed).listen(path, () => {
      server.off('error', failed)
      resolve(undefined)
    })
  })
}

/** Whether a process listens there; one that was killed leaves the socket behind. */
function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = connect(path)
    asking.on('connect', () => {
      asking.destroy()
      resolve(true)
    })
    asking.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'))
  })
}

/**
 * Takes away a socket that nobody listens on.
 * @returns false if it is another by now, which somebody holds: that one is put back
 */
async function removeStale(path: string): Promise<boolean> {
  const aside = `${path}.${randomBytes(8).toString('hex')}`
  try {
    await rename(path, aside)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return true
    throw cause
  }
  try {
    if (!(await isHeld(aside))) return true
    await link(aside, path)
    return false
  } finally {
    await rm(aside, { force: true })
  }
}
