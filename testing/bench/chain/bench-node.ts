/** Our node as its users run it: a process of its own, a chain on disk, sixteen rich senders. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { fromHex, type Hex, toHex } from '@pha/core/codec'
import { type Keypair, keypairFromSeed, Secret } from '@pha/core/crypto'
import { chainSpec } from '@pha/host/node'
import { currentRuntimeCode } from '@pha/host/runtime'
import { noGatekeepers, PHA, strictRegistry } from '@pha/runtime/pallets'

export const SENDERS = 16

export type Scheme = 'ed25519' | 'sr25519'

export interface BenchChain extends AsyncDisposable {
  readonly folder: string
  readonly senders: readonly Keypair[]
}

export interface BenchNode extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  readonly genesisHash: Uint8Array
}

const AUTHORITY_SEED = new Uint8Array(32).fill(5)

/** A folder with the chain's specification and its authority's key, which goes away with it. */
export async function benchChain(scheme: Scheme): Promise<BenchChain> {
  const folder = await mkdtemp(join(tmpdir(), 'pha-bench-'))
  const senders = Array.from({ length: SENDERS }, (_, i) => sender(scheme, i))
  const spec = chainSpec('Phala Bench', 'Development', await currentRuntimeCode(), {
    timestamp: { now: 0n },
    balances: { endowments: senders.map(({ accountId }) => [accountId, 10_000_000n * PHA] as const) },
    consensus: { authority: keypairFromSeed('ed25519', Secret.from(AUTHORITY_SEED)).publicKey },
    registry: strictRegistry,
    gatekeepers: noGatekeepers,
    sudo: { key: undefined },
  })
  await writeFile(join(folder, 'chain.json'), JSON.stringify(spec))
  await writeFile(join(folder, 'authority.key'), `${toHex(AUTHORITY_SEED)}\n`, { mode: 0o600 })
  return { folder, senders, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** Seed of a sender; public, as the money is worth nothing. */
export function senderSeed(index: number): Uint8Array {
  return new Uint8Array(32).fill(index + 1)
}

/**
 * Starts the node of a chain's folder, again if it ran before; resolves when it serves.
 * @param options more of the node's command line
 */
export async function startBenchNode({ folder }: BenchChain, options: readonly string[] = []): Promise<BenchNode> {
  const main = fileURLToPath(new URL('../../../host/src/node/main.ts', import.meta.url))
  const files = ['--chain', join(folder, 'chain.json'), '--authority-key', join(folder, 'authority.key')]
  const child = spawn(
    process.execPath,
    [
      main,
      '--base-path',
      join(folder, 'node'),
      '--port',
      '0',
      '--no-prometheus',
      ...files,
      '--log-level',
      'warn',
      ...options,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
  if (typeof line !== 'string' || child.pid === undefined) throw new Error('the node did not start')
  const { port, genesis } = JSON.parse(line) as { readonly port: number; readonly genesis: Hex }
  return {
    pid: child.pid,
    port,
    genesisHash: fromHex(genesis),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function sender(scheme: Scheme, index: number): Keypair {
  return keypairFromSeed(scheme, Secret.from(senderSeed(index)))
}
