/** What we ship may depend only on code whose licence lets anyone use, change and sell it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { finding, root } from './check.ts'

const allowed = new Set([
  'Apache-2.0',
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'MPL-2.0',
  '0BSD',
  'CC0-1.0',
  'Unlicense',
  'BlueOak-1.0.0',
])

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly link?: boolean
}

export const licences: Check = {
  name: 'licences',
  run() {
    const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
      readFileSync(join(root, 'package-lock.json'), 'utf8'),
    )
    const shipped = Object.entries(lock.packages).filter(
      ([path, { dev, link }]) => path.startsWith('node_modules/') && !dev && !link,
    )
    if (shipped.length === 0)
      return {
        ok: false,
        summary: 'no package looked at',
        details: ['package-lock.json names no production dependency'],
      }
    const refused = shipped.flatMap(([path, { version, license }]) =>
      isAllowed(license ?? '')
        ? []
        : [`${path.replace(/^.*node_modules\//, '')} ${version}: ${license ?? 'no licence'}`],
    )
    return finding(refused, `${shipped.length} production dependencies`)
  },
}

/** SPDX: one side of an OR is enough, both sides of an AND are needed. Deeper expressions are read flat, so refused if any part is. */
function isAllowed(expression: string): boolean {
  const flat = expression.replace(/[()]/g, '').trim()
  if (flat.includes(' AND ')) return flat.split(/ AND | OR /).every((part) => allowed.has(part.trim()))
  return flat.split(' OR ').some((part) => allowed.has(part.trim()))
}
