/** `pha new NAME`: a contract with a unit test that needs no network. */
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError } from '../cli-error.ts'

const TEMPLATE = fileURLToPath(new URL('../../templates/contract', import.meta.url))

/** The packages that a contract imports; linked, so that a new contract works before they are published. */
const LINKED = ['contract', 'core'] as const

export async function createContract(name: string, at = name): Promise<{ readonly path: string }> {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
    throw new CliError('cli.bad-argument', `${name} is not a package name`, 'use a-z, 0-9 and -')
  }
  const path = resolve(at)
  const existing = await readdir(path).catch(() => [])
  if (existing.length > 0) throw new CliError('cli.not-empty', `${path} is not empty`, 'choose another name')
  await mkdir(path, { recursive: true })
  await cp(TEMPLATE, path, { recursive: true })
  for (const file of ['package.json', 'README.md']) {
    const text = await readFile(join(path, file), 'utf8')
    await writeFile(join(path, file), text.replaceAll('NAME', name))
  }
  await mkdir(join(path, 'node_modules', '@pha'), { recursive: true })
  for (const each of LINKED) await symlink(packageRoot(each), join(path, 'node_modules', '@pha', each), 'dir')
  return { path }
}

function packageRoot(name: (typeof LINKED)[number]): string {
  const entry = fileURLToPath(import.meta.resolve(name === 'core' ? '@pha/core/codec' : '@pha/contract'))
  return name === 'core' ? resolve(dirname(entry), '..', '..') : resolve(dirname(entry), '..')
}
