/**
 * Finds Chromium for the browser test. Where none is installed, the system's package manager brings it, if that needs
 * no password.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** @typedef {{ readonly ok: true, readonly path: string } | { readonly ok: false, readonly reason: string }} Chromium */

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** 300 MB with all that Chromium needs; an installation that is broken off would have to be repaired by hand. */
const INSTALL_MS = 480_000

/**
 * Where Chromium is, or why there is none. With `CI` set there is no second answer: a test must not be skipped unseen.
 *
 * @returns {Chromium}
 * @throws {Error} with `CI` set, if there is no Chromium
 * @example
 * const chromium = ensureChromium()
 * describe('a page', { skip: chromium.ok ? false : chromium.reason }, () => {})
 */
export function ensureChromium() {
  const found = find() ?? install()
  if (typeof found === 'string') return { ok: true, path: found }
  const reason = `no Chromium (${found.reason}); install chromium or google-chrome to run this test`
  if (process.env['CI']) throw new Error(reason)
  console.error(`Skipping the browser test: ${reason}`)
  return { ok: false, reason }
}

/** The first that runs: some systems have a `chromium-browser` that only says how to install one. */
function find() {
  return onPath(names).find((path) => spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0)
}

/** @returns {string | { readonly reason: string }} */
function install() {
  const [aptGet] = onPath(['apt-get'])
  if (aptGet === undefined) return { reason: 'not found on PATH' }
  const rights = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  if (rights.length > 0 && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) {
    return { reason: 'not found on PATH, and installing it needs a password' }
  }
  console.error('Installing Chromium for the browser test with apt-get (once; a minute or two) ...')
  const quietly = [...rights, 'env', 'DEBIAN_FRONTEND=noninteractive', aptGet, '-qq', '-o', 'DPkg::Lock::Timeout=60']
  for (const task of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const [command = '', ...args] = [...quietly, ...task]
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: INSTALL_MS })
    if (status !== 0) {
      const said = error?.message ?? stderr.trim().split('\n').at(-1)
      return { reason: `apt-get ${task[0]} failed: ${said}` }
    }
  }
  return find() ?? { reason: 'installed, but it does not run' }
}

/** @param {readonly string[]} programs */
function onPath(programs) {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return programs.flatMap((program) => folders.map((folder) => join(folder, program))).filter(isExecutable)
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
