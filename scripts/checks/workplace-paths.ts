/** Nobody else has our folders: no file may name an absolute path of the machine that it was written on. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { finding, repositoryFiles, root } from './check.ts'

// Put together here, or this file would find itself. A name before the slash makes it a relative path.
const forbidden = new RegExp(`(?<![\\w.-])/(${['work', 'root'].join('|')})/`)

export const workplacePaths: Check = {
  name: 'workplace-paths',
  run() {
    const files = repositoryFiles().filter((path) => existsSync(join(root, path)))
    return finding(files.flatMap(linesWithPaths), `${files.length} files`)
  },
}

function linesWithPaths(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'latin1')
  if (text.includes('\0') || !forbidden.test(text)) return []
  return text
    .split('\n')
    .flatMap((line, index) => (forbidden.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : []))
}
