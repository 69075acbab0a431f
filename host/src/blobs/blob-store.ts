/**
 * Content-addressed blobs on disk: `blobs/<cid text>`. File names come from checked CIDs only, and what is read is
 * believed only if it has the hash that it was asked for by, so a damaged file is the same as none.
 */
import { constants } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes } from '@pha/core/codec'
import { cidOf, limits } from '@pha/core/protocol'
import { BlobError } from './blob-error.ts'
import { cidText } from './cid-text.ts'
import { UNFINISHED, writeDurably } from './write-durably.ts'

export interface BlobStore {
  /** The blob, or `undefined` if it is not here or its file is damaged. */
  get(cid: Uint8Array): Promise<Uint8Array | undefined>
  /**
   * Keeps a blob; resolves when it is on disk.
   * @throws BlobError `blobs.too-large`, `blobs.bad-cid`, `blobs.wrong-cid`
   */
  put(cid: Uint8Array, blob: Uint8Array): Promise<void>
}

/**
 * Opens or makes the store in `directory`.
 *
 * @throws the file system's error if the folder cannot be used
 * @example
 * const blobs = await openBlobStore(join(dataDir, 'blobs'))
 * await blobs.put(cidOf(delta), delta)
 */
export async function openBlobStore(directory: string): Promise<BlobStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await removeUnfinished(directory)

  async function get(cid: Uint8Array): Promise<Uint8Array | undefined> {
    const name = cidText(cid)
    if (name === undefined) return undefined
    const blob = await readBounded(join(directory, name))
    return blob !== undefined && equalBytes(cidOf(blob), cid) ? blob : undefined
  }

  return {
    get,
    async put(cid, blob) {
      if (blob.length > limits.blob) throw new BlobError('blobs.too-large', `${blob.length} bytes`)
      const name = cidText(cid)
      if (name === undefined) throw new BlobError('blobs.bad-cid', `${cid.length} bytes`)
      if (!equalBytes(cidOf(blob), cid)) throw new BlobError('blobs.wrong-cid', name)
      // Also mends a damaged file, which `get` does not find.
      if ((await get(cid)) === undefined) await writeDurably(join(directory, name), blob)
    },
  }
}

/** `undefined` for what is not there, not a plain file, or too large to be a blob. */
async function readBounded(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const facts = await file.stat()
      if (!facts.isFile() || facts.size > limits.blob) return undefined
      return new Uint8Array(await file.readFile())
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ELOOP'))
      return undefined
    throw error
  }
}

async function removeUnfinished(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.endsWith(UNFINISHED)) await rm(join(directory, name), { force: true })
  }
}
