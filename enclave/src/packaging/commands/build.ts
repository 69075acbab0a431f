/** `build`: the enclave's program, its image, and what a dstack machine and Gramine run it by, in one folder. */
import { copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { buildEnclave } from '../../build/index.ts'
import { appCompose, composeHash } from '../dstack/app-compose.ts'
import { gramineManifest, librariesFor } from '../gramine/manifest.ts'
import { buildImage, type RuntimeFile } from '../oci/image.ts'
import { type ImageLock, readImageLock, runtimeFiles } from '../oci/runtime-files.ts'
import { kindOf, oneOf, optionsOf } from './arguments.ts'
import type { Report } from './report.ts'

export const BUILD_USAGE =
  'build [--kind worker|gatekeeper] [--out DIR] [--repository NAME] [--key-provider none|kms|local] [--node FILE] [--libraries DIR]'

const NODE_PATH = '/pha/node'

export async function build(args: string[]): Promise<Report> {
  const options = optionsOf(args, BUILD_USAGE, ['kind', 'out', 'repository', 'key-provider', 'node', 'libraries'])
  const { out = 'dist/enclaves', repository = 'pha', node, libraries } = options
  const kind = kindOf(options.kind, BUILD_USAGE)
  const keyProvider = oneOf(options['key-provider'] ?? 'none', ['none', 'kms', 'local'], BUILD_USAGE)
  const lock = await readImageLock()
  const runtime = await runtimeFiles(lock, { node, libraries })
  const { file, measurement } = await buildEnclave({ kind, outDir: out })
  const bundle = new Uint8Array(await readFile(file))

  const image = join(out, `${kind}.oci`)
  const imageDigest = await buildImage({ kind, bundle, runtime, outDir: image })
  const compose = await appCompose({ kind, repository, imageDigest, keyProvider })
  const composeFile = join(out, `${kind}.app-compose.json`)
  await writeFile(composeFile, compose)
  const folder = join(out, `${kind}.gramine`)
  await layForGramine(folder, { bundle: file, runtime: needed(runtime, lock) })
  const manifest = join(folder, `${kind}.manifest`)
  await writeFile(manifest, await gramineManifest(kind, bundle, lock))
  return {
    bundle: file,
    programHash: measurement,
    image,
    imageDigest,
    appCompose: composeFile,
    composeHash: composeHash(compose),
    gramineManifest: manifest,
  }
}

/** Files that a manifest names, beside each other. Gramine's own runtime is where its package puts it. */
async function layForGramine(
  folder: string,
  { bundle, runtime }: { readonly bundle: string; readonly runtime: readonly RuntimeFile[] },
): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  for (const name of ['lib', 'store']) await mkdir(join(folder, name), { recursive: true })
  for (const { path, file } of runtime) {
    await copyFile(file, path === NODE_PATH ? join(folder, 'node') : join(folder, 'lib', basename(path)))
  }
  await copyFile(bundle, join(folder, basename(bundle)))
  await symlink('/usr/lib/x86_64-linux-gnu/gramine/runtime/glibc', join(folder, 'gramine-runtime'))
}

function needed(runtime: readonly RuntimeFile[], lock: ImageLock): readonly RuntimeFile[] {
  const paths = new Set([NODE_PATH, ...librariesFor(lock).map(({ path }) => path)])
  return runtime.filter(({ path }) => paths.has(path))
}
