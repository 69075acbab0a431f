/** Folders of tests: gone when their process ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = mkdtempSync(join(tmpdir(), 'pha-enclave-'))
process.once('exit', () => rmSync(root, { recursive: true, force: true }))

/** A new, empty folder. */
export function temporaryFolder(): string {
  return mkdtempSync(join(root, 'folder-'))
}
