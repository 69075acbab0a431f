/**
 * Node and the libraries that it links to, each compared with the hash that `enclave/packaging/image.lock.json` names:
 * an image is the same for everyone, or it is not made.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PackagingError } from '../packaging-error.ts'
import { fileSize } from '../read-bounded.ts'
import type { RuntimeFile } from './image.ts'

interface LockedFile {
  /** In the image. */
  readonly path: string
  readonly sha256: string
  /** What ships it, such as `libc6=2.36-9+deb12u14` of Debian, or `node@26.10.0` of npm. */
  readonly package: string
}

export interface ImageLock {
  readonly node: LockedFile
  readonly libraries: readonly LockedFile[]
}

export interface RuntimeSources {
  /** Node's program; that of the lock file's npm package by default. */
  readonly node?: string | undefined
  /** Folder with the libraries under their names; the machine's own by default. */
  readonly libraries?: string | undefined
}

const LOCK = new URL('../../../packaging/image.lock.json', import.meta.url)
const NODE = new URL('../../../../node_modules/node/bin/node', import.meta.url)
/** Of Debian and its children. */
const LIBRARIES = '/lib/x86_64-linux-gnu'

export async function readImageLock(): Promise<ImageLock> {
  return JSON.parse(await readFile(LOCK, 'utf8'))
}

/** @throws PackagingError `packaging.file-differs`, `packaging.no-file` */
export async function runtimeFiles(
  { node, libraries }: ImageLock,
  sources: RuntimeSources = {},
): Promise<readonly RuntimeFile[]> {
  const { node: program = fileURLToPath(NODE), libraries: folder = LIBRARIES } = sources
  return Promise.all([
    checked(node, program),
    ...libraries.map((locked) => checked(locked, join(folder, basename(locked.path)))),
  ])
}

async function checked(locked: LockedFile, file: string): Promise<RuntimeFile> {
  const found = await realpath(file).catch(() => file)
  const size = await fileSize(found)
  const hash = createHash('sha256')
  for await (const part of createReadStream(found)) hash.update(part as Buffer)
  if (hash.digest('hex') !== locked.sha256) {
    throw new PackagingError('packaging.file-differs', `${file} is not the one of ${locked.package}`, {
      fix: 'take it out of that package: enclave/packaging/README.md tells how; then --node FILE or --libraries FOLDER',
    })
  }
  return { path: locked.path, file: found, size }
}
