/** One supervised process: started, started again when it dies unexpectedly, ended when asked, with its log in a file. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'

export interface KeptProcessInit {
  readonly name: string
  /** Arguments for this process's own Node. */
  readonly args: readonly string[]
  /** What the process writes to stderr is appended here. */
  readonly logFile: string
  readonly log: Logger
}

/** First and longest wait before a dead process is started again. */
const RESTART_MS = 100
const LONGEST_RESTART_MS = 5_000
/** A process that lived this long died of something new. */
const HEALTHY_MS = 30_000
/** Time to end by itself before it is killed. */
const END_MS = 5_000
/** A log above this is begun anew at the next start. */
const LOG_BYTES = 16_777_216

/**
 * @example
 * await using node = new KeptProcess({ name: 'node', args: [main, '--port', '9944'], logFile, log })
 * node.pid // changes when it dies and comes back
 */
export class KeptProcess implements AsyncDisposable {
  readonly name: string
  readonly #init: KeptProcessInit
  readonly #stop = new AbortController()
  readonly #run: Promise<void>
  #child: ChildProcess | undefined
  #ready = Promise.withResolvers<void>()
  #isReady = false
  #starts = 0

  constructor(init: KeptProcessInit) {
    this.name = init.name
    this.#init = init
    this.#run = this.#keep()
  }

  /** `undefined` between a death and the next start. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Whether it has said so since it was started: by a line of JSON on its stdout whose `event` is `ready`. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** Resolves when it says that it is ready; after a death, when it says so again. */
  ready(): Promise<void> {
    return this.#ready.promise
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts
  }

  /** From now on a death is final. */
  release(): void {
    this.#stop.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release()
    const child = this.#child
    if (child !== undefined) {
      child.kill('SIGTERM')
      child.stdin?.end()
      const kill = setTimeout(() => child.kill('SIGKILL'), END_MS)
      await this.#run
      clearTimeout(kill)
    }
    await this.#run
  }

  async #keep(): Promise<void> {
    const { name, log } = this.#init
    let waitMs = RESTART_MS
    while (!this.#stop.signal.aborted) {
      const began = Date.now()
      const reason = await this.#live()
      if (this.#stop.signal.aborted) return
      if (Date.now() - began > HEALTHY_MS) waitMs = RESTART_MS
      // A Ctrl-C reaches the child, too, and sometimes first: the wait shows whether this was the end of all.
      await sleep(waitMs, undefined, { signal: this.#stop.signal }).catch(() => {})
      if (this.#stop.signal.aborted) return
      log.warn({ process: name, reason, logFile: this.#init.logFile }, 'process died, starting it again')
      waitMs = Math.min(2 * waitMs, LONGEST_RESTART_MS)
    }
  }

  #hear(line: string): void {
    if (eventOf(line) !== 'ready') return
    this.#isReady = true
    this.#ready.resolve()
  }

  /** One life; resolves to how it ended. */
  async #live(): Promise<string> {
    const { args, logFile } = this.#init
    const stderr = openLog(logFile)
    try {
      this.#starts += 1
      // The pipe at its stdin ends when this process ends, however that happens: nothing is left behind.
      const child = spawn(process.execPath, [...args, '--die-with-parent'], { stdio: ['pipe', 'pipe', stderr] })
      child.stdin?.on('error', () => {})
      if (child.stdout !== null) {
        createInterface({ input: child.stdout }).on('line', (line) => child === this.#child && this.#hear(line))
      }
      this.#child = child
      const [code, signal] = await once(child, 'exit')
      return signal ?? `exit code ${code}`
    } catch {
      return 'could not be started'
    } finally {
      this.#child = undefined
      if (this.#isReady) this.#ready = Promise.withResolvers()
      this.#isReady = false
      closeSync(stderr)
    }
  }
}

/** The name of the event that a supervised process tells. */
function eventOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { readonly event?: unknown } | null)?.event
  } catch {
    return undefined
  }
}

function openLog(path: string): number {
  const file = openSync(path, 'a', 0o600)
  if (fstatSync(file).size > LOG_BYTES) ftruncateSync(file)
  return file
}
