/**
 * A container image of one enclave (OCI image specification 1.1): Node 26 with the libraries that it links to, and the
 * bundle. Nothing else is in it: no shell, no package manager, no certificates, no environment.
 *
 * Layers are not compressed: what a compressor writes depends on its version and on the processor's instructions, and
 * the image's digest is a measurement.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EnclaveProgram } from '../../build/index.ts'
import { type Blobs, blobsIn, type Descriptor, hashedBlobs, putJson } from './blobs.ts'
import { type TarEntry, tar } from './tar.ts'

const LAYER = 'application/vnd.oci.image.layer.v1.tar'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'

/** A number that no account of a usual machine has. */
const OWNER = 65_532
const EPOCH = '1970-01-01T00:00:00Z'

/** Absolute path in the image, and where its bytes are on this machine. */
export interface RuntimeFile {
  readonly path: string
  readonly file: string
  readonly size: number
}

export interface ImageParams {
  readonly kind: EnclaveProgram
  readonly bundle: Uint8Array
  /** Node as `/pha/node`, and what it links to. */
  readonly runtime: readonly RuntimeFile[]
  /** Folder of the image layout; without it the image is only measured. */
  readonly outDir?: string | undefined
}

/**
 * @returns digest of the image's manifest, which registries and compose files name it by
 * @example
 * const digest = await buildImage({ kind: 'worker', bundle, runtime: await runtimeFiles(), outDir: 'dist/worker.oci' })
 */
export async function buildImage({ kind, bundle, runtime, outDir }: ImageParams): Promise<string> {
  const blobs = outDir === undefined ? hashedBlobs : await blobsIn(outDir)
  const manifest = await putImage(blobs, kind, [
    // Large and the same for many releases: whoever has it does not fetch it again.
    { comment: 'Node and its libraries', entries: withFolders(runtime.map(runtimeEntry)) },
    { comment: `program of the ${kind}`, entries: programEntries(kind, bundle) },
  ])
  if (outDir !== undefined) {
    const named = { ...manifest, annotations: { 'org.opencontainers.image.ref.name': kind } }
    const index = { schemaVersion: 2, mediaType: INDEX, manifests: [named] }
    await writeFile(join(outDir, 'index.json'), JSON.stringify(index))
    await writeFile(join(outDir, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  }
  return manifest.digest
}

interface Layer {
  readonly comment: string
  readonly entries: readonly TarEntry[]
}

async function putImage(blobs: Blobs, kind: EnclaveProgram, layers: readonly Layer[]): Promise<Descriptor> {
  const stored: Descriptor[] = []
  for (const { entries } of layers) stored.push(await blobs.put(LAYER, tar(entries)))
  const config = await putJson(blobs, CONFIG, {
    architecture: 'amd64',
    os: 'linux',
    created: EPOCH,
    config: { User: `${OWNER}:${OWNER}`, Entrypoint: entrypoint(kind), WorkingDir: '/', Volumes: { '/store': {} } },
    rootfs: { type: 'layers', diff_ids: stored.map(({ digest }) => digest) },
    history: layers.map(({ comment }) => ({ created: EPOCH, created_by: 'pha enclave build', comment })),
  })
  return putJson(blobs, MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers: stored })
}

/**
 * Node with nothing allowed but its program, its store, and the interfaces of TEEs. A container has those that are mounted
 * into it; its network has to be `none`, since Node can't allow one socket without all.
 */
function entrypoint(kind: EnclaveProgram): readonly string[] {
  const program = `/pha/${kind}.mjs`
  return [
    '/pha/node',
    '--permission',
    ...[`--allow-fs-read=${program}`, '--allow-fs-read=/store', '--allow-fs-write=/store'],
    ...['--allow-fs-read=/sys/kernel/config/tsm/report', '--allow-fs-write=/sys/kernel/config/tsm/report'],
    ...['--allow-net', '--allow-fs-read=/var/run/dstack.sock', '--allow-fs-read=/run/pha/nsm.sock'],
    ...[program, '--store', '/store'],
  ]
}

function runtimeEntry({ path, file, size }: RuntimeFile): TarEntry {
  return { type: 'file', path: path.slice(1), mode: 0o555, content: { file, size } }
}

function programEntries(kind: EnclaveProgram, bundle: Uint8Array): readonly TarEntry[] {
  return [
    ...withFolders([{ type: 'file', path: `pha/${kind}.mjs`, mode: 0o444, content: bundle }]),
    { type: 'folder', path: 'store', mode: 0o700, owner: OWNER },
  ]
}

function withFolders(files: readonly TarEntry[]): readonly TarEntry[] {
  const folders = new Set(files.flatMap(({ path }) => foldersAbove(path)))
  return [...files, ...[...folders].map((path): TarEntry => ({ type: 'folder', path, mode: 0o755, owner: 0 }))]
}

/** `lib/x86_64-linux-gnu/libc.so.6` -> `lib`, `lib/x86_64-linux-gnu` */
function foldersAbove(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1)
  return names.map((_, i) => names.slice(0, i + 1).join('/'))
}
