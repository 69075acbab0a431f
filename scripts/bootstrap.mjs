/**
 * Brings a fresh clone to life: dependencies as the lock file names them, and Node 26 to run the sources with.
 *
 * Everything in this file runs on the Node that a stranger already has (20 or later), before anything is installed;
 * so: no dependencies, no TypeScript syntax.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Root folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

const nodeFolder = join(root, 'node_modules', 'node')
const node26 = join(nodeFolder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
const guard = pathToFileURL(join(root, 'scripts', 'leave-with-parent.mjs')).href

/** A step that failed, with what a person can do about it. */
export class BootstrapError extends Error {
  /** @override */
  name = 'BootstrapError'

  /**
   * @param {'bootstrap.install-failed' | 'bootstrap.node-missing' | 'bootstrap.node-version' | 'bootstrap.node-old'} code
   * @param {string} message
   * @param {string} fix
   */
  constructor(code, message, fix) {
    super(message)
    this.code = code
    this.fix = fix
  }
}

/**
 * Runs a script's body with everything installed, prints a coded error when that is not possible, and exits with the
 * body's code.
 *
 * @param {() => Promise<number>} body
 */
export async function main(body) {
  try {
    await ensureInstalled()
    process.exitCode = await body()
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error
    console.error(`error ${error.code}: ${error.message}\n  fix: ${error.fix}`)
    process.exitCode = 1
  }
}

/**
 * Spawns `entry` on Node 26 with the terminal's own input and output, and resolves to its exit code
 * (128 + the signal's number when a signal ended it).
 *
 * SIGTERM and SIGHUP are passed on. Ctrl-C is not: the terminal sends it to the whole group of processes, so the child
 * has it already; without a terminal it is passed on as well. A sender may signal the group too, so the program has to
 * take a repeated signal as the same one. Should this process be killed outright, the child notices and ends
 * (node's test runner does not notice; its files end by their own time limits).
 *
 * @param {string} entry path from the repository's root, or an option of node such as `--test`
 * @param {readonly string[]} args
 * @param {{ readonly env?: Readonly<Record<string, string>> }} [options]
 * @returns {Promise<number>}
 */
export function runWithNode26(entry, args, { env = {} } = {}) {
  const path = [join(nodeFolder, 'bin'), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const child = spawn(node26, ['--import', guard, entry, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env, PATH: path, PHA_PARENT: String(process.pid) },
  })
  const release = passSignalsOn(child)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      release()
      resolve(code ?? exitCodeOf(signal ?? 'SIGTERM'))
    })
  })
}

/**
 * Passes signals on to the child until released; returns the signal that came, if one did, on release.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function passSignalsOn(child) {
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  /** @type {NodeJS.Signals | undefined} */
  let came
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => {
    came = signal
    if (signal !== 'SIGINT' || !onTerminal) child.kill(signal)
  }
  for (const signal of signals) process.on(signal, passOn)
  return () => {
    for (const signal of signals) process.off(signal, passOn)
    return came
  }
}

/** @param {NodeJS.Signals} signal */
function exitCodeOf(signal) {
  return 128 + constants.signals[signal]
}

async function ensureInstalled() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new BootstrapError(
      'bootstrap.node-old',
      `Node ${process.versions.node} is too old to start with.`,
      'install Node 20 or later.',
    )
  }
  if (!dependenciesMatchLock()) await installDependencies()
  if (!existsSync(node26)) await installNode26()
  const { stdout } = spawnSync(node26, ['--version'], { encoding: 'utf8' })
  if (!stdout?.startsWith('v26.')) {
    throw new BootstrapError(
      'bootstrap.node-version',
      `${node26} ${stdout ? `is ${stdout.trim()}` : 'does not run'}, but the sources need Node 26.`,
      'delete the folder node_modules and run this again.',
    )
  }
}

/**
 * npm writes its own record of what it installed, last of all: an install that was broken off leaves none. Packages
 * for other platforms are in the lock file only.
 */
function dependenciesMatchLock() {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  /** @type {Record<string, LockedPackage>} */
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  /** @type {Record<string, LockedPackage>} */
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(locked).every(([path, { version, integrity, optional }]) => {
    if (!path.startsWith('node_modules/')) return true
    const found = installed[path]
    return found ? found.version === version && found.integrity === integrity : optional === true
  })
}

/** @typedef {{ readonly version?: string, readonly integrity?: string, readonly optional?: boolean }} LockedPackage */

async function installDependencies() {
  // NODE_ENV=production or a user's omit=dev would leave out Node 26 itself.
  const done = progress('Installing dependencies (once; 20 s to a few minutes)')
  const { code, output } = await npm([
    'ci',
    '--include=dev',
    '--include=optional',
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
  ])
  done()
  if (code === 0 && dependenciesMatchLock()) return
  console.error(output)
  throw new BootstrapError(
    'bootstrap.install-failed',
    'npm could not install the dependencies; what it said stands above.',
    'check the network and the free disk space (1 GB), then run this again.',
  )
}

/** The package `node` fetches its binary in an install script, which npm may be told not to run. */
async function installNode26() {
  const done = progress('Installing Node 26')
  const { output } = await run(process.execPath, ['installArchSpecificPackage.js'], nodeFolder)
  done()
  if (existsSync(node26)) return
  console.error(output)
  throw new BootstrapError(
    'bootstrap.node-missing',
    `Node 26 has not been installed for ${process.platform} ${process.arch}.`,
    'run `npm rebuild node`; if that does not help, delete the folder node_modules and run this again.',
  )
}

/**
 * The npm that runs us, so that its version and settings stay the person's own.
 *
 * @param {readonly string[]} args
 */
function npm(args) {
  const { npm_execpath: npmFile = '' } = process.env
  const [command, before] = /npm-cli\.c?js$/.test(npmFile) ? [process.execPath, [npmFile]] : ['npm', []]
  return run(command, [...before, ...args], root)
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<{ readonly code: number | null, readonly output: string }>}
 */
function run(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
    const release = passSignalsOn(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    }
    child.once('error', (error) => resolve({ code: null, output: String(error) }))
    child.once('close', (code) => {
      const signal = release()
      if (signal !== undefined) process.exit(exitCodeOf(signal))
      resolve({ code, output })
    })
  })
}

/**
 * One line on stderr, so that stdout stays the program's own; dots only where a person watches.
 *
 * @param {string} what
 */
function progress(what) {
  const start = Date.now()
  const watched = process.stderr.isTTY
  process.stderr.write(watched ? `${what} ` : `${what} ...\n`)
  const timer = watched ? setInterval(() => process.stderr.write('.'), 2_000) : undefined
  return () => {
    clearInterval(timer)
    process.stderr.write(`${watched ? ' ' : '... done in '}${((Date.now() - start) / 1_000).toFixed(0)} s\n`)
  }
}
