/**
 * `npm test`: unit tests side by side, then the scenarios one file at a time.
 * `npm test -- core/src/codec testing/scenarios/study.test.ts --test-name-pattern=refuses`: only those files or
 * folders; anything that begins with a dash goes to node's test runner.
 *
 * Scenarios start real processes on real ports: two at a time would disturb each other. They are not started after a
 * failed unit test, since the cause is then the smaller test, and the summary that closes the run has to show it.
 */
import { readdirSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { main, root, runWithNode26 } from './bootstrap.mjs'

const skippedFolders = new Set(['node_modules', 'dist', 'templates'])
const scenarioFolders = ['scenarios', 'browser', 'conformance'].map((name) => join('testing', name) + sep)

await main(async () => {
  const given = process.argv.slice(2)
  const options = given.filter((arg) => arg.startsWith('-'))
  const wanted = given.filter((arg) => !arg.startsWith('-')).map((arg) => relative(root, resolve(root, arg)))
  const found = [...testFiles('.')]
    .sort()
    .filter((file) => wanted.length === 0 || wanted.some((path) => within(path, file)))

  const unmatched = wanted.find((path) => !found.some((file) => within(path, file)))
  if (found.length === 0 || unmatched !== undefined) {
    console.error(
      `error test.none-found: no *.test.ts ${unmatched === undefined ? 'in the repository' : `at ${unmatched}`}.`,
    )
    return 1
  }
  const unit = found.filter((file) => !isScenario(file))
  const scenarios = found.filter(isScenario)

  const code = await runTests(unit, ['--test-concurrency=2', '--test-timeout=120000', ...options])
  if (code !== 0) {
    if (scenarios.length > 0)
      console.error(`Not run, because a unit test failed: ${scenarios.length} scenario file(s).`)
    return code
  }
  return runTests(scenarios, ['--test-concurrency=1', '--test-timeout=600000', ...options])
})

/**
 * @param {readonly string[]} files
 * @param {readonly string[]} options
 */
async function runTests(files, options) {
  if (files.length === 0) return 0
  return runWithNode26('--test', [
    '--import',
    './scripts/end-test-files.mjs',
    '--test-reporter=spec',
    ...options,
    ...files,
  ])
}

/** @param {string} file */
function isScenario(file) {
  return scenarioFolders.some((folder) => file.startsWith(folder))
}

/**
 * @param {string} path file or folder
 * @param {string} file
 */
function within(path, file) {
  return path === '' || file === path || file.startsWith(path + sep)
}

/**
 * @param {string} folder
 * @returns {Generator<string>}
 */
function* testFiles(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !skippedFolders.has(entry.name) && !entry.name.startsWith('.')) yield* testFiles(path)
    if (entry.isFile() && entry.name.endsWith('.test.ts')) yield path
  }
}
