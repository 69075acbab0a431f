import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { toHex } from '@pha/core/codec'
import { buildEnclave, bundleEnclave, entryOf } from '../build/build-enclave.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import type { ImageLock } from './oci/runtime-files.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
const NOBODY = 65_534
const STAND_IN = Buffer.from('stands for Node')

/**
 * Another clone: the sources, what the build takes of `node_modules`, and libraries locked as this machine has them.
 * A short file stands in the place of Node: what is compared is the build.
 */
async function clone(name: string): Promise<string> {
  const folder = join(temporaryFolder(), name)
  for (const zone of ['core', 'runtime', 'enclave']) {
    cpSync(join(repository, zone), join(folder, zone), {
      recursive: true,
      filter: (path) => !path.endsWith('.test.ts'),
    })
  }
  const { metafile } = await bundleEnclave(entryOf('worker', 'hardware'))
  for (const name of packagesIn(Object.keys(metafile.inputs))) {
    cpSync(join(repository, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
  }
  mkdirSync(join(folder, 'node_modules/@pha'))
  for (const zone of ['core', 'runtime']) symlinkSync(`../../${zone}`, join(folder, 'node_modules/@pha', zone))
  for (const name of ['esbuild', '@esbuild']) {
    cpSync(join(repository, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
  }
  mkdirSync(join(folder, 'node_modules/node/bin'), { recursive: true })
  writeFileSync(join(folder, 'node_modules/node/bin/node'), STAND_IN)
  lockAsFound(join(folder, 'enclave/packaging/image.lock.json'))
  return folder
}

function packagesIn(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.flatMap((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []))
}

function lockAsFound(file: string): void {
  const lock: ImageLock = JSON.parse(readFileSync(file, 'utf8'))
  const libraries = lock.libraries.map((file) => ({ ...file, sha256: sha256(readFileSync(file.path)) }))
  const node = { ...lock.node, sha256: sha256(STAND_IN) }
  writeFileSync(file, JSON.stringify({ ...lock, node, libraries }))
}

interface Circumstances {
  readonly umask: string
  readonly user?: number
  readonly env: { readonly [name: string]: string }
}

/** Node where every user may run it; the clone that is tested may lie in a folder of root's. */
const everybodysNode = join(temporaryFolder(), 'node')

async function built(folder: string, { umask, user, env }: Circumstances): Promise<ReadonlyMap<string, string>> {
  const out = join(folder, 'out')
  mkdirSync(out)
  if (user !== undefined) {
    for (const path of [folder, dirname(folder), dirname(everybodysNode), dirname(dirname(folder))])
      chmodSync(path, 0o755)
    chownSync(out, user, user)
  }
  const main = join(folder, 'enclave/src/packaging/main.ts')
  const command = `umask ${umask} && exec "$@"`
  const options = { cwd: out, env, ...(user !== undefined && { uid: user, gid: user }) }
  await promisify(execFile)('/bin/sh', ['-c', command, 'sh', everybodysNode, main, 'build', '--out', 'here'], options)
  return contentsOf(join(out, 'here'))
}

/** Hash of each file, target of each link, by path. */
function contentsOf(folder: string, prefix = ''): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name)
      const info = lstatSync(path)
      if (info.isDirectory()) return [...contentsOf(path, `${prefix}${name}/`)]
      return [[`${prefix}${name}`, info.isSymbolicLink() ? readlinkSync(path) : sha256(readFileSync(path))] as const]
    }),
  )
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe('a build of an enclave with its image and manifests', () => {
  it('gives the same bytes in another folder, by another user, with another mask, time zone and time', async (test) => {
    if (!existsSync('/lib/x86_64-linux-gnu/libc.so.6')) return test.skip('needs Debian or a child of it, on x86-64')
    copyFileSync(process.execPath, everybodysNode)
    const first = await built(await clone('here'), { umask: '022', env: {} })
    const second = await built(await clone('a folder elsewhere'), {
      umask: '077',
      env: { TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', HOME: '/nonexistent', SOURCE_DATE_EPOCH: '1', NODE_ENV: 'test' },
      ...(process.getuid?.() === 0 && { user: NOBODY }),
    })
    deepEqual([...second].sort(), [...first].sort())
    const names = [...first.keys()]
    for (const part of [
      'worker.mjs',
      'worker.oci/index.json',
      'worker.app-compose.json',
      'worker.gramine/worker.manifest',
    ]) {
      ok(names.includes(part), part)
    }
    const here = await buildEnclave({ kind: 'worker', outDir: temporaryFolder() })
    equal(`0x${first.get('worker.mjs')}`, toHex(here.measurement))
  })
})
