/** Replaces a file so that after a crash it is either the old one or the new one, whole. */
import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Marks files whose writing was broken off; whoever opens the folder may remove them. */
export const UNFINISHED = '.part'

/** Resolves when bytes and name are on disk. Two writers of one file do not disturb each other: the last one wins. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.${randomUUID()}${UNFINISHED}`
  try {
    const file = await open(beside, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}
