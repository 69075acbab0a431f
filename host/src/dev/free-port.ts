/** Finds a port that nobody listens on. Another process may take it before it is used; then the start fails with a code. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** The port wanted, or a free one for 0. */
export async function choosePort(wanted: number): Promise<number> {
  if (wanted !== 0) return wanted
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
