/** Ports for the processes of a network. Another program may take one before it is used; its start then fails with a code. */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { DevError } from './dev-error.ts'

/**
 * Free ones are sought below the range from which Linux, macOS and Windows take ports for outgoing connections: of those
 * there are many while a network starts, and one would now and then have the port before its process listens.
 */
const FIRST = 20_000
const END = 32_768
const TRIES = 64

/**
 * The port wanted, or for 0 a free one that nobody else is given by this function while this process runs.
 * @throws DevError `dev.port-taken` now, rather than a process that dies again and again
 */
export async function choosePort(wanted: number): Promise<number> {
  for (let tries = 0; tries < (wanted === 0 ? TRIES : 1); tries++) {
    const port = wanted === 0 ? randomInt(FIRST, END) : wanted
    if ((await isFree(port)) && (wanted !== 0 || (await reserve(port)))) return port
  }
  throw new DevError(
    'dev.port-taken',
    `port ${wanted} is in use`,
    'end the process that uses it, or choose other ports',
  )
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}

/**
 * Takes the port's number among UDP ports, where no process of a network is in its way: whoever else chooses a port sees
 * that this one is given, though nothing listens on it yet or any more. Without this, two of a dozen would be the same
 * once in two hundred networks.
 * @returns false if it is given already
 */
async function reserve(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref()
  try {
    await once(socket.bind({ port, address: '127.0.0.1', exclusive: true }), 'listening')
    return true
  } catch {
    socket.close()
    return false
  }
}
