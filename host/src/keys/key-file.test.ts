import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { readKeyFile, readOrCreateKeyFile } from './key-file.ts'

describe('a key file', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pha-keys-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('is made once, readable by its owner only, and read again after that', async () => {
    const path = join(folder, 'made.key')
    const made = await readOrCreateKeyFile(path, randomBytes)
    equal((await stat(path)).mode & 0o777, 0o600)
    ok(made.equals(await readOrCreateKeyFile(path, randomBytes)))
    ok(made.equals(await readKeyFile(path)))
  })

  it('is the same for all that make it at once', async () => {
    const path = join(folder, 'raced.key')
    const seeds = await Promise.all(Array.from({ length: 4 }, () => readOrCreateKeyFile(path, randomBytes)))
    const kept = await readKeyFile(path)
    for (const seed of seeds) ok(seed.equals(kept))
    deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.new')),
      [],
    )
  })

  it('is refused when others may read it, with the command that mends it', async () => {
    const path = join(folder, 'open.key')
    await readOrCreateKeyFile(path, randomBytes)
    for (const mode of [0o640, 0o604, 0o602, 0o660]) {
      await chmod(path, mode)
      await rejects(readOrCreateKeyFile(path, randomBytes), { code: 'keys.open-to-others', fix: `chmod 600 ${path}` })
    }
  })

  it('is refused when it is not a key, without showing what it holds, and never overwritten', async () => {
    const path = join(folder, 'bad.key')
    for (const text of [
      '',
      '0x12',
      'ab'.repeat(32),
      `0x${'AB'.repeat(32)}`,
      `0x${'ab'.repeat(33)}`,
      'canary'.repeat(1e5),
    ]) {
      await writeFile(path, text, { mode: 0o600 })
      await rejects(readOrCreateKeyFile(path, randomBytes), (error: Error & { code?: string }) => {
        equal(error.code, 'keys.malformed')
        return !`${error.stack}`.includes('canary')
      })
      equal(await readFile(path, 'utf8'), text)
    }
  })

  it('is refused when it is missing', async () => {
    await rejects(readKeyFile(join(folder, 'none.key')), { code: 'keys.unreadable' })
  })
})
