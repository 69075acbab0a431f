/** What was deployed from a folder, so that `pha send` and `pha query` need no id: `.phala/deployments.json`. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Hex } from '@pha/core/codec'
import { CliError } from './cli-error.ts'

const FILE = resolve('.phala', 'deployments.json')

export interface Deployment {
  readonly contract: Hex
  readonly genesisHash: Hex
  readonly source: string
}

export async function rememberDeployment(deployment: Deployment): Promise<void> {
  const known = await readDeployments()
  await mkdir(dirname(FILE), { recursive: true })
  await writeFile(`${FILE}.new`, `${JSON.stringify([...known, deployment], undefined, 2)}\n`)
  await rename(`${FILE}.new`, FILE)
}

/** The newest deployment of a chain. */
export async function lastDeployment(genesisHash: Hex): Promise<Deployment> {
  const found = (await readDeployments()).findLast((deployment) => deployment.genesisHash === genesisHash)
  if (found !== undefined) return found
  throw new CliError(
    'cli.nothing-deployed',
    'nothing was deployed to this chain from this folder',
    'pha deploy, or --contract ID',
  )
}

async function readDeployments(): Promise<readonly Deployment[]> {
  const text = await readFile(FILE, 'utf8').catch(() => '[]')
  return JSON.parse(text) as readonly Deployment[]
}
