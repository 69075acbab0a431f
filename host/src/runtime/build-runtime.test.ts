import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { utf8Decode } from '@pha/core/codec'
import { MAX_CODE_BYTES, MemoryHost, readRuntimeCode, runtime } from '@pha/runtime/chain'
import { GenesisConfig, RUNTIME_VERSION } from '@pha/runtime/pallets'
import { testGenesis } from '../node/test-node.ts'
import { buildRuntime, currentRuntimeCode } from './build-runtime.ts'
import { loadRuntime } from './load-runtime.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'pha-runtime-'))
after(() => rm(folder, { recursive: true, force: true }))

describe('the code of the runtime', () => {
  it('is the same from sources in another folder', async () => {
    for (const part of ['core', 'runtime', 'host', 'package.json', 'tsconfig.json']) {
      await cp(join(root, part), join(folder, part), {
        recursive: true,
        filter: (path) => !path.includes('node_modules'),
      })
    }
    // What goes into the bundle lies there too; tools may be shared.
    const modules = await readdir(join(root, 'node_modules'))
    await mkdir(join(folder, 'node_modules/@pha'), { recursive: true })
    for (const name of modules) {
      const path = join('node_modules', name)
      if (name === '@pha')
        for (const part of ['core', 'runtime']) await symlink(join(folder, part), join(folder, path, part))
      else if (name === '@noble' || name === '@scure')
        await cp(join(root, path), join(folder, path), { recursive: true })
      else await symlink(join(root, path), join(folder, path))
    }
    const elsewhere = pathToFileURL(join(folder, 'host/src/runtime/build-runtime.ts')).href
    const other = (await import(elsewhere)) as { readonly buildRuntime: typeof buildRuntime }
    const code = await buildRuntime()
    equal(utf8Decode(await other.buildRuntime()) === utf8Decode(code), true)
    equal(utf8Decode(code).includes(root.slice(0, -1)), false)
  })

  it('tells its version in its first line, fits its bound, and is not built twice in a process', async () => {
    const code = await currentRuntimeCode()
    deepEqual(readRuntimeCode(code), RUNTIME_VERSION)
    ok(code.length < MAX_CODE_BYTES)
    equal(await currentRuntimeCode(), code)
    equal(loadRuntime(code), loadRuntime(code.slice()))
  })

  it('does in its realm what the sources do outside', async () => {
    const loaded = loadRuntime(await currentRuntimeCode())
    const empty = new Uint8Array()
    for (const method of ['Core_version', 'Metadata_metadata', 'Metadata_metadata_versions']) {
      deepEqual(loaded.call(new MemoryHost(), method, empty), runtime.call(new MemoryHost(), method, empty))
    }
    const [inside, outside] = [new MemoryHost(), new MemoryHost()]
    const config = GenesisConfig.encode(testGenesis)
    const header = inside.call(loaded, 'GenesisBuilder_build_state', config)
    deepEqual(header, outside.call(runtime, 'GenesisBuilder_build_state', config))
    deepEqual(inside.storageRoot(), outside.storageRoot())
    notDeepEqual(inside.storageRoot(), new MemoryHost().storageRoot())
  })
})
