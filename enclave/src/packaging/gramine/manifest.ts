/**
 * The manifest under which Gramine runs an enclave in SGX: every file by its hash, arguments fixed, no environment of
 * the host, the store encrypted under a key of this MRENCLAVE. MRENCLAVE covers the manifest as `gramine-sgx-sign`
 * writes it, and Gramine's own loader: it can be computed by that tool of the same release only.
 */
import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { EnclaveProgram } from '../../build/index.ts'
import type { ImageLock } from '../oci/runtime-files.ts'
import { renderTemplate } from '../render-template.ts'

/** Libraries of the image that Gramine does not bring itself: its C library calls it instead of the kernel. */
export function librariesFor({ libraries }: ImageLock): ImageLock['libraries'] {
  return libraries.filter((library) => !library.package.startsWith('libc6='))
}

/** Text of `<kind>.manifest`, for `gramine-sgx-sign`. It expects the files beside it, as `pha enclave build` lays them. */
export function gramineManifest(kind: EnclaveProgram, bundle: Uint8Array, lock: ImageLock): Promise<string> {
  const libraries = librariesFor(lock)
  const trusted = [
    { uri: 'file:node', sha256: lock.node.sha256 },
    { uri: `file:${kind}.mjs`, sha256: createHash('sha256').update(bundle).digest('hex') },
    ...libraries.map(({ path, sha256 }) => ({ uri: `file:lib/${basename(path)}`, sha256 })),
  ]
  return renderTemplate('gramine.manifest.template', {
    kind,
    libraryFolder: dirname(libraries[0]?.path ?? '/lib'),
    trustedFiles: trusted.map(({ uri, sha256 }) => `  { uri = "${uri}", sha256 = "${sha256}" },`).join('\n'),
  })
}
