import { equal, rejects } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { build } from './build.ts'
import { createContract } from './new.ts'

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pha-new-'))
})
after(() => rm(folder, { recursive: true }))

describe('pha new', () => {
  it('makes a contract whose unit test passes without a network, and that builds', async () => {
    const { path } = await createContract('guest-book', join(folder, 'guest-book'))
    const { status, stdout } = spawnSync(process.execPath, ['--test'], {
      cwd: path,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    })
    equal(status, 0, stdout)
    const first = await build(join(path, 'src/contract.ts'), join(path, 'dist/contract.js'))
    const second = await build(join(path, 'src/contract.ts'), join(path, 'dist/contract.js'))
    equal(first.codeHash, second.codeHash)
  })

  it('touches no folder that has something in it, and takes no path as a name', async () => {
    await rejects(createContract('guest-book', join(folder, 'guest-book')), { code: 'cli.not-empty' })
    await rejects(createContract('../elsewhere'), { code: 'cli.bad-argument' })
  })
})
