/** Runs every check in turn, or those named: a line each, all output of those that fail. */
import type { Check } from './check.ts'
import { programCheck } from './check.ts'
import { codecs } from './codecs.ts'
import { licences } from './licences.ts'
import { limits } from './limits.ts'
import { runtimePurity } from './runtime-purity.ts'
import { tcb } from './tcb.ts'
import { whereIs } from './where-is.ts'
import { workplacePaths } from './workplace-paths.ts'
import { zones } from './zones.ts'

const checks: readonly Check[] = [
  programCheck('types', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json'], 'no errors'),
  programCheck(
    'style',
    'node_modules/@biomejs/biome/bin/biome',
    ['check', '--error-on-warnings', '--diagnostic-level=warn', '--max-diagnostics=100'],
    'formatted, no lint',
  ),
  zones,
  runtimePurity,
  programCheck(
    'dead-code',
    'node_modules/knip/bin/knip.js',
    ['--no-progress', '--no-config-hints'],
    'nothing unused or undeclared',
  ),
  codecs,
  whereIs,
  limits,
  tcb,
  workplacePaths,
  licences,
]

// `--write` brings generated pages up to date instead of comparing them.
const wanted = process.argv.slice(2).filter((argument) => argument !== '--write')
const unknown = wanted.find((name) => !checks.some((check) => check.name === name))
if (unknown !== undefined) {
  console.error(
    `error check.unknown: no check is called ${unknown}; there are ${checks.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(1)
}

let failed = 0
for (const { name, run } of checks.filter((check) => wanted.length === 0 || wanted.includes(check.name))) {
  const start = performance.now()
  const found = await run()
  const seconds = ((performance.now() - start) / 1_000).toFixed(1)
  console.log(`${found.ok ? 'ok  ' : 'FAIL'} ${name.padEnd(15)} ${seconds.padStart(5)} s  ${found.summary}`)
  if (found.ok) continue
  failed += 1
  console.log(
    found.details
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .join('\n')
      .replace(/^/gm, '       '),
  )
}
process.exitCode = failed === 0 ? 0 : 1
