/** The descriptors that `papi add` generates from a running node, in a project of their own. */
import { execFile } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '@pha/testing'

export interface Project extends AsyncDisposable {
  readonly path: string
  /** The module of descriptors. */
  readonly descriptors: string
}

const ROOT = new URL('../../', import.meta.url).pathname
const PAPI = join(ROOT, 'node_modules/@polkadot-api/cli/dist/main/src/main.js')
const LOADER = new URL('typescript-six.ts', import.meta.url).href
const run = promisify(execFile)

/**
 * Runs `papi add phala -w URL` in a new folder.
 * @throws with its output if it fails
 */
export async function generateDescriptors(url: string): Promise<Project> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await temporaryFolder())
  const { path } = folder
  await mkdir(join(path, '.papi'))
  await symlink(join(ROOT, 'node_modules'), join(path, 'node_modules'))
  await writeFile(join(path, 'package.json'), JSON.stringify({ name: 'project', private: true, type: 'module' }))
  // Without its own package there is nothing to install, so no network is needed.
  const config = {
    version: 0,
    descriptorPath: '.papi/descriptors',
    entries: {},
    options: { noDescriptorsPackage: true },
  }
  await writeFile(join(path, '.papi/polkadot-api.json'), JSON.stringify(config))
  await run(process.execPath, ['--import', LOADER, PAPI, 'add', 'phala', '-w', url], { cwd: path })
  const owned = resources.move()
  return {
    path,
    descriptors: join(path, '.papi/descriptors/dist/index.js'),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
