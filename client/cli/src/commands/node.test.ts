import { equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'

const MAIN = join(import.meta.dirname, '../main.ts')

async function pha(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: import.meta.dirname })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { out, err, code: child.exitCode }
}

describe('pha node', () => {
  it('hands over what stands behind `node` as it was typed, also options that `pha` has itself', async () => {
    const { err, code } = await pha('--json', 'node', 'purge', '--base-path', 'none', '--json')
    match(err, /^error node\.bad-config: Unknown option '--json'/)
    equal(code, 1)
    const before = await pha('--json', 'node', 'check', '--json', '--base-path', 'none')
    match(before.err, /^error node\.bad-config: there is no chain in none\n {2}fix: .*check --base-path/)
  })

  it('says to a person what is wrong, and to a supervisor in JSON', async () => {
    const { err, code } = await pha('node', 'exprot')
    match(err, /^error node\.bad-config: there is no command exprot\n {2}fix: /)
    equal(code, 1)
    const run = await pha('node', 'run')
    equal(run.code, 1)
    equal(JSON.parse(run.err).code, 'node.bad-config')
  })

  it('shows its commands', async () => {
    for (const args of [['node'], ['node', '--help']]) match((await pha(...args)).out, /check --base-path DIR/)
  })
})
