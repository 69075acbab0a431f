/** Blobs of an image, each under its hash: in a folder, or only hashed where nobody wants the files. */
import { createHash } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { utf8Encode } from '@pha/core/codec'

export interface Descriptor {
  readonly mediaType: string
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string
  readonly size: number
}

export interface Blobs {
  put(mediaType: string, parts: AsyncIterable<Uint8Array>): Promise<Descriptor>
}

export const hashedBlobs: Blobs = { put: (mediaType, parts) => describe(mediaType, parts) }

/** `<folder>/blobs/sha256/<digest>`; a blob has its name once it is whole. What lay there of an earlier image goes. */
export async function blobsIn(folder: string): Promise<Blobs> {
  const blobs = join(folder, 'blobs', 'sha256')
  await rm(join(folder, 'blobs'), { recursive: true, force: true })
  await mkdir(blobs, { recursive: true })
  const partial = join(blobs, '.partial')
  return {
    async put(mediaType, parts) {
      const file = await open(partial, 'wx', 0o644)
      const descriptor = await describe(mediaType, parts, (part) => file.appendFile(part)).finally(() => file.close())
      await rename(partial, join(blobs, descriptor.digest.slice('sha256:'.length)))
      return descriptor
    },
  }
}

export function putJson(blobs: Blobs, mediaType: string, value: unknown): Promise<Descriptor> {
  return blobs.put(
    mediaType,
    (async function* () {
      yield utf8Encode(JSON.stringify(value))
    })(),
  )
}

async function describe(
  mediaType: string,
  parts: AsyncIterable<Uint8Array>,
  write?: (part: Uint8Array) => Promise<void>,
): Promise<Descriptor> {
  const hash = createHash('sha256')
  let size = 0
  for await (const part of parts) {
    hash.update(part)
    size += part.length
    await write?.(part)
  }
  return { mediaType, digest: `sha256:${hash.digest('hex')}`, size }
}
