import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { balances, PHA, RUNTIME_VERSION } from '@pha/runtime/pallets'
import { signExtrinsic } from '../worker/sign-extrinsic.ts'
import { alice, temporaryDirectory, testSpec } from './test-node.ts'

const MAIN = join(import.meta.dirname, 'main.ts')

interface Ready {
  readonly event: string
  readonly port: number
  readonly genesis: `0x${string}`
}

async function prepare(directory: string): Promise<string[]> {
  const chain = join(directory, 'chain.json')
  const key = join(directory, 'authority.key')
  await writeFile(chain, JSON.stringify(testSpec))
  await writeFile(key, `0x${'05'.repeat(32)}\n`, { mode: 0o600 })
  return [
    '--base-path',
    join(directory, 'node'),
    '--port',
    '0',
    '--no-prometheus',
    '--chain',
    chain,
    '--authority-key',
    key,
  ]
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, '--log-level', 'silent', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {},
  })
}

async function ready(child: ChildProcess): Promise<Ready> {
  if (child.stdout === null) throw new Error('no stdout')
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return JSON.parse(line)
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

async function ask(port: number, method: string, ...params: unknown[]) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })
  return (await response.json()).result
}

describe('the node as a process', () => {
  it('loses nothing that it called final when it is killed at any moment', async () => {
    await using directory = await temporaryDirectory()
    const args = await prepare(directory.path)
    const finalised: string[] = []
    let nonce = 0
    for (const blocksBeforeKill of [1, 3, 2]) {
      const child = start(args)
      const { port, genesis } = await ready(child)
      for (const hash of finalised) ok(await ask(port, 'pha_extrinsic', hash), `${hash} is still there`)
      for (let block = 0; block < blocksBeforeKill; block++, nonce++) {
        const genesisHash = Uint8Array.from(Buffer.from(genesis.slice(2), 'hex'))
        const dest = { type: 'Id', value: new Uint8Array(32).fill(9) } as const
        const call = balances.calls.transferKeepAlive.encode({ dest, value: PHA })
        const extrinsic = signExtrinsic(alice, call, { nonce, ...RUNTIME_VERSION, genesisHash })
        const hash = toHex(blake2b256(extrinsic))
        equal(await ask(port, 'author_submitExtrinsic', toHex(extrinsic)), hash)
        while ((await ask(port, 'pha_extrinsic', hash)) === null) {}
        finalised.push(hash)
      }
      child.kill('SIGKILL')
      await exitCode(child)
    }
    const child = start(args)
    const { port } = await ready(child)
    equal(await ask(port, 'system_accountNextIndex', toHex(alice.accountId)), finalised.length)
    child.kill('SIGTERM')
    equal(await exitCode(child), 0)
  })

  it('keeps its base path to itself', async () => {
    await using directory = await temporaryDirectory()
    const args = await prepare(directory.path)
    const child = start(args)
    const { port } = await ready(child)
    const basePath = join(directory.path, 'node')
    const others: readonly (readonly [args: string[], code: number])[] = [
      [['run', ...args], 1],
      [['check', '--base-path', basePath], 1],
      [['purge', '--base-path', basePath, '--yes'], 1],
      [['import', '--base-path', basePath, '--chain', join(directory.path, 'chain.json')], 1],
      [['export', '--base-path', basePath], 0],
    ]
    for (const [command, code] of others) {
      const other = spawn(process.execPath, [MAIN, ...command], { stdio: ['ignore', 'ignore', 'pipe'], env: {} })
      const told = text(other.stderr)
      const [ended] = await once(other, 'close')
      equal(ended, code, command.join(' '))
      if (code !== 0) match(await told, /node\.base-path-in-use/)
    }
    ok((await ask(port, 'system_health')) !== null)
    child.kill('SIGTERM')
    equal(await exitCode(child), 0)
  })

  it('ends with its parent when told so', async () => {
    await using directory = await temporaryDirectory()
    const child = start([...(await prepare(directory.path)), '--die-with-parent'])
    await ready(child)
    child.stdin?.end()
    equal(await exitCode(child), 0)
  })

  it('says with a code what is wrong with its arguments', async () => {
    await using directory = await temporaryDirectory()
    const args = await prepare(directory.path)
    const cases: readonly (readonly [args: readonly string[], code: string])[] = [
      [[], 'node.bad-config'],
      [['--no-such'], 'node.bad-config'],
      [[...args, '--port', '70000'], 'node.bad-config'],
      [[...args, '--rpc-methods', 'none'], 'node.bad-config'],
      [[...args, '--chain', join(directory.path, 'none')], 'node.bad-chain-spec'],
      [[...args, '--authority-key', join(directory.path, 'none')], 'keys.unreadable'],
    ]
    const seen = await Promise.all(
      cases.map(async ([given]) => {
        const child = start([...given, '--log-level', 'fatal'])
        let log = ''
        child.stderr?.on('data', (data) => {
          log += data
        })
        // Not `exit`, at which what it said may still be in the pipe.
        const [code] = await once(child, 'close')
        equal(code, 1)
        match(log, /"code"/)
        return JSON.parse(log).code
      }),
    )
    deepEqual(
      seen,
      cases.map(([, code]) => code),
    )
  })
})
