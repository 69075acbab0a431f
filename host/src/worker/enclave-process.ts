/** One life of an enclave: the process, its channel, and its log lines, passed on with a label. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { EnclaveRequest } from '@pha/core/protocol'
import type { Logger } from 'pino'
import { EnclaveChannel } from './enclave-channel.ts'
import { workerLimits } from './limits.ts'

export interface EnclaveProcessInit {
  /** Program and arguments. */
  readonly command: readonly string[]
  readonly serve: (request: EnclaveRequest) => Promise<Uint8Array>
  readonly log: Logger
}

export interface EnclaveProcess extends AsyncDisposable {
  /** 0 if it could not be started. */
  readonly pid: number
  readonly channel: EnclaveChannel
  /** Resolves to why it ended; a broken channel ends it. Never rejects. */
  readonly ended: Promise<string>
}

/**
 * @example
 * await using enclave = startEnclaveProcess({ command: enclaveCommand(files), serve, log })
 * const status = await enclave.channel.request({ type: 'Status' })
 */
export function startEnclaveProcess({ command, serve, log }: EnclaveProcessInit): EnclaveProcess {
  const [program = process.execPath, ...args] = command
  // No environment: it is not measured, and it may hold what is not the enclave's business.
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: {}, windowsHide: true })
  const exited = exitOf(child)
  const channel = new EnclaveChannel({ input: child.stdout, output: child.stdin, serve })
  forwardLines(child.stderr, (line) => logLine(log, child.pid, line))

  async function end(): Promise<void> {
    child.stdin.end()
    const kill = setTimeout(() => child.kill('SIGKILL'), workerLimits.enclaveEndMs)
    await exited
    clearTimeout(kill)
  }

  const ended = channel.broken.then(async (reason) => {
    // A process that ended by itself closes the pipe just before its exit is told; it says more than the pipe.
    if (reason !== 'channel.closed') child.kill('SIGKILL')
    await end()
    return reason === 'channel.closed' ? exited : reason
  })
  return {
    pid: child.pid ?? 0,
    channel,
    ended,
    async [Symbol.asyncDispose]() {
      await end()
      await ended
    },
  }
}

async function exitOf(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit')
    return signal === null ? `enclave.exit-${code}` : `enclave.${signal}`
  } catch {
    return 'enclave.cannot-start'
  }
}

/** Cuts a log into lines of a bounded length; what an enclave writes without line ends is cut too. */
function forwardLines(stream: Readable, write: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > workerLimits.logLine) lines.push(rest.slice(0, workerLimits.logLine))
    if (rest.length > workerLimits.logLine) rest = ''
    for (const line of lines) if (line !== '') write(line.slice(0, workerLimits.logLine))
  })
}

const LEVELS = ['error', 'warn', 'info', 'debug'] as const

/** Enclaves log JSON objects with `level` and `event`; anything else is passed on as text. */
function logLine(log: Logger, enclavePid: number | undefined, line: string): void {
  try {
    const { level, event, ...fields } = JSON.parse(line)
    const known = LEVELS.find((name) => name === level)
    if (known !== undefined && typeof event === 'string') return log[known]({ ...fields, enclavePid }, event)
  } catch {
    // Text: a crash report, or a program that is no enclave of ours.
  }
  log.info({ enclavePid }, line)
}
