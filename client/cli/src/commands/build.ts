/** `pha build`: a contract's sources become the one script that replicas load, and its hash. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Contract } from '@pha/contract'
import { buildContract } from '@pha/contract/build'
import { toHex } from '@pha/core/codec'
import { CliError } from '../cli-error.ts'

export interface BuildResult {
  readonly file: string
  readonly codeHash: string
  readonly bytes: number
}

export async function build(source: string, out: string): Promise<BuildResult> {
  const { code, codeHash } = await buildContract(source)
  const file = resolve(out)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, code)
  return { file, codeHash: toHex(codeHash), bytes: code.length }
}

/** The contract that a source file exports: names, argument types and documentation of its methods. */
export async function loadContract(source: string): Promise<Contract> {
  const module = (await import(pathToFileURL(resolve(source)).href).catch((cause: unknown) => {
    throw new CliError('cli.no-contract', `${source} cannot be loaded: ${String(cause)}`, 'name the file with --source')
  })) as { readonly [name: string]: unknown }
  const found = Object.values(module).filter(isContract)
  const [contract] = found
  if (contract === undefined || found.length > 1) {
    throw new CliError('cli.no-contract', `${source} exports ${found.length} contracts`, 'export exactly one')
  }
  return contract
}

function isContract(value: unknown): value is Contract {
  return typeof value === 'object' && value !== null && 'method' in value && 'interface' in value
}
