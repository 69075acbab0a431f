/** Secrets of 32 bytes in files that only their owner can read: accounts, and what custodians open their shares with. */
import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fromHex, toHex } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import { CliError } from './cli-error.ts'

/** Names become file names, so they hold nothing that a path could be made of. */
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/

export const seedFolder = (): string => process.env.PHA_KEYS ?? join(homedir(), '.config', 'phala', 'keys')

/** What a file holds, by the ending of its name. */
export type SeedKind = 'key' | 'custodian'

/**
 * A new random seed, written with mode 0600 and never shown.
 * @throws CliError `cli.bad-argument`, `cli.key-exists`
 */
export async function createSeed(name: string, kind: SeedKind): Promise<Secret> {
  const file = fileOf(name, kind)
  const seed = crypto.getRandomValues(new Uint8Array(32))
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
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
  return Secret.from(seed)
}

/**
 * The seed in a file.
 * @param make the command that makes such a file, for who has none
 * @throws CliError `cli.bad-argument`, `cli.key-unknown`, `cli.key-readable` if others could read the file
 */
export async function loadSeed(name: string, kind: SeedKind, make: string): Promise<Secret> {
  const file = fileOf(name, kind)
  const info = await stat(file).catch(() => undefined)
  if (info === undefined) throw new CliError('cli.key-unknown', `no key named ${name}`, make)
  if ((info.mode & 0o077) !== 0) {
    throw new CliError('cli.key-readable', `${file} can be read by others`, `chmod 600 ${file}`)
  }
  return Secret.from(fromHex((await readFile(file, 'utf8')).trim()))
}

function fileOf(name: string, kind: SeedKind): string {
  if (!NAME.test(name)) {
    throw new CliError('cli.bad-argument', `${name} is not a key name`, 'use a-z, 0-9 and -, at most 32 characters')
  }
  return join(seedFolder(), `${name}.${kind}`)
}
