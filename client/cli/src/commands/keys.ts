/** `pha keys`: accounts kept in files that only their owner can read. */
import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fromHex, ss58Encode, toHex } from '@pha/core/codec'
import { deriveDevAccount, type Keypair, keypairFromSeed, Secret } from '@pha/core/crypto'
import { CliError } from '../cli-error.ts'

/** Names become file names, so they hold nothing that a path could be made of. */
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/

const directory = (): string => process.env.PHA_KEYS ?? join(homedir(), '.config', 'phala', 'keys')

export interface KeyInfo {
  readonly name: string
  readonly address: string
  readonly publicKey: string
}

/** Makes a new sr25519 account; the seed is written with mode 0600 and never shown. */
export async function createKey(name: string): Promise<KeyInfo> {
  const file = fileOf(name)
  const seed = crypto.getRandomValues(new Uint8Array(32))
  await mkdir(directory(), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause
    throw new CliError(
      'cli.key-exists',
      `a key named ${name} exists`,
      'choose another name; keys are never overwritten',
    )
  })
  try {
    await handle.writeFile(`${toHex(seed)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return describe(name, keypairFromSeed('sr25519', Secret.from(seed)))
}

export async function listKeys(): Promise<readonly KeyInfo[]> {
  const files = await readdir(directory()).catch(() => [])
  const names = files.filter((file) => file.endsWith('.key')).map((file) => file.slice(0, -4))
  return Promise.all(names.sort().map(async (name) => describe(name, await loadSigner(name))))
}

/**
 * The signer that `--from` names: a key file, or a development account such as `//Alice`.
 * @throws CliError `cli.key-unknown`, `cli.key-readable` if others could read the file
 */
export async function loadSigner(name: string): Promise<Keypair> {
  if (name.startsWith('//')) return deriveDevAccount(name)
  const file = fileOf(name)
  const info = await stat(file).catch(() => undefined)
  if (info === undefined) throw new CliError('cli.key-unknown', `no key named ${name}`, `pha keys new ${name}`)
  if ((info.mode & 0o077) !== 0) {
    throw new CliError('cli.key-readable', `${file} can be read by others`, `chmod 600 ${file}`)
  }
  const seed = fromHex((await readFile(file, 'utf8')).trim())
  return keypairFromSeed('sr25519', Secret.from(seed))
}

export function describe(name: string, { accountId, publicKey }: Keypair): KeyInfo {
  return { name, address: ss58Encode(accountId), publicKey: toHex(publicKey) }
}

function fileOf(name: string): string {
  if (!NAME.test(name)) {
    throw new CliError('cli.bad-argument', `${name} is not a key name`, 'use a-z, 0-9 and -, at most 32 characters')
  }
  return join(directory(), `${name}.key`)
}
