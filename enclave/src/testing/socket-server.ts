/** Servers on Unix sockets of their own, ended with their test. */
import type { Server } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { temporaryFolder } from './temporary-folder.ts'

/** Listens on a new socket until the test ends; its path. */
export async function listenOnSocket(test: TestContext, server: Server): Promise<string> {
  const socketPath = join(temporaryFolder(), 'agent.sock')
  const connections = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => connections.add(socket))
  test.after(() => {
    for (const connection of connections) connection.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return socketPath
}
