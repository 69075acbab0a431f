/** Ports that a network of this machine listens on. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Check } from './check.ts'

/** @param ports 0 stands for any free one: there always is one */
export async function portsCheck(ports: readonly number[]): Promise<Check> {
  const asked = ports.filter((port) => port !== 0)
  if (asked.length === 0) return { about: 'ports', level: 'ok', found: 'any free ones' }
  const answers = await Promise.all(asked.map(isFree))
  const taken = asked.filter((_, i) => answers[i] === false)
  const denied = asked.filter((_, i) => answers[i] === undefined)
  if (denied.length > 0) {
    return {
      about: 'ports',
      level: 'lack',
      found: `${denied.join(', ')} not allowed`,
      fix: 'ports above 1023: --ports',
    }
  }
  if (taken.length === 0) return { about: 'ports', level: 'ok', found: `${asked.join(', ')} free` }
  return {
    about: 'ports',
    level: 'warn',
    found: `${taken.join(', ')} in use`,
    fix: 'end what listens there (a network of yours?), or take others: --ports',
  }
}

/** `undefined` where this user may not listen. */
async function isFree(port: number): Promise<boolean | undefined> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? undefined : false
  } finally {
    server.close()
  }
}
