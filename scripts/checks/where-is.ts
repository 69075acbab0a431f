/** `docs/where-is.md` answers "where is ...?": every path that it names has to exist. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { finding, root } from './check.ts'

const page = 'docs/where-is.md'

export const whereIs: Check = {
  name: 'where-is',
  run() {
    if (!existsSync(join(root, page))) return { ok: false, summary: 'missing', details: [`${page} does not exist`] }
    const paths = pathsIn(readFileSync(join(root, page), 'utf8'))
    if (paths.length === 0) return { ok: false, summary: 'empty', details: [`${page} names no path in backticks`] }
    const lost = paths.filter((path) => globSync(path, { cwd: root }).length === 0)
    return finding(
      lost.map((path) => `${page} names ${path}, which does not exist`),
      `${paths.length} paths`,
    )
  },
}

/** What stands in backticks and looks like a path from the root: `core/src/codec/`, `docs/adr/*.md`, `README.md`. */
function pathsIn(markdown: string): readonly string[] {
  const quoted = [...markdown.matchAll(/`([^`\s]+)`/g)].map(([, text = '']) => text)
  return [
    ...new Set(
      quoted.filter((text) =>
        /^[\w.*-]+(\/[\w.*-]+)*\/$|^[\w.*-]+(\/[\w.*-]+)+$|^[\w-]+\.(md|json|ts|mjs)$/.test(text),
      ),
    ),
  ]
}
