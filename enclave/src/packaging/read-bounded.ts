/** Reads a file that somebody else may have made: it has to be a file, and no larger than its kind can be. */
import { readFile, stat } from 'node:fs/promises'
import { PackagingError } from './packaging-error.ts'

/** @throws PackagingError `packaging.no-file`, `packaging.file-too-large` */
export async function readBounded(file: string, maxBytes: number): Promise<Uint8Array> {
  if ((await fileSize(file)) > maxBytes) {
    throw new PackagingError('packaging.file-too-large', `${file} has more than ${maxBytes} bytes`)
  }
  return new Uint8Array(await readFile(file))
}

/** @throws PackagingError `packaging.no-file` */
export async function fileSize(file: string): Promise<number> {
  const info = await stat(file).catch((cause: unknown) => {
    throw new PackagingError('packaging.no-file', `${file} cannot be read`, { cause })
  })
  if (!info.isFile()) throw new PackagingError('packaging.no-file', `${file} is not a file`)
  return info.size
}
