/** `check`: reads all of a base path and tells, a line each, what contradicts something else. */
import { parseArgs } from 'node:util'
import { checkDatabase, DbError, openChainDatabase } from '../../db/index.ts'
import { lockBasePath } from '../base-path-lock.ts'
import { NodeError } from '../node-error.ts'
import { chainFolder } from './chain-folder.ts'

export const CHECK_USAGE = 'check --base-path DIR [--json]'

/**
 * Fails with `db.corrupt` if it finds anything. With `--json` each finding is a line of JSON, and the last line counts them.
 *
 * @throws NodeError `node.bad-config`, `node.base-path-in-use` while a node runs there; DbError `db.corrupt`
 */
export async function checkCommand(args: string[]): Promise<void> {
  const { basePath, json } = options(args)
  const folder = await chainFolder(basePath, CHECK_USAGE)
  await using _ = await lockBasePath(basePath)
  await using database = openChainDatabase(folder)
  const ahead = database.blocksAhead
  if (ahead > 0) {
    process.stderr.write(`${ahead} blocks are in the journal; the next block brings them into the tables\n`)
  }
  let findings = 0
  for (const finding of checkDatabase(database)) {
    findings++
    process.stdout.write(`${json ? JSON.stringify(finding) : `${finding.code}: ${finding.detail}`}\n`)
  }
  if (json) process.stdout.write(`${JSON.stringify({ findings })}\n`)
  if (findings > 0) throw new DbError('db.corrupt', `${findings} findings`, 'restore a copy, or import an export')
  if (!json) process.stdout.write('ok\n')
}

function options(args: string[]): { readonly basePath: string; readonly json: boolean } {
  try {
    const { values } = parseArgs({ args, options: { 'base-path': { type: 'string' }, json: { type: 'boolean' } } })
    const basePath = values['base-path']
    if (basePath !== undefined) return { basePath, json: values.json ?? false }
  } catch (cause) {
    throw new NodeError('node.bad-config', cause instanceof Error ? cause.message : String(cause), CHECK_USAGE)
  }
  throw new NodeError('node.bad-config', '--base-path is needed', CHECK_USAGE)
}
