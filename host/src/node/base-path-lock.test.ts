import { deepEqual, equal, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtempDisposable, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { lockBasePath } from './base-path-lock.ts'

const inUse = { code: 'node.base-path-in-use' }

const temporaryFolder = () => mkdtempDisposable(join(tmpdir(), 'pha-lock-'))

/** A process that holds `folder` until it is killed. */
async function holder(folder: string) {
  const program = `import { lockBasePath } from ${JSON.stringify(import.meta.resolve('./base-path-lock.ts'))}
    await lockBasePath(${JSON.stringify(folder)})
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('a base path', () => {
  it('is held by one at a time, in this process or another, and leaves nothing when it is given back', async () => {
    await using folder = await temporaryFolder()
    const child = await holder(folder.path)
    await rejects(lockBasePath(folder.path), inUse)
    child.kill('SIGKILL')
    await once(child, 'exit')
    deepEqual(await readdir(folder.path), ['node.lock'])
    {
      await using _ = await lockBasePath(folder.path)
      await rejects(lockBasePath(folder.path), inUse)
      await rejects(lockBasePath(folder.path), inUse)
    }
    deepEqual(await readdir(folder.path), [])
    await (await lockBasePath(folder.path))[Symbol.asyncDispose]()
  })

  it('is held by one of two that find it left behind in the same moment', async () => {
    for (let i = 0; i < 10; i++) {
      await using folder = await temporaryFolder()
      const child = await holder(folder.path)
      child.kill('SIGKILL')
      await once(child, 'exit')
      const two = await Promise.allSettled([lockBasePath(folder.path), lockBasePath(folder.path)])
      equal(two.filter(({ status }) => status === 'fulfilled').length, 1)
      await rejects(lockBasePath(folder.path), inUse)
      for (const one of two) if (one.status === 'fulfilled') await one.value[Symbol.asyncDispose]()
      deepEqual(await readdir(folder.path), [])
    }
  })

  it('may be longer than the path of a socket', async () => {
    await using folder = await temporaryFolder()
    const long = join(folder.path, 'a'.repeat(200))
    await mkdir(long)
    await using _ = await lockBasePath(long)
    await rejects(lockBasePath(long), inUse)
  })
})
