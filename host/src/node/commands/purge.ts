/** `purge`: removes the chain of a base path, and nothing else there. */
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { lockBasePath } from '../base-path-lock.ts'
import { NodeError } from '../node-error.ts'
import { chainFolder } from './chain-folder.ts'

export const PURGE_USAGE = 'purge --base-path DIR [--yes]'

/**
 * Asks on the terminal unless `--yes` is given.
 * @throws NodeError `node.bad-config`, `node.base-path-in-use` while a node runs there
 */
export async function purgeCommand(args: string[]): Promise<void> {
  const { basePath, yes } = options(args)
  const folder = await chainFolder(basePath, PURGE_USAGE)
  await using _ = await lockBasePath(basePath)
  if (!yes && !(await confirmed(folder))) {
    throw new NodeError('node.bad-config', 'nothing was removed', 'answer "yes", or give --yes')
  }
  await rm(folder, { recursive: true })
  process.stderr.write(`removed ${folder}\n`)
}

async function confirmed(folder: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await terminal.question(`Remove the chain in ${folder}? Type "yes": `)).trim() === 'yes'
  } finally {
    terminal.close()
  }
}

function options(args: string[]): { readonly basePath: string; readonly yes: boolean } {
  try {
    const { values } = parseArgs({ args, options: { 'base-path': { type: 'string' }, yes: { type: 'boolean' } } })
    const basePath = values['base-path']
    if (basePath !== undefined) return { basePath, yes: values.yes ?? false }
  } catch (cause) {
    throw new NodeError('node.bad-config', cause instanceof Error ? cause.message : String(cause), PURGE_USAGE)
  }
  throw new NodeError('node.bad-config', '--base-path is needed', PURGE_USAGE)
}
