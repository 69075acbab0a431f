/** Ports for the processes of a network. Another process may take one before it is used; its start then fails with a code. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { DevError } from './dev-error.ts'

/**
 * The port wanted, or a free one for 0.
 * @throws DevError `dev.port-taken` now, rather than a process that dies again and again
 */
export async function choosePort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    throw new DevError('dev.port-taken', `port ${wanted}`, 'end the process that uses it, or choose other ports')
  }
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
