/** The direction between zones, as `.dependency-cruiser.mjs` in the root states it. */
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { finding, root } from './check.ts'

const folders = ['core', 'runtime', 'enclave', 'host', 'client', 'contracts', 'testing']

export const zones: Check = {
  name: 'zones',
  async run() {
    giveTypeScript6To('dependency-cruiser')
    const { cruise } = await import('dependency-cruiser')
    const { default: extractOptions } = await import('dependency-cruiser/config-utl/extract-depcruise-options')
    const { default: extractTsConfig } = await import('dependency-cruiser/config-utl/extract-ts-config')

    process.chdir(root)
    const options = await extractOptions(join(root, '.dependency-cruiser.mjs'))
    const tsConfig = extractTsConfig(join(root, 'tsconfig.json'))
    const { output } = await cruise(
      folders.filter((folder) => existsSync(folder)),
      options,
      undefined,
      { tsConfig },
    )
    if (typeof output === 'string') throw new Error('dependency-cruiser answered with text, not with a result')

    const { totalCruised, totalDependenciesCruised, violations, ruleSetUsed } = output.summary
    const reasons = new Map(ruleSetUsed?.forbidden?.map(({ name, comment }) => [name, comment]))
    // Without a TypeScript that it knows, dependency-cruiser sees no module and reports success.
    if (totalCruised === 0 || !totalDependenciesCruised) {
      return {
        ok: false,
        summary: 'no module was looked at',
        details: ['dependency-cruiser found no TypeScript that it can use'],
      }
    }
    return finding(
      violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}\n  ${reasons.get(rule.name)}`),
      `${totalCruised} modules, ${totalDependenciesCruised} imports`,
    )
  },
}

/** TypeScript 7 has no compiler API: the tool gets version 6, installed as `ts6`, under the name it asks for. */
function giveTypeScript6To(tool: string): void {
  registerHooks({
    resolve(specifier, context, next) {
      const asksForTypeScript =
        /^typescript(\/|$)/.test(specifier) && context.parentURL?.includes(`/node_modules/${tool}/`)
      return next(asksForTypeScript ? specifier.replace('typescript', 'ts6') : specifier, context)
    },
  })
}
