/** A tree of plain files that looks like a machine, for `nodeCalls(root)`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** @param files by absolute path; `undefined` makes a folder */
export function kernelTree(files: { readonly [path: string]: string | Uint8Array | undefined }): string {
  const root = temporaryFolder()
  for (const [path, content] of Object.entries(files)) {
    const at = join(root, path)
    mkdirSync(content === undefined ? at : dirname(at), { recursive: true })
    if (content !== undefined) writeFileSync(at, content)
  }
  return root
}
