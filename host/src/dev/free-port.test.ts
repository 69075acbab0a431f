import { equal, rejects } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { choosePort } from './free-port.ts'

/** So many that some of them would be the same if chance alone kept them apart. */
const MANY = 300

describe('a port for a process', () => {
  it('is given once, to this process and to others, before anything listens on it', async () => {
    const chosen = await Promise.all(Array.from({ length: MANY }, () => choosePort(0)))
    equal(new Set(chosen).size, MANY)
    const program = `import { choosePort } from ${JSON.stringify(import.meta.resolve('./free-port.ts'))}
      const chosen = await Promise.all(Array.from({ length: ${MANY} }, () => choosePort(0)))
      console.log(JSON.stringify(chosen))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
    equal(new Set([...chosen, ...(JSON.parse(stdout) as number[])]).size, 2 * MANY)
  })

  it('can be listened on', async () => {
    const server = createServer().listen(await choosePort(0), '127.0.0.1')
    await once(server, 'listening')
    server.close()
  })

  it('is the one that is wanted, and refused while somebody listens there', async () => {
    const port = await choosePort(0)
    equal(await choosePort(port), port)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    await rejects(choosePort((server.address() as AddressInfo).port), { code: 'dev.port-taken' })
    server.close()
  })
})
