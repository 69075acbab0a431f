/** A page of documentation, or a part of one, that is made from the sources: compared here, or written with `--write`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, finding, root } from './check.ts'

/** Compares `page` with what it should say; `check` names the check whose `--write` brings it up to date. */
export function generatedPage(check: string, page: string, expected: string): Finding {
  const file = join(root, page)
  if (process.argv.includes('--write')) writeFileSync(file, expected)
  const isCurrent = readFileSync(file, 'utf8') === expected
  return finding(isCurrent ? [] : [`${page} is out of date: npm run check -- ${check} --write`], page)
}
