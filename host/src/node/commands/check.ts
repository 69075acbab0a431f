/** `check`: reads all of a base path and tells, a line each, what contradicts something else. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkDatabase, DbError, openChainDatabase } from '../../db/index.ts'
import { NodeError } from '../node-error.ts'

export const CHECK_USAGE = 'check --base-path DIR [--json]'

/** Fails with `db.corrupt` if it finds anything. End the node that uses the base path first. */
export async function checkCommand(args: string[]): Promise<void> {
  const { basePath, json } = options(args)
  const folder = join(basePath, 'chain')
  const exists = await access(folder).then(
    () => true,
    () => false,
  )
  if (!exists) throw new NodeError('node.bad-config', `there is no chain in ${basePath}`, CHECK_USAGE)
  await using database = openChainDatabase(folder)
  let findings = 0
  for (const finding of checkDatabase(database)) {
    findings++
    process.stdout.write(`${json ? JSON.stringify(finding) : `${finding.code}: ${finding.detail}`}\n`)
  }
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
