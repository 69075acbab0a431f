import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bootProcesses } from './boot-processes.ts'
import { builtEnclaves } from './built-enclaves.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

const NAMES = ['node', 'gatekeepers', 'gatekeeper-1/enclave', 'worker-1', 'worker-1/enclave']

describe('a network of processes', () => {
  it('lists its processes with their memory, brings back what is killed, and leaves none behind', async () => {
    const network = await bootProcesses({ workers: 1 })
    const listed = await network.processes()
    deepEqual(
      listed.map(({ name }) => name),
      NAMES,
    )
    for (const { rssBytes } of listed) ok(((await rssBytes()) ?? 0) > 10_000_000)

    const killed = new Map<string, number>()
    for (const name of NAMES) killed.set(name, await network.kill(name))
    for (const [name, pid] of killed) ok((await network.returned(name, pid)).pid !== pid)
    await registered(network.workerUrls[0] ?? '')

    const last = await network.processes()
    await network[Symbol.asyncDispose]()
    // An enclave ends when its pipe does, a moment after its host.
    await until('no process is left', () => [...listed, ...last].every(({ pid }) => !isRunning(pid)))
  })

  it('leaves no process behind when its supervisor is killed, and is taken up again from its folder', async () => {
    const { worker, gatekeeper } = await builtEnclaves()
    await using folder = await temporaryFolder()
    const main = fileURLToPath(import.meta.resolve('@pha/host/dev/main'))
    const args = ['--data', folder.path, '--worker-bundle', worker.file, '--gatekeeper-bundle', gatekeeper.file]
    const start = async () => {
      const child = spawn(
        process.execPath,
        [main, ...args, '--workers', '1', '--gatekeepers', '1', '--ports', '0,0,0', '--log-level', 'warn'],
        {
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      )
      const [line] = await once(createInterface({ input: child.stdout }), 'line')
      const { workerUrls, processes } = JSON.parse(String(line))
      const pids = (processes as readonly { readonly pid: number }[]).map(({ pid }) => pid)
      return { child, pids, worker: await registered(workerUrls[0]) }
    }

    const first = await start()
    first.child.kill('SIGKILL')
    await until('its processes ended', () => !first.pids.some(isRunning))

    const second = await start()
    equal(second.worker.identity, first.worker.identity)
    ok(second.worker.block >= first.worker.block)
    second.child.kill('SIGTERM')
    deepEqual(await once(second.child, 'exit'), [0, null])
    await until('no process is left', () => !second.pids.some(isRunning))
  })
})

interface HostStatus {
  readonly status: { readonly identity: string; readonly block: number; readonly registered: boolean } | null
  readonly enclave: { readonly pid: number }
}

function registered(url: string) {
  return until('the worker is registered', async () => {
    const { status, enclave }: HostStatus = await (await fetch(`${url}/status`)).json()
    return status?.registered === true && { ...status, pid: enclave.pid }
  })
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
