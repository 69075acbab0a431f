/** What a development network keeps in its folder: keys, the chain's specification, and what they were made for. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '@pha/core/codec'
import { readOrCreateKeyFile } from '../keys/index.ts'
import { DevError } from './dev-error.ts'
import type { Measurements } from './development-chain.ts'

export interface NetworkFilesInit {
  readonly dataDir: string
  readonly measurements: Measurements
  /** Names of the hosts, such as `gatekeeper-1` and `worker-1`. */
  readonly hosts: readonly string[]
  /** Removes what an earlier network left. */
  readonly freshData: boolean
}

export interface NetworkFiles {
  /** Written by `writeChain`, which a new network needs. */
  readonly chainFile: string
  /** Says which enclaves the chain was made for; written before it. */
  readonly enclavesFile: string
  readonly authorityKey: string
  readonly nodeDir: string
  readonly logFile: (name: string) => string
  readonly keyFile: (host: string) => string
  readonly hostDir: (host: string) => string
}

/** Marks a folder that a development network may remove. */
const MARK = 'phala-development-network'

/**
 * Makes or takes up the folder of a network, all but the chain's specification. The same folder gives the same keys.
 *
 * @throws DevError `dev.other-enclaves` if the enclaves were built anew since; `dev.bad-data`; KeyFileError
 */
export async function openNetworkFiles(init: NetworkFilesInit): Promise<NetworkFiles> {
  const { dataDir, measurements, hosts, freshData } = init
  if (freshData) await removeNetwork(dataDir)
  for (const folder of ['keys', 'logs', 'node', 'hosts']) {
    await mkdir(join(dataDir, folder), { recursive: true, mode: 0o700 })
  }
  await writeFile(join(dataDir, MARK), 'Made by a development network; its keys protect nothing of value.\n')

  const keyFile = (host: string): string => join(dataDir, 'keys', `${host}.key`)
  const authorityKey = keyFile('authority')
  await Promise.all(['authority', ...hosts].map((name) => readOrCreateKeyFile(keyFile(name), randomBytes)))
  const chainFile = join(dataDir, 'chain.json')
  const enclavesFile = join(dataDir, 'enclaves.json')
  if (existsSync(chainFile)) await requireSameEnclaves(enclavesFile, enclavesText(measurements))
  return {
    chainFile,
    enclavesFile,
    authorityKey,
    nodeDir: join(dataDir, 'node'),
    logFile: (name) => join(dataDir, 'logs', `${name}.log`),
    keyFile,
    hostDir: (host) => join(dataDir, 'hosts', host),
  }
}

/** What the folder says of the enclaves that it was made for. */
export function enclavesText({ worker, gatekeeper }: Measurements): string {
  return JSON.stringify({ worker: worker.map(toHex), gatekeeper: gatekeeper.map(toHex) })
}

/** Removes a folder only if a network made it: a mistyped path must cost nobody his files. */
async function removeNetwork(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return
  const names = await readdir(dataDir)
  if (names.length > 0 && !names.includes(MARK)) {
    throw new DevError('dev.bad-data', `${dataDir} was not made by a development network`, 'give another folder')
  }
  await rm(dataDir, { recursive: true })
}

async function requireSameEnclaves(file: string, enclaves: string): Promise<void> {
  const made = await readFile(file, 'utf8').catch(() => undefined)
  if (made === enclaves) return
  throw new DevError(
    'dev.other-enclaves',
    'the chain in this folder allows other enclave builds than those given',
    'start with fresh data, or with the builds that the folder was made for',
  )
}
