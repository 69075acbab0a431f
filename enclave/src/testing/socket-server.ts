/** Servers on Unix sockets of their own, ended with their test. */
import { mkdirSync } from 'node:fs'
import type { Server } from 'node:net'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { temporaryFolder } from './temporary-folder.ts'

/**
 * Listens on a new socket until the test ends.
 * @returns its path; the root above it if `below` names a place there
 */
export async function listenOnSocket(test: TestContext, server: Server, below?: string): Promise<string> {
  const root = temporaryFolder()
  const socketPath = join(root, below ?? 'agent.sock')
  mkdirSync(dirname(socketPath), { recursive: true })
  const connections = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => connections.add(socket))
  test.after(() => {
    for (const connection of connections) connection.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return below === undefined ? socketPath : root
}
