/** The chain of a base path, for commands that need one: opening a folder without it would make an empty database. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { NodeError } from '../node-error.ts'

/**
 * The folder of the chain in `basePath`.
 *
 * @param usage of the command, for who is told that there is none
 * @throws NodeError `node.bad-config` if there is no chain
 * @example
 * await using database = openChainDatabase(await chainFolder('/var/lib/pha', CHECK_USAGE))
 */
export async function chainFolder(basePath: string, usage: string): Promise<string> {
  const folder = join(basePath, 'chain')
  try {
    await access(join(folder, 'data.mdb'))
  } catch (cause) {
    const { code } = cause as { readonly code?: string }
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cause
    throw new NodeError(
      'node.bad-config',
      `there is no chain in ${basePath}`,
      `give the --base-path that the node runs with: ${usage}`,
    )
  }
  return folder
}
